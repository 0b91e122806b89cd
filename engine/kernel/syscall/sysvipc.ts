// System calls on System V objects: shared memory, semaphores, message queues. Decoding and the control structures; kernel/ipc acts.

import { ERRNO } from "../../lib/errno";
import { type IpcState, ipcOf } from "../ipc/namespace";
import { type IpcObject, type IpcTable, MAY_READ, MAY_WRITE, seconds } from "../ipc/object";
import { type MessageQueue, msgget, msgrcv, msgsnd, removeQueue } from "../ipc/queue";
import { removeSegment, type Segment, shmat, shmdt, shmget, sweep } from "../ipc/segment";
import { removeSet, SEMVMX, type SemaphoreOperation, type SemaphoreSet, semget, semop, setValues } from "../ipc/semaphore";
import { fromOutside, toOutside } from "../ns/user";
import { CAP, capableIn } from "../proc/capability";
import { taskRecord } from "../proc/process";
import type { TaskRecord } from "../proc/task";
import type { Task } from "../task";
import { type Blocked, whenDone } from "../wait";
import type { SyscallRow } from "./row";
import { readTimespec } from "./timespec";

const IPC_RMID = 0;
const IPC_SET = 1;
const IPC_STAT = 2;
const IPC_INFO = 3;
const MSG_STAT = 11;
const MSG_INFO = 12;
const MSG_STAT_ANY = 13;
const SHM_LOCK = 11;
const SHM_UNLOCK = 12;
const SHM_STAT = 13;
const SHM_INFO = 14;
const SHM_STAT_ANY = 15;
const [GETPID, GETVAL, GETALL, GETNCNT, GETZCNT, SETVAL, SETALL, SEM_STAT, SEM_INFO, SEM_STAT_ANY] = [
	11, 12, 13, 14, 15, 16, 17, 18, 19, 20,
];

/** struct ipc64_perm, 48 bytes, at the beginning of each *_ds. */
function writePermissions(view: DataView, task: Task, object: IpcObject): void {
	const { user } = task.namespaces;
	const uid = (id: number): number => fromOutside(user, "uidMap", id);
	const gid = (id: number): number => fromOutside(user, "gidMap", id);
	const words = [object.key, uid(object.uid), gid(object.gid), uid(object.cuid), gid(object.cgid), object.mode];
	words.forEach((word, index) => {
		view.setUint32(index * 4, word >>> 0, true);
	});
	view.setUint16(24, object.sequence, true);
}
const pidSeen = (task: Task, pid: number): number => task.kernel.groupIn(pid, task.namespaces.pid);

function segmentStatus(task: Task, segment: Segment): DataView {
	const view = new DataView(new ArrayBuffer(112));
	writePermissions(view, task, segment);
	view.setBigUint64(48, BigInt(segment.size), true);
	[segment.attached, segment.detached, segment.changed].forEach((time, index) => {
		view.setBigInt64(56 + index * 8, time, true);
	});
	view.setInt32(80, pidSeen(task, segment.creator), true);
	view.setInt32(84, pidSeen(task, segment.lastPid), true);
	view.setBigUint64(88, BigInt(segment.attachments), true);
	return view;
}
function setStatus(task: Task, set: SemaphoreSet): DataView {
	const view = new DataView(new ArrayBuffer(104));
	writePermissions(view, task, set);
	view.setBigInt64(48, set.operated, true);
	view.setBigInt64(64, set.changed, true);
	view.setBigUint64(80, BigInt(set.semaphores.length), true);
	return view;
}
function queueStatus(task: Task, queue: MessageQueue): DataView {
	const view = new DataView(new ArrayBuffer(120));
	writePermissions(view, task, queue);
	[queue.sent, queue.received, queue.changed].forEach((time, index) => {
		view.setBigInt64(48 + index * 8, time, true);
	});
	[queue.bytes, queue.messages.length, queue.capacity].forEach((count, index) => {
		view.setBigUint64(72 + index * 8, BigInt(count), true);
	});
	view.setInt32(96, pidSeen(task, queue.lastSender), true);
	view.setInt32(100, pidSeen(task, queue.lastReceiver), true);
	return view;
}

