// System calls on POSIX message queues (man 7 mq_overview). Decoding, and opening by name; kernel/ipc acts.

import { rootDentry } from "../../fs/vfs/dentry";
import { detachedMount, type Mount } from "../../fs/vfs/mount";
import { open, type PathContext, unlink } from "../../fs/vfs/operations";
import { ERRNO } from "../../lib/errno";
import { O_NONBLOCK } from "../file/flags";
import { describe } from "../file/open";
import { install } from "../file/ops/context";
import { MQ_PRIO_MAX, type MqueueFs, mqueueOf, type QueueSize, queueOf } from "../ipc/mqueue";
import { ipcOf } from "../ipc/namespace";
import { CAP, capableIn } from "../proc/capability";
import { RLIMIT } from "../proc/limits";
import { taskRecord } from "../proc/process";
import { SIGNAL_MAX } from "../proc/signal/numbers";
import type { Task } from "../task";
import { type Blocked, whenDone } from "../wait";
import type { Arguments, GuestTask, SyscallRow } from "./row";
import { readTimespec } from "./timespec";

const O_CREAT = 0o100;
const O_ALLOWED = 0o3 | O_CREAT | 0o200 | O_NONBLOCK | 0o2000000;
/** Even with CAP_SYS_RESOURCE (man 7 mq_overview, "/proc interfaces"). */
const HARD = { most: 65536, size: 16777216 };
/** What a message costs besides its text, for RLIMIT_MSGQUEUE. */
const MESSAGE_COST = 8;
const SIGEV_SIGNAL = 0;
const SIGEV_NONE = 1;

const mounts = new WeakMap<MqueueFs, Mount>();
/** Names have no directories: the root is where every walk begins. */
function contextFor(task: Task, fs: MqueueFs): PathContext {
	let mount = mounts.get(fs);
	if (!mount) {
		mount = detachedMount(fs);
		mounts.set(fs, mount);
	}
	const place = { mount, dentry: rootDentry(fs) };
	return { root: place, cwd: place, umask: task.fs.umask, credentials: task.credentials, task };
}
function nameAt(task: GuestTask, address: number): string | number {
	const name = task.memory.path(address);
	if (typeof name === "number") return name;
	if (name === "") return -ERRNO.ENOENT;
	return name.includes("/") || name === "." || name === ".." ? -ERRNO.EACCES : name;
}

/** struct mq_attr: flags, maxmsg, msgsize, curmsgs, each of 8 bytes, and as much again. */
const ATTRIBUTES = 64;
function sizeAt(task: GuestTask, address: number): QueueSize | number {
	const bytes = task.memory.readable(address, ATTRIBUTES);
	if (!bytes) return -ERRNO.EFAULT;
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	const [most, size] = [Number(view.getBigInt64(8, true)), Number(view.getBigInt64(16, true))];
	const { limits } = ipcOf(task.namespaces);
	const free = capableIn(task, task.namespaces.ipc.owner, CAP.SYS_RESOURCE);
	const top = free ? HARD : { most: limits.msg_max, size: limits.msgsize_max };
	return most <= 0 || size <= 0 || most > top.most || size > top.size ? -ERRNO.EINVAL : { most, size };
}
/** RLIMIT_MSGQUEUE, and how many queues there may be. */
function admits(task: GuestTask, fs: MqueueFs, { most, size }: QueueSize): number {
	let used = most * (size + MESSAGE_COST);
	for (const queue of fs.root.queues.values()) {
		if (queue.attributes().uid === task.identity.ruid) used += queue.most * (queue.size + MESSAGE_COST);
	}
	if (used > task.process.limits.get(RLIMIT.MSGQUEUE)!.soft) return -ERRNO.EMFILE;
	const free = capableIn(task, task.namespaces.ipc.owner, CAP.SYS_RESOURCE);
	return fs.root.queues.size >= ipcOf(task.namespaces).limits.queues_max && !free ? -ERRNO.ENOSPC : 0;
}
function openQueue(task: GuestTask, [nameAddress, flags, mode, attributesAt]: Arguments): number | Blocked {
	const name = nameAt(task, nameAddress);
	if (typeof name === "number") return name;
	const fs = mqueueOf(task);
	if (flags & O_CREAT && !fs.root.queues.has(name)) {
		const size = attributesAt === 0 ? fs.defaults() : sizeAt(task, attributesAt);
		if (typeof size === "number") return size;
		const refused = admits(task, fs, size);
		if (refused < 0) return refused;
		fs.next = size;
	}
	const opened = open(contextFor(task, fs), name, flags & O_ALLOWED, mode & 0o7777);
	fs.next = undefined;
	if (typeof opened === "number") return opened;
	return whenDone(describe(task, opened, flags & O_ALLOWED), (file) =>
		typeof file === "number" ? file : install(task, file, true),
	);
}

