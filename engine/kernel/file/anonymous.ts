// Files without a path: pipes, sockets, eventfd, epoll. Each has an inode of a small internal file system (pipefs, sockfs,
// anon_inodefs), so that fstat(2), /proc/PID/fd and opening through it work as for any other file.

import { Dentry, detachedMount, type Mount } from "../../fs/vfs/mount";
import { NodeBase } from "../../fs/vfs/node";
import type { AttributeChange, Attributes, FileSystem, Inode } from "../../fs/vfs/types";
import type { Errno } from "../../lib/errno";
import type { Kernel, Task } from "../task";
import { FileDescription, type FileOperations } from "./description";

class AnonymousFs implements FileSystem {
	readonly options = "";
	readonly root: Inode;
	constructor(
		readonly type: string,
		readonly dev: number,
		private readonly magic: number,
	) {
		this.root = new AnonymousInode(this, { ino: 1, mode: 0o040555, uid: 0, gid: 0, time: 0n });
	}
	statfs() {
		return { type: this.magic, bsize: 4096, blocks: 0, bfree: 0, files: 0, ffree: 0 };
	}
}

export class AnonymousInode extends NodeBase {
	readonly type: number;
	private state: Attributes;
	constructor(
		readonly fs: FileSystem,
		init: { ino: number; mode: number; uid: number; gid: number; time: bigint },
		private readonly key?: object,
	) {
		super();
		this.type = init.mode & 0o170000;
		const { ino, mode, uid, gid, time } = init;
		this.state = { ino, mode, uid, gid, nlink: 1, rdev: 0, size: 0, atime: time, mtime: time, ctime: time };
	}
	override attributes(): Attributes {
		return this.state;
	}
	override setAttributes(change: AttributeChange): Errno | 0 {
		const { mode = this.state.mode, uid = this.state.uid, gid = this.state.gid } = change;
		this.state = { ...this.state, mode: this.type | (mode & 0o7777), uid, gid };
		return 0;
	}
	/** What it stands for: the pipe, so that opening it again finds it. */
	override identity(): object {
		return this.key ?? this;
	}
}

export type AnonymousKind = "pipefs" | "sockfs" | "anon_inodefs";
const kinds: Record<AnonymousKind, { dev: number; magic: number; mode: number }> = {
	pipefs: { dev: 14, magic: 0x50495045, mode: 0o010600 },
	sockfs: { dev: 8, magic: 0x534f434b, mode: 0o140777 },
	anon_inodefs: { dev: 15, magic: 0x09041934, mode: 0o600 },
};
const mounts = new WeakMap<Kernel, Map<AnonymousKind, Mount>>();

function mountOf(kernel: Kernel, kind: AnonymousKind): Mount {
	let made = mounts.get(kernel);
	if (!made) {
		made = new Map();
		mounts.set(kernel, made);
	}
	let mount = made.get(kind);
	if (!mount) {
		const { dev, magic } = kinds[kind];
		mount = detachedMount(new AnonymousFs(kind, dev, magic));
		made.set(kind, mount);
	}
	return mount;
}

/** An inode and the place that it is at; `key` is what its identity() answers. */
export function anonymousPlace(task: Task, kind: AnonymousKind, label: string, ino: number, key?: object) {
	const mount = mountOf(task.kernel, kind);
	const { uid, gid } = task.credentials;
	const inode = new AnonymousInode(mount.fs, { ino, mode: kinds[kind].mode, uid, gid, time: task.kernel.now() }, key);
	return { place: { mount, dentry: new Dentry(inode, undefined, label) }, inode };
}
/** A description of a file without a path. */
export function anonymousFile(
	task: Task,
	kind: AnonymousKind,
	operations: FileOperations,
	flags: number,
	ino = task.kernel.nextInode(),
): FileDescription {
	const { place, inode } = anonymousPlace(task, kind, operations.label, ino);
	return new FileDescription(operations, flags, place, inode);
}