/** Copies to the guest; the answer that comes with it, or EFAULT. */
function give(task: TaskRecord, address: number, view: DataView | BigUint64Array | Int32Array, answer: number): number {
	const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
	const into = task.memory.writable(address, bytes.length);
	into?.set(bytes);
	return into ? answer : -ERRNO.EFAULT;
}
/** IPC_STAT (0) by identifier, *_STAT (the identifier) by slot, *_STAT_ANY without a look at the permissions. */
function status<T extends IpcObject>(
	task: TaskRecord,
	table: IpcTable<T>,
	id: number,
	how: "id" | "slot" | "any",
	address: number,
	show: (task: Task, object: T) => DataView,
): number {
	const object = how === "id" ? table.get(id) : table.at(id);
	if (!object) return -ERRNO.EINVAL;
	if (how !== "any" && !object.allows(task, MAY_READ)) return -ERRNO.EACCES;
	return give(task, address, show(task, object), how === "id" ? 0 : object.id);
}
/** What IPC_SET gives of struct ipc_perm. */
function setOwner(task: TaskRecord, object: IpcObject, address: number, more?: (view: DataView) => number): number {
	const bytes = task.memory.readable(address, 96);
	if (!bytes) return -ERRNO.EFAULT;
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	const { user } = task.namespaces;
	const uid = toOutside(user, "uidMap", view.getUint32(4, true));
	const gid = toOutside(user, "gidMap", view.getUint32(8, true));
	if (!object.isOwnedBy(task)) return -ERRNO.EPERM;
	if (uid === undefined || gid === undefined) return -ERRNO.EINVAL;
	const refused = more?.(view) ?? 0;
	if (refused < 0) return refused;
	Object.assign(object, { uid, gid, mode: (object.mode & ~0o777) | (view.getUint32(20, true) & 0o777), changed: seconds(task) });
	return 0;
}
const owned = (task: Task, object: IpcObject | undefined, act: () => number): number => {
	if (!object) return -ERRNO.EINVAL;
	return object.isOwnedBy(task) ? act() : -ERRNO.EPERM;
};

function shmctl(task: TaskRecord, id: number, command: number, address: number): number {
	sweep(task);
	const { segments, limits } = ipcOf(task.namespaces);
	const segment = segments.get(id);
	const total = [...segments].reduce((sum, { size }) => sum + Math.ceil(size / 4096), 0);
	switch (command) {
		case IPC_INFO:
			return give(
				task,
				address,
				BigUint64Array.from([limits.shmmax, 1, limits.shmmni, limits.shmmni, limits.shmall, 0, 0, 0, 0], BigInt),
				Math.max(0, segments.highest),
			);
		case SHM_INFO:
			return give(
				task,
				address,
				BigUint64Array.from([segments.size, total, total, 0, 0, 0], BigInt),
				Math.max(0, segments.highest),
			);
		case IPC_STAT:
		case SHM_STAT:
		case SHM_STAT_ANY:
			return status(task, segments, id, howOf(command, IPC_STAT, SHM_STAT), address, segmentStatus);
		case IPC_SET:
			return segment ? setOwner(task, segment, address) : -ERRNO.EINVAL;
		case IPC_RMID:
			return owned(task, segment, () => {
				removeSegment(task, segment!);
				return 0;
			});
		case SHM_LOCK:
		case SHM_UNLOCK: {
			// There is no swap to be kept out of.
			const { ipc } = task.namespaces;
			if (!segment) return -ERRNO.EINVAL;
			return segment.isOwnedBy(task) || capableIn(task, ipc.owner, CAP.IPC_LOCK) ? 0 : -ERRNO.EPERM;
		}
		default:
			return -ERRNO.EINVAL;
	}
}
const howOf = (command: number, byId: number, bySlot: number): "id" | "slot" | "any" =>
	command === byId ? "id" : command === bySlot ? "slot" : "any";

