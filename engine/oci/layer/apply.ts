// A layer's tar → a directory, as containerd's archive.Apply does it.
//
// Two kinds of target: an overlay's upper directory, where whiteouts become overlayfs's own and the layers below stay as they
// are ("overlay"), and a whole tree, where whiteouts remove what they name ("plain"), or are files like others ("none", for archives
// that are no layers). Paths are resolved inside the root,
// one entry replaces what an earlier one made (a directory over a directory: only its attributes), and directories get
// their times at the end, when nothing is made in them any more.

import { dataLoss, invalidParameter, systemError } from "../../lib/errors";
import { isErrno, removeTree, writeAll } from "../../lib/files";
import { isDirectory, isSymlink, makedev, O, S_IF } from "../../lib/linux";
import { clean } from "../../lib/path";
import type { TarHeader } from "../../lib/tar/header";
import { readTar, type TarEntry } from "../../lib/tar/read";
import { type Sys, SysError } from "../../sys";
import { makeParent } from "./parent";
import { rootPath } from "./root-path";
import { OPAQUE_MARKER, OPAQUE_XATTR, WHITEOUT_PREFIX } from "./whiteout";

export interface ApplyOptions {
	whiteouts: "overlay" | "plain" | "none";
	/** Layers below, topmost first: a directory that the archive leaves out gets its attributes from there. */
	parents?: readonly string[];
	/** Neither a directory is replaced by something else, nor the other way round (docker cp). */
	keepKinds?: boolean;
	/** Whose everything becomes, whatever the archive says. */
	owner?: { uid: number; gid: number };
}

/** Answers the sum of the files' sizes. @throws EngineError for a bad archive, SysError (ENOSPC …) */
export async function applyLayer(
	sys: Sys,
	root: string,
	tar: AsyncIterable<Uint8Array>,
	options: ApplyOptions,
): Promise<{ size: number }> {
	const application = new Application(sys, root, options);
	for await (const entry of readTar(tar)) await application.apply(entry);
	await application.finish();
	return { size: application.size };
}

class Application {
	size = 0;
	/** Directory → its header, for the times. */
	private readonly directories = new Map<string, TarHeader>();
	private readonly unpacked = new Set<string>();
	/** Parent as named → where it is. Forgotten when something is removed or a symlink is made. */
	private readonly resolved = new Map<string, string>();

	constructor(
		private readonly sys: Sys,
		private readonly root: string,
		private readonly options: ApplyOptions,
	) {}

	async apply({ header, body }: TarEntry): Promise<void> {
		this.size += header.size;
		const name = clean(header.name);
		const slash = name.lastIndexOf("/");
		const base = name.slice(slash + 1);
		const parent = await this.parentOf(name.slice(0, slash + 1));
		if (base === "" || base === "." || base === "..") return;
		const path = `${parent}/${base}`;
		if (base.startsWith(WHITEOUT_PREFIX) && this.options.whiteouts !== "none") {
			await this.whiteout(parent, base, header);
			return;
		}
		// nearly always the name is free: to find that out by trying costs nothing
		await this.make(path, header, body).catch(async (error: unknown) => {
			if (!isErrno(error, "EEXIST")) throw error;
			await this.makeWay(path, header);
			await this.make(path, header, body);
		});
		await this.setAttributes(path, header);
		this.keep(path);
		if (header.type === "directory") this.directories.set(path, header);
		if (header.type === "symlink") this.resolved.clear();
	}

	async finish(): Promise<void> {
		for (const [path, { mtime }] of this.directories) {
			const time = bounded(mtime);
			await this.sys.utimens(path, time, time, true).catch((error: unknown) => {
				// removed or replaced by a later entry
				if (!isErrno(error, "ENOENT")) throw error;
			});
		}
	}

	private async parentOf(named: string): Promise<string> {
		const known = this.resolved.get(named);
		if (known !== undefined) return known;
		const path = await rootPath(this.sys, this.root, named);
		await makeParent(this.sys, this.root, path, this.options.parents ?? []);
		this.resolved.set(named, path);
		return path;
	}

	/** Notes what this layer has, directories on the way to it included. */
	private keep(path: string): void {
		for (let at = path; at !== this.root && !this.unpacked.has(at); at = at.slice(0, at.lastIndexOf("/"))) this.unpacked.add(at);
	}

	/** Removes what is in the way of an entry. */
	private async makeWay(path: string, header: TarHeader): Promise<void> {
		const there = await lstat(this.sys, path);
		if (!there || (isDirectory(there.mode) && header.type === "directory")) return;
		if (this.options.keepKinds && isDirectory(there.mode) !== (header.type === "directory")) {
			const kinds = header.type === "directory" ? ["non-directory", "directory"] : ["directory", "non-directory"];
			const [name, into] = [clean(header.name), this.root].map((one) => JSON.stringify(one));
			throw invalidParameter(`cannot overwrite ${kinds[0]} ${name} with ${kinds[1]} ${into}`);
		}
		await this.remove(path);
	}
	private async remove(path: string): Promise<void> {
		await removeTree(this.sys, path);
		this.resolved.clear();
	}

