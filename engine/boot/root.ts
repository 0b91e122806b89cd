// The machine's root file system: the system files below, read-only and new with each release of the site, and above them
// the disk's own layer, in which all changes stay. /var/lib is the disk itself (init binds it), so that what Docker's
// overlays are made of is no overlay.

import type { Disk } from "../fs/disk/disk";
import { MemFs } from "../fs/memfs/memfs";
import { OverlayFs } from "../fs/overlay/overlay";
import type { FileSystem, FsContext, Inode } from "../fs/vfs/types";
import { isError, strerror } from "../lib/errno";
import { S_IF } from "../lib/linux";
import type { Gunzip } from "../port";
import { type Contents, unpackSystem } from "./unpack";

/** Directories of the disk: what init binds, and what the root's overlay needs. */
export const DISK = { lib: "lib", upper: "system", work: "work" } as const;

/**
 * @param own system files that only this machine has
 * @param by the surroundings' gunzip, where they have one
 */
export async function machineRoot(
	archive: Uint8Array,
	contents: Contents,
	disk: Disk,
	context: FsContext,
	own: readonly OwnFile[] = [],
	by?: Gunzip,
): Promise<FileSystem> {
	const system = new MemFs(context, { mode: 0o755 });
	await unpackSystem(archive, system, contents, by);
	for (const file of own) addFile(system.root, file);
	const { root } = disk.fs;
	directory(root, DISK.lib);
	return new OverlayFs(context, {
		lowers: [system.root],
		upper: directory(root, DISK.upper),
		work: directory(root, DISK.work),
		options: "lowerdir=/system,upperdir=/disk/system,workdir=/disk/work",
		upperPath: "/",
	});
}

function directory(parent: Inode, name: string): Inode {
	const there = parent.lookup(name);
	const found = isError(there) ? parent.make(name, { mode: S_IF.DIR | 0o755, uid: 0, gid: 0 }) : there;
	if (isError(found)) throw new Error(`the disk: ${name}: ${strerror(found)}`);
	return found as Inode;
}

export interface OwnFile {
	/** Absolute; directories that are missing are made. */
	path: string;
	content: Uint8Array;
}
function addFile(root: Inode, { path, content }: OwnFile): void {
	const parts = path.split("/").filter(Boolean);
	const name = parts.pop()!;
	const file = parts.reduce(directory, root).make(name, { mode: S_IF.REG | 0o644, uid: 0, gid: 0 });
	const written = isError(file) ? file : (file as Inode).write(0, content);
	if (isError(written)) throw new Error(`the system files: ${path}: ${strerror(written)}`);
}