function msgctl(task: TaskRecord, id: number, command: number, address: number): number {
	const { queues, limits } = ipcOf(task.namespaces);
	const queue = queues.get(id);
	switch (command) {
		case IPC_INFO:
		case MSG_INFO: {
			const all = [...queues];
			const counts = [
				all.length,
				all.reduce((n, { messages }) => n + messages.length, 0),
				all.reduce((n, { bytes }) => n + bytes, 0),
			];
			const [pool, map, headers] =
				command === MSG_INFO ? counts : [limits.msgmni * (limits.msgmnb / 1024), limits.msgmnb, limits.msgmnb];
			const words = [pool!, map!, limits.msgmax, limits.msgmnb, limits.msgmni, 16, headers!, 0xffff];
			return give(task, address, Int32Array.from(words), Math.max(0, queues.highest));
		}
		case IPC_STAT:
		case MSG_STAT:
		case MSG_STAT_ANY:
			return status(task, queues, id, howOf(command, IPC_STAT, MSG_STAT), address, queueStatus);
		case IPC_SET: {
			if (!queue) return -ERRNO.EINVAL;
			return setOwner(task, queue, address, (view) => {
				const capacity = Number(view.getBigUint64(88, true));
				const more = capacity > limits.msgmnb && !capableIn(task, task.namespaces.ipc.owner, CAP.SYS_RESOURCE);
				if (more) return -ERRNO.EPERM;
				queue.capacity = capacity;
				queue.writable.wake();
				return 0;
			});
		}
		case IPC_RMID:
			return owned(task, queue, () => {
				removeQueue(task, queue!);
				return 0;
			});
		default:
			return -ERRNO.EINVAL;
	}
}

function semctl(task: TaskRecord, id: number, index: number, command: number, argument: number): number {
	const state = ipcOf(task.namespaces);
	const set = state.semaphores.get(id);
	switch (command) {
		case IPC_INFO:
		case SEM_INFO:
			return semaphoreInfo(task, state, command === SEM_INFO, argument);
		case IPC_STAT:
		case SEM_STAT:
		case SEM_STAT_ANY:
			return status(task, state.semaphores, id, howOf(command, IPC_STAT, SEM_STAT!), argument, setStatus);
		case IPC_SET:
			return set ? setOwner(task, set, argument) : -ERRNO.EINVAL;
		case IPC_RMID:
			return owned(task, set, () => {
				removeSet(task, set!);
				return 0;
			});
		default:
			return set ? semaphoreValues(task, set, index, command, argument) : -ERRNO.EINVAL;
	}
}
function semaphoreInfo(task: TaskRecord, { semaphores, limits }: IpcState, used: boolean, address: number): number {
	const [perSet, all, operations, sets] = limits.sem;
	const inUse = [...semaphores].reduce((sum, set) => sum + set.semaphores.length, 0);
	const words = [all, sets, all, all, perSet, operations, operations, used ? semaphores.size : 20, SEMVMX, used ? inUse : SEMVMX];
	return give(task, address, Int32Array.from(words), Math.max(0, semaphores.highest));
}
function semaphoreValues(task: TaskRecord, set: SemaphoreSet, index: number, command: number, argument: number): number {
	const sets = command === SETVAL || command === SETALL;
	const reads = [GETPID, GETVAL, GETALL, GETNCNT, GETZCNT].includes(command);
	if (!sets && !reads) return -ERRNO.EINVAL;
	if (!set.allows(task, sets ? MAY_WRITE : MAY_READ)) return -ERRNO.EACCES;
	const count = set.semaphores.length;
	if (command === GETALL || command === SETALL) {
		const bytes = command === GETALL ? task.memory.writable(argument, count * 2) : task.memory.readable(argument, count * 2);
		if (!bytes) return -ERRNO.EFAULT;
		const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
		if (command === GETALL) {
			set.semaphores.forEach(({ value }, at) => {
				view.setUint16(at * 2, value, true);
			});
			return 0;
		}
		const values = new Map(set.semaphores.map((_, at) => [at, view.getUint16(at * 2, true)]));
		if ([...values.values()].some((value) => value > SEMVMX)) return -ERRNO.ERANGE;
		setValues(task, set, values);
		return 0;
	}
	const semaphore = set.semaphores[index];
	if (index < 0 || !semaphore) return -ERRNO.EINVAL;
	switch (command) {
		case GETVAL:
			return semaphore.value;
		case GETPID:
			return pidSeen(task, semaphore.pid);
		case SETVAL: {
			const value = argument | 0;
			if (value < 0 || value > SEMVMX) return -ERRNO.ERANGE;
			setValues(task, set, new Map([[index, value]]));
			return 0;
		}
		default:
			return set.countWaiting(index, command === GETZCNT);
	}
}