	private async whiteout(directory: string, base: string, { uid, gid }: TarHeader): Promise<void> {
		const { sys } = this;
		if (base === OPAQUE_MARKER) {
			if (this.options.whiteouts === "overlay") await sys.lsetxattr(directory, OPAQUE_XATTR, Uint8Array.of(0x79));
			else await this.removeOlder(directory);
			return;
		}
		const path = `${directory}/${base.slice(WHITEOUT_PREFIX.length)}`;
		const name = base.slice(WHITEOUT_PREFIX.length);
		if (name === "" || name === "." || name === "..") throw dataLoss(`invalid whiteout name: ${base}`);
		await this.remove(path);
		if (this.options.whiteouts === "plain") return;
		await sys.mknod(path, S_IF.CHR, 0);
		await sys.lchown(path, uid, gid);
	}
	/** An opaque directory keeps what this layer has put into it. */
	private async removeOlder(directory: string): Promise<void> {
		for (const { name } of await this.sys.readdir(directory)) {
			const path = `${directory}/${name}`;
			if (!this.unpacked.has(path)) await this.remove(path);
			else if (isDirectory((await this.sys.lstat(path)).mode)) await this.removeOlder(path);
		}
	}

	private async make(path: string, header: TarHeader, body: AsyncIterable<Uint8Array>): Promise<void> {
		const { sys } = this;
		const { mode } = header;
		switch (header.type) {
			case "directory":
				await sys.mkdir(path, mode).catch(async (error: unknown) => {
					if (!isErrno(error, "EEXIST") || !isDirectory((await sys.lstat(path)).mode)) throw error;
				});
				break;
			case "file":
				await writeContent(sys, path, mode, body);
				break;
			case "symlink":
				await sys.symlink(header.linkname, path);
				break;
			case "link":
				await sys.link(await this.linkSource(header.linkname), path);
				break;
			case "fifo":
				await sys.mknod(path, S_IF.IFO | mode, 0);
				break;
			case "character":
			case "block":
				await sys.mknod(path, (header.type === "block" ? S_IF.BLK : S_IF.CHR) | mode, makedev(header.major, header.minor));
				break;
		}
	}
	/** A hard link's target is a path in the same layer; its directory is resolved, its last part is not. */
	private async linkSource(linkname: string): Promise<string> {
		const name = clean(`/${linkname}`);
		const slash = name.lastIndexOf("/");
		return `${await rootPath(this.sys, this.root, name.slice(0, slash + 1))}/${name.slice(slash + 1)}`;
	}

	private async setAttributes(path: string, header: TarHeader): Promise<void> {
		const { sys } = this;
		const { uid, gid } = this.options.owner ?? header;
		await sys.lchown(path, uid, gid);
		for (const [name, value] of Object.entries(header.xattrs)) {
			// an administrator's, and overlayfs's own: a layer that sets them would say what is hidden of others
			if (this.options.whiteouts !== "none" && name.startsWith("trusted.")) continue;
			await sys.lsetxattr(path, name, value).catch((error: unknown) => {
				// user.* belongs to files and directories only; a file system may have no xattrs at all
				if (!isErrno(error, "EOPNOTSUPP") && !(isErrno(error, "EPERM") && name.startsWith("user."))) throw error;
			});
		}
		// after chown, which clears the setuid bit
		if (header.type !== "symlink" && !(header.type === "link" && isSymlink((await sys.lstat(path)).mode))) {
			await sys.chmod(path, header.mode);
		}
		const time = bounded(header.mtime);
		await sys.utimens(path, time, time, true);
	}
}

/** What is before 1970, or further away than 64 bits of nanoseconds reach, counts as 1970, as Docker has it. */
const bounded = (time: bigint): bigint => (time < 0n || time >= 1n << 63n ? 0n : time);

async function writeContent(sys: Sys, path: string, mode: number, body: AsyncIterable<Uint8Array>): Promise<void> {
	const fd = await sys.open(path, O.CREAT | O.WRONLY | O.EXCL | O.NOFOLLOW | O.CLOEXEC, mode);
	try {
		for await (const piece of body) await writeAll(sys, fd, piece);
	} finally {
		await sys.close(fd);
	}
}

async function lstat(sys: Sys, path: string) {
	try {
		return await sys.lstat(path);
	} catch (error) {
		if (isErrno(error, "ENOENT")) return undefined;
		throw error;
	}
}

/** As Docker words an error of a layer's unpacking. */
export function applyError(error: unknown): unknown {
	return error instanceof SysError ? systemError(`failed to extract layer: ${error.message}`, { errno: error.errno }) : error;
}
