// inotify(7): a queue of events about the inodes that are watched. What is told comes from fs/vfs/notify.ts.
//
// A watch lives until inotify_rm_watch, IN_ONESHOT's event, the end of its inode or of the instance; but for the last, IN_IGNORED
// is the last that is heard of it. An inode without a name ends when nobody has it open.

import type { Dentry } from "../../fs/vfs/dentry";
import { S_IFDIR, typeOf } from "../../fs/vfs/mode";
import { IN, type NotifyEvent, type Watcher, watch } from "../../fs/vfs/notify";
import type { Inode } from "../../fs/vfs/types";
import { bytesFromName } from "../../lib/bytes";
import { ERRNO } from "../../lib/errno";
import type { Kernel, Task } from "../task";
import { Blocked, WaitQueue } from "../wait";
import { anonymousFile } from "./anonymous";
import { type FileDescription, type FileOperations, type IoctlMemory, POLLIN } from "./description";
import { O_NONBLOCK, O_RDONLY } from "./flags";
import { FIONREAD, writeInt } from "./ioctl";

const ALL_EVENTS = 0xfff;
export const IN_ONLYDIR = 0x0100_0000;
export const IN_DONT_FOLLOW = 0x0200_0000;
const IN_EXCL_UNLINK = 0x0400_0000;
const IN_MASK_CREATE = 0x1000_0000;
const IN_MASK_ADD = 0x2000_0000;
const IN_ONESHOT = 0x8000_0000;
const KNOWN = ALL_EVENTS | IN.UNMOUNT | IN.Q_OVERFLOW | IN.IGNORED | IN.ISDIR | IN_ONLYDIR | IN_DONT_FOLLOW;
const ALL_BITS = KNOWN | IN_EXCL_UNLINK | IN_MASK_ADD | IN_MASK_CREATE | IN_ONESHOT;
/** Told whether asked for or not. */
const ALWAYS = IN.UNMOUNT | IN.IGNORED;

/** /proc/sys/fs/inotify: events that wait, instances of a user, watches of a user. */
export const MAX_QUEUED_EVENTS = 16384;
export const MAX_USER_INSTANCES = 128;
export const MAX_USER_WATCHES = 65536;
const HEADER = 16;

interface Queued {
	wd: number;
	mask: number;
	cookie: number;
	/** The name with its padding. */
	name: Uint8Array;
}
const NO_NAME = new Uint8Array(0);

/** What a user has, machine-wide. */
class Account {
	instances = 0;
	watches = 0;
}
const accounts = new WeakMap<Kernel, Map<number, Account>>();
function accountOf({ kernel, credentials: { uid } }: Task): Account {
	const all = accounts.get(kernel) ?? new Map<number, Account>();
	accounts.set(kernel, all);
	const account = all.get(uid) ?? new Account();
	all.set(uid, account);
	return account;
}

class Watch implements Watcher {
	readonly stop: () => void;
	/** The name that was its last. */
	private last: Dentry | undefined;

	constructor(
		private readonly instance: Inotify,
		readonly wd: number,
		readonly inode: Inode,
		public mask: number,
	) {
		this.stop = watch(inode, this);
	}
	event({ mask, name, cookie = 0, unlinked }: NotifyEvent): void {
		if (!(mask & this.mask & ALL_EVENTS) || (unlinked && this.mask & IN_EXCL_UNLINK)) return;
		this.instance.push({ wd: this.wd, mask, cookie, name: name === undefined ? NO_NAME : padded(name) });
		if (this.mask & IN_ONESHOT) this.instance.forget(this);
	}
	unnamed(dentry: Dentry): void {
		this.last = dentry;
		this.closed();
	}
	/** That may have been the last who kept an inode without a name. */
	closed(): void {
		if (!this.last || this.instance.isOpen(this.last)) return;
		if (this.mask & IN.DELETE_SELF) this.instance.push({ wd: this.wd, mask: IN.DELETE_SELF, cookie: 0, name: NO_NAME });
		this.instance.forget(this);
	}
	unmounted(): void {
		const mask = IN.UNMOUNT | (typeOf(this.inode) === S_IFDIR ? IN.ISDIR : 0);
		this.instance.push({ wd: this.wd, mask, cookie: 0, name: NO_NAME });
		this.instance.forget(this);
	}
}
/** With its NUL, rounded up to the size of a header, so that events stay aligned. */
function padded(name: string): Uint8Array {
	const bytes = bytesFromName(name);
	const out = new Uint8Array(Math.ceil((bytes.length + 1) / HEADER) * HEADER);
	out.set(bytes);
	return out;
}

export class Inotify implements FileOperations {
	readonly label = "anon_inode:inotify";
	private readonly watches = new Map<number, Watch>();
	private readonly byInode = new Map<object, Watch>();
	private events: Queued[] = [];
	private readonly arrived = new WaitQueue();
	private lastWd = 0;

	constructor(
		private readonly kernel: Kernel,
		private readonly account: Account,
	) {
		account.instances++;
	}

