// System V objects (man 7 sysvipc): shared memory, semaphore sets and message queues have a key, an identifier, an owner and
// permissions in common. Each ipc namespace has a table of each kind.

import { ERRNO, type Errno } from "../../lib/errno";
import { CAP, capableIn } from "../proc/capability";
import type { Task } from "../task";

export const IPC_PRIVATE = 0;
export const IPC_CREAT = 0o1000;
export const IPC_EXCL = 0o2000;
export const IPC_NOWAIT = 0o4000;
export const MAY_READ = 4;
export const MAY_WRITE = 2;

/** Identifiers are a slot and how often slots were given out: an old one does not find a newer object. */
const SLOTS = 32768;

/** struct ipc_perm; ids are those of the initial user namespace. */
export class IpcObject {
	readonly cuid: number;
	readonly cgid: number;
	uid: number;
	gid: number;
	/** IPC_RMID was called. */
	removed = false;
	/** Seconds since 1970. */
	changed: bigint;

	constructor(
		task: Task,
		readonly id: number,
		public key: number,
		public mode: number,
	) {
		this.uid = task.identity.euid;
		this.cuid = this.uid;
		this.gid = task.identity.egid;
		this.cgid = this.gid;
		this.changed = seconds(task);
	}
	get sequence(): number {
		return Math.floor(this.id / SLOTS);
	}
	/** MAY_READ | MAY_WRITE (man 7 sysvipc, "Resource access permissions"). */
	allows(task: Task, wanted: number): boolean {
		const { identity, credentials, namespaces } = task;
		let granted = this.mode;
		if (identity.euid === this.uid || identity.euid === this.cuid) granted >>= 6;
		else if ([identity.egid, ...credentials.groups].some((gid) => gid === this.gid || gid === this.cgid)) granted >>= 3;
		return (wanted & ~granted & 7) === 0 || capableIn(task, namespaces.ipc.owner, CAP.IPC_OWNER);
	}
	/** Its owner or maker, or CAP_SYS_ADMIN: for IPC_SET and IPC_RMID. */
	isOwnedBy(task: Task): boolean {
		const { euid } = task.identity;
		return euid === this.uid || euid === this.cuid || capableIn(task, task.namespaces.ipc.owner, CAP.SYS_ADMIN);
	}
}
export const seconds = (task: Task): bigint => task.kernel.now() / 1_000_000_000n;

export class IpcTable<T extends IpcObject> {
	private readonly slots: Array<T | undefined> = [];
	private sequence = 0;

	get size(): number {
		let count = 0;
		for (const object of this.slots) if (object) count++;
		return count;
	}
	/** The highest slot in use; -1 without any. */
	get highest(): number {
		return this.slots.findLastIndex((object) => object !== undefined);
	}
	*[Symbol.iterator](): Generator<T> {
		for (const object of this.slots) if (object) yield object;
	}
	get(id: number): T | undefined {
		const object = id < 0 ? undefined : this.slots[id % SLOTS];
		return object?.id === id ? object : undefined;
	}
	at(slot: number): T | undefined {
		return slot < 0 ? undefined : this.slots[slot];
	}
	withKey(key: number): T | undefined {
		for (const object of this) if (object.key === key) return object;
		return undefined;
	}
	add(make: (id: number) => T): T {
		let slot = this.slots.indexOf(undefined);
		if (slot < 0) slot = this.slots.length;
		const object = make((this.sequence++ % 0x10000) * SLOTS + slot);
		this.slots[slot] = object;
		return object;
	}
	remove(object: T): void {
		object.removed = true;
		this.slots[object.id % SLOTS] = undefined;
	}

	/** shmget(2), semget(2), msgget(2): the identifier. EACCES, EEXIST, ENOENT, ENOSPC, and what `fits` and `make` say. */
	open(
		task: Task,
		key: number,
		flags: number,
		most: number,
		fits: (object: T) => Errno | 0,
		make: (id: number) => T,
		check: () => Errno | 0,
	): number {
		const found = key === IPC_PRIVATE ? undefined : this.withKey(key);
		if (found) {
			if (flags & IPC_CREAT && flags & IPC_EXCL) return -ERRNO.EEXIST;
			if (!found.allows(task, (flags | (flags >> 3) | (flags >> 6)) & 7)) return -ERRNO.EACCES;
			return fits(found) || found.id;
		}
		if (key !== IPC_PRIVATE && !(flags & IPC_CREAT)) return -ERRNO.ENOENT;
		const failed = check();
		if (failed < 0) return failed;
		if (this.size >= most) return -ERRNO.ENOSPC;
		return this.add(make).id;
	}
	/** By identifier, with permission. EINVAL, EIDRM, EACCES. */
	find(task: Task, id: number, wanted: number): T | Errno {
		const object = this.get(id);
		if (!object) return -ERRNO.EINVAL;
		return object.allows(task, wanted) ? object : -ERRNO.EACCES;
	}
}