/** Absolute, by the wall clock; in milliseconds since boot. */
function deadlineAt(task: GuestTask, address: number): number | undefined {
	if (address === 0) return undefined;
	const until = readTimespec(task, address);
	return until < 0 ? until : Math.max(0, task.kernel.uptime() + until - Number(task.kernel.now()) / 1e6);
}
function send(task: GuestTask, [fd, textAt, length, priority, timeoutAt]: Arguments): number | Blocked {
	const deadline = deadlineAt(task, timeoutAt);
	if (deadline !== undefined && deadline < 0) return deadline;
	if (priority >>> 0 >= MQ_PRIO_MAX) return -ERRNO.EINVAL;
	const found = queueOf(task, fd | 0, "writes");
	if (typeof found === "number") return found;
	const { queue, file } = found;
	if (length > queue.size) return -ERRNO.EMSGSIZE;
	const bytes = task.memory.readable(textAt, length);
	if (!bytes) return -ERRNO.EFAULT;
	const message = { priority: priority >>> 0, bytes: bytes.slice() };
	return queue.send(task, message, (file.flags & O_NONBLOCK) !== 0, deadline);
}
function receive(task: GuestTask, [fd, textAt, length, priorityAt, timeoutAt]: Arguments): number | Blocked {
	const deadline = deadlineAt(task, timeoutAt);
	if (deadline !== undefined && deadline < 0) return deadline;
	const found = queueOf(task, fd | 0, "reads");
	if (typeof found === "number") return found;
	const { queue, file } = found;
	if (length < queue.size) return -ERRNO.EMSGSIZE;
	return whenDone(queue.receive(task, (file.flags & O_NONBLOCK) !== 0, deadline), (message) => {
		if (typeof message === "number") return message;
		const { bytes, priority } = message;
		const into = task.memory.writable(textAt, bytes.length);
		if (!into || (priorityAt !== 0 && !task.memory.setU32(priorityAt, priority))) return -ERRNO.EFAULT;
		into.set(bytes);
		return bytes.length;
	});
}
/** mq_notify(2): one process at a time hears of a message that comes to an empty queue. */
function notify(task: GuestTask, fd: number, eventAt: number): number {
	let event: { signal: number; value: bigint } | undefined;
	if (eventAt !== 0) {
		const bytes = task.memory.readable(eventAt, 64);
		if (!bytes) return -ERRNO.EFAULT;
		const view = new DataView(bytes.buffer, bytes.byteOffset, 64);
		const [signal, how] = [view.getInt32(8, true), view.getInt32(12, true)];
		// SIGEV_THREAD would be told through a netlink socket.
		if (how !== SIGEV_NONE && how !== SIGEV_SIGNAL) return -ERRNO.EINVAL;
		if (how === SIGEV_SIGNAL && (signal < 1 || signal > SIGNAL_MAX)) return -ERRNO.EINVAL;
		event = { signal: how === SIGEV_NONE ? 0 : signal, value: view.getBigUint64(0, true) };
	}
	const found = queueOf(task, fd);
	if (typeof found === "number") return found;
	const { queue } = found;
	const { process } = taskRecord(task);
	if (!event) {
		queue.closedBy(task);
		return 0;
	}
	if (queue.notice && !queue.notice.process.zombie) return -ERRNO.EBUSY;
	queue.notice = { process, ...event };
	return 0;
}
function attributes(task: GuestTask, fd: number, newAt: number, oldAt: number): number {
	let flags: number | undefined;
	if (newAt !== 0) {
		const bytes = task.memory.readable(newAt, ATTRIBUTES);
		if (!bytes) return -ERRNO.EFAULT;
		flags = new DataView(bytes.buffer, bytes.byteOffset, 8).getInt32(0, true);
		if (flags & ~O_NONBLOCK) return -ERRNO.EINVAL;
	}
	const found = queueOf(task, fd);
	if (typeof found === "number") return found;
	const { queue, file } = found;
	if (oldAt !== 0) {
		const into = task.memory.writable(oldAt, ATTRIBUTES);
		if (!into) return -ERRNO.EFAULT;
		into.fill(0);
		const view = new DataView(into.buffer, into.byteOffset, ATTRIBUTES);
		[file.flags & O_NONBLOCK, queue.most, queue.size, queue.count].forEach((word, index) => {
			view.setBigInt64(index * 8, BigInt(word), true);
		});
	}
	if (flags !== undefined) file.flags = (file.flags & ~O_NONBLOCK) | flags;
	return 0;
}

export const mqueueRows: SyscallRow[] = [
	{ number: 240, name: "mq_open", args: ["string", "openFlags", "openMode", "address"], handler: openQueue },
	{
		number: 241,
		name: "mq_unlink",
		args: ["string"],
		handler(task, [address]) {
			const name = nameAt(task, address);
			return typeof name === "number" ? name : unlink(contextFor(task, mqueueOf(task)), name);
		},
	},
	{ number: 242, name: "mq_timedsend", args: ["fd", "buffer", "size", "uint", "timespec"], handler: send },
	{ number: 243, name: "mq_timedreceive", args: ["fd", "outBuffer", "size", "address", "timespec"], handler: receive },
	{ number: 244, name: "mq_notify", args: ["fd", "address"], handler: (task, [fd, event]) => notify(task, fd | 0, event) },
	{
		number: 245,
		name: "mq_getsetattr",
		args: ["fd", "address", "address"],
		handler: (task, [fd, next, old]) => attributes(task, fd | 0, next, old),
	},
];