	/** 0, or EINVAL for a mask that asks for nothing, or for two things that go against each other. */
	static checked(mask: number): number {
		return !(mask & ALL_BITS) || (mask & IN_MASK_ADD && mask & IN_MASK_CREATE) ? -ERRNO.EINVAL : 0;
	}
	/** The watch's number. EEXIST, ENOSPC. */
	add(inode: Inode, mask: number): number {
		const wanted = mask & (ALL_EVENTS | IN_ONESHOT | IN_EXCL_UNLINK);
		const known = this.byInode.get(inode.identity());
		if (known) {
			if (mask & IN_MASK_CREATE) return -ERRNO.EEXIST;
			known.mask = mask & IN_MASK_ADD ? known.mask | wanted : wanted;
			return known.wd;
		}
		if (this.account.watches >= MAX_USER_WATCHES) return -ERRNO.ENOSPC;
		this.account.watches++;
		const added = new Watch(this, ++this.lastWd, inode, wanted);
		this.watches.set(added.wd, added);
		this.byInode.set(inode.identity(), added);
		return added.wd;
	}
	remove(wd: number): number {
		const found = this.watches.get(wd);
		if (!found) return -ERRNO.EINVAL;
		this.forget(found);
		return 0;
	}
	forget(gone: Watch): void {
		this.drop(gone);
		this.push({ wd: gone.wd, mask: IN.IGNORED, cookie: 0, name: NO_NAME });
	}
	private drop(gone: Watch): void {
		if (!this.watches.delete(gone.wd)) return;
		this.byInode.delete(gone.inode.identity());
		this.account.watches--;
		gone.stop();
	}
	/** An event that is like the one before it is not told twice. */
	push(event: Queued): void {
		const last = this.events.at(-1);
		if (last && !(event.mask & ALWAYS) && last.wd === event.wd && last.mask === event.mask && same(last.name, event.name)) return;
		if (this.events.length >= MAX_QUEUED_EVENTS) {
			if (last!.mask === IN.Q_OVERFLOW) return;
			event = { wd: -1, mask: IN.Q_OVERFLOW, cookie: 0, name: NO_NAME };
		}
		this.events.push(event);
		this.arrived.wake();
	}
	isOpen(dentry: Dentry): boolean {
		for (const process of this.kernel.processes())
			for (const task of process.tasks)
				for (const [, file] of task.files.entries()) if (file.place?.dentry === dentry) return true;
		return false;
	}

	read(file: FileDescription, _task: Task, into: Uint8Array): number | Blocked {
		if (this.events.length === 0) return file.flags & O_NONBLOCK ? -ERRNO.EAGAIN : new Blocked([this.arrived]);
		let done = 0;
		let count = 0;
		const view = new DataView(into.buffer, into.byteOffset, into.length);
		for (const { wd, mask, cookie, name } of this.events) {
			if (done + HEADER + name.length > into.length) break;
			view.setInt32(done, wd, true);
			view.setUint32(done + 4, mask, true);
			view.setUint32(done + 8, cookie, true);
			view.setUint32(done + 12, name.length, true);
			into.set(name, done + HEADER);
			done += HEADER + name.length;
			count++;
		}
		this.events.splice(0, count);
		return count === 0 ? -ERRNO.EINVAL : done;
	}
	write(): number {
		return -ERRNO.EBADF;
	}
	poll(): number {
		return this.events.length > 0 ? POLLIN : 0;
	}
	queues(): readonly WaitQueue[] {
		return [this.arrived];
	}
	ioctl(_file: FileDescription, _task: Task, request: number, memory: IoctlMemory): number {
		if (request !== FIONREAD) return -ERRNO.ENOTTY;
		return writeInt(
			memory,
			this.events.reduce((sum, { name }) => sum + HEADER + name.length, 0),
		);
	}
	release(): void {
		for (const each of [...this.watches.values()]) this.drop(each);
		this.account.instances--;
	}
	/** The watches in /proc/PID/fdinfo, the last first; the device's number as the kernel has it inside, 20 bits of minor. */
	info(): string {
		const line = ({ wd, inode, mask }: Watch): string => {
			const { dev } = inode.fs;
			const device = ((dev >>> 8) & 0xfff) * 0x100000 + ((dev & 0xff) | ((dev >>> 12) & 0xfff00));
			const words = [`wd:${wd.toString(16)}`, `ino:${inode.attributes().ino.toString(16)}`, `sdev:${device.toString(16)}`];
			return `inotify ${words.join(" ")} mask:${(mask >>> 0).toString(16)} ignored_mask:0 \n`;
		};
		return [...this.watches.values()].reverse().map(line).join("");
	}
}
const same = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, index) => byte === b[index]);

/** inotify_init1(2). EMFILE when the user has as many as there may be. `flags` may hold O_NONBLOCK. */
export function createInotify(task: Task, flags: number): FileDescription | number {
	const account = accountOf(task);
	if (account.instances >= MAX_USER_INSTANCES) return -ERRNO.EMFILE;
	return anonymousFile(task, "anon_inodefs", new Inotify(task.kernel, account), O_RDONLY | flags);
}