/** struct sembuf, 6 bytes each. */
function semopCall(task: TaskRecord, id: number, address: number, count: number, timeoutAt: number): number | Blocked {
	const [, , most] = ipcOf(task.namespaces).limits.sem;
	if (count < 1 || id < 0) return -ERRNO.EINVAL;
	if (count > most) return -ERRNO.E2BIG;
	const bytes = task.memory.readable(address, count * 6);
	if (!bytes) return -ERRNO.EFAULT;
	const timeout = timeoutAt === 0 ? undefined : readTimespec(task, timeoutAt);
	if (timeout !== undefined && timeout < 0) return timeout;
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	const operations: SemaphoreOperation[] = [];
	for (let at = 0; at < bytes.length; at += 6) {
		const [index, change, flags] = [view.getUint16(at, true), view.getInt16(at + 2, true), view.getInt16(at + 4, true)];
		operations.push({ index, change, flags });
	}
	return semop(task, id, operations, timeout === undefined ? undefined : task.kernel.uptime() + timeout);
}
/** struct msgbuf: the type, then the text. */
function msgsndCall(task: TaskRecord, id: number, address: number, size: number, flags: number): number | Blocked {
	if (size < 0 || size > ipcOf(task.namespaces).limits.msgmax) return -ERRNO.EINVAL;
	const bytes = task.memory.readable(address, size + 8);
	if (!bytes) return -ERRNO.EFAULT;
	const type = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigInt64(0, true));
	return msgsnd(task, id, { type, bytes: bytes.slice(8) }, flags);
}
const msgrcvCall = (task: TaskRecord, id: number, address: number, most: number, type: number, flags: number): number | Blocked =>
	whenDone(msgrcv(task, id, most, type, flags), (message) => {
		if (typeof message === "number") return message;
		const into = task.memory.writable(address, message.bytes.length + 8);
		if (!into) return -ERRNO.EFAULT;
		new DataView(into.buffer, into.byteOffset, 8).setBigInt64(0, BigInt(message.type), true);
		into.set(message.bytes, 8);
		return message.bytes.length;
	});

export const sysvRows: SyscallRow[] = [
	{
		number: 29,
		name: "shmget",
		args: ["int", "size", "flags"],
		handler: (task, [key, size, flags]) => shmget(task, key | 0, size, flags | 0),
	},
	{
		number: 30,
		name: "shmat",
		args: ["int", "address", "flags"],
		handler: (task, [id, address, flags]) => shmat(taskRecord(task), id | 0, address, flags | 0),
	},
	{
		number: 31,
		name: "shmctl",
		args: ["int", "int", "address"],
		handler: (task, [id, command, address]) => shmctl(taskRecord(task), id | 0, command | 0, address),
	},
	{ number: 67, name: "shmdt", args: ["address"], handler: (task, [address]) => shmdt(taskRecord(task), address) },
	{
		number: 64,
		name: "semget",
		args: ["int", "int", "flags"],
		handler: (task, [key, count, flags]) => semget(task, key | 0, count | 0, flags | 0),
	},
	{
		number: 65,
		name: "semop",
		args: ["int", "address", "size"],
		handler: (task, [id, address, count]) => semopCall(taskRecord(task), id | 0, address, count, 0),
	},
	{
		number: 220,
		name: "semtimedop",
		args: ["int", "address", "size", "timespec"],
		handler: (task, [id, address, count, timeout]) => semopCall(taskRecord(task), id | 0, address, count, timeout),
	},
	{
		number: 66,
		name: "semctl",
		args: ["int", "int", "int", "address"],
		handler: (task, [id, index, command, argument]) => semctl(taskRecord(task), id | 0, index | 0, command | 0, argument),
	},
	{ number: 68, name: "msgget", args: ["int", "flags"], handler: (task, [key, flags]) => msgget(task, key | 0, flags | 0) },
	{
		number: 69,
		name: "msgsnd",
		args: ["int", "address", "size", "flags"],
		handler: (task, [id, address, size, flags]) => msgsndCall(taskRecord(task), id | 0, address, size, flags | 0),
	},
	{
		number: 70,
		name: "msgrcv",
		args: ["int", "address", "size", "int", "flags"],
		handler: (task, [id, address, size, type, flags]) => msgrcvCall(taskRecord(task), id | 0, address, size, type, flags | 0),
	},
	{
		number: 71,
		name: "msgctl",
		args: ["int", "int", "address"],
		handler: (task, [id, command, address]) => msgctl(taskRecord(task), id | 0, command | 0, address),
	},
];
