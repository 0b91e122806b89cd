// The system files' tar into a file system in memory, inode by inode: nothing runs yet that could call open(2).

import { MemFile } from "../fs/memfs/file";
import type { FileSystem, Inode } from "../fs/vfs/types";
import { collect, text } from "../lib/bytes";
import { isError, strerror } from "../lib/errno";
import { gunzip, gunzipBy } from "../lib/gzip";
import { S_IF } from "../lib/linux";
import type { TarHeader } from "../lib/tar/header";
import { readTar } from "../lib/tar/read";
import type { Gunzip } from "../port";

const TYPE: Record<TarHeader["type"], number> = {
	file: S_IF.REG,
	link: S_IF.REG,
	symlink: S_IF.LNK,
	character: S_IF.CHR,
	block: S_IF.BLK,
	directory: S_IF.DIR,
	fifo: S_IF.IFO,
};

/** Of a file whose content is not in the archive: "DIGEST SIZE". */
export const DEFERRED = "user.drydock.deferred";
/** Where such contents come from. */
export interface Contents {
	fetch(digest: string): Promise<Uint8Array>;
	/** One has come, or could not be had. */
	settled(): void;
}

/** @param archive gzip; `by` decompresses it where the surroundings do that faster. @throws Error when it is damaged */
export async function unpackSystem(archive: Uint8Array, fs: FileSystem, contents: Contents, by?: Gunzip): Promise<void> {
	const tar = by ? gunzipBy(by, () => once(archive)) : gunzip([archive]);
	for await (const { header, body } of readTar(tar)) {
		const parts = header.name.split("/").filter((part) => part !== "" && part !== ".");
		const name = parts.pop();
		const directory = parts.reduce<Inode>((at, part) => must(at.lookup(part), header.name), fs.root);
		if (name === undefined) continue;
		const { uid, gid } = header;
		const node = { mode: TYPE[header.type] | header.mode, uid, gid, target: header.linkname };
		const inode = must(directory.make(name, node), header.name);
		const deferred = header.xattrs[DEFERRED];
		if (deferred && inode instanceof MemFile) {
			const [digest, size] = text(deferred).split(" ");
			inode.defer(Number(size), () => contents.fetch(digest!), contents.settled);
		} else if (header.type === "file") must(inode.write(0, await collect(body)), header.name);
		must(inode.setAttributes({ mtime: header.mtime }), header.name);
	}
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
	yield bytes;
}
function must<T>(result: T, path: string): Exclude<T, number> {
	if (isError(result)) throw new Error(`the system files: ${path}: ${strerror(result)}`);
	return result as Exclude<T, number>;
}
