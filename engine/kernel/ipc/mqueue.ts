// POSIX message queues (man 7 mq_overview): files of the mqueue file system, one for each ipc namespace. A descriptor of one can be
// polled; reading it tells how full the queue is.

import { S_IFDIR, S_IFMT, S_IFREG } from "../../fs/vfs/mode";
import { NodeBase } from "../../fs/vfs/node";
import type { AttributeChange, Attributes, DirectoryEntry, FileSystem, Inode, NewNode } from "../../fs/vfs/types";
import { utf8 } from "../../lib/bytes";
import { ERRNO, type Errno } from "../../lib/errno";
import { type FileDescription, type FileOperations, POLLIN, POLLOUT } from "../file/description";
import { O_ACCMODE, O_RDONLY, O_WRONLY } from "../file/flags";
import type { SpecialInode } from "../file/special";
import type { IpcNamespace } from "../ns/namespaces";
import type { ProcessRecord } from "../proc/process";
import { sendToProcess } from "../proc/signal/send";
import { newDevice } from "../pseudo/tree";
import type { Kernel, Task } from "../task";
import { Blocked, WaitQueue } from "../wait";
import { ipcOf } from "./namespace";

const MQUEUE_MAGIC = 0x19800202;
/** Priorities are below it. */
export const MQ_PRIO_MAX = 32768;
const SI_MESGQ = -3;

interface Queued {
	priority: number;
	bytes: Uint8Array;
}
/** Who is to hear of the first message (mq_notify(3)). */
export interface Notice {
	process: ProcessRecord;
	/** 0: SIGEV_NONE. */
	signal: number;
	value: bigint;
}

class Entry extends NodeBase {
	protected state: Attributes;
	constructor(
		override readonly fs: MqueueFs,
		{ mode, uid, gid }: { mode: number; uid: number; gid: number },
	) {
		super();
		const time = fs.kernel.now();
		this.state = { ino: fs.nextInode(), mode, uid, gid, nlink: 1, rdev: 0, size: 0, atime: time, mtime: time, ctime: time };
	}
	override get type(): number {
		return this.state.mode & S_IFMT;
	}
	override attributes(): Attributes {
		return this.state;
	}
	override setAttributes({ mode, uid, gid }: AttributeChange): Errno | 0 {
		const { state } = this;
		this.state = {
			...state,
			mode: mode === undefined ? state.mode : (state.mode & S_IFMT) | (mode & 0o7777),
			uid: uid ?? state.uid,
			gid: gid ?? state.gid,
		};
		return 0;
	}
}

export class PosixQueue extends Entry implements SpecialInode {
	private readonly messages: Queued[] = [];
	notice: Notice | undefined;
	/** Calls that wait for a message: while there are, nobody is notified. */
	private receivers = 0;
	private readonly readable = new WaitQueue();
	private readonly writable = new WaitQueue();

	constructor(
		fs: MqueueFs,
		node: NewNode,
		readonly most: number,
		readonly size: number,
	) {
		super(fs, node);
	}
	get count(): number {
		return this.messages.length;
	}
	private get bytes(): number {
		return this.messages.reduce((sum, { bytes }) => sum + bytes.length, 0);
	}
	openFile(): FileOperations {
		return new OpenQueue(this);
	}
	ready(): number {
		return (this.count > 0 ? POLLIN : 0) | (this.count < this.most ? POLLOUT : 0);
	}
	queues(): readonly WaitQueue[] {
		return [this.readable, this.writable];
	}
	text(): string {
		const { notice } = this;
		const pid = notice ? notice.process.pid : 0;
		const fields = [`QSIZE:${String(this.bytes).padEnd(10)}`, `NOTIFY:${String(notice?.signal === 0 ? 1 : 0).padEnd(5)}`];
		return `${fields.join(" ")} SIGNO:${String(notice?.signal ?? 0).padEnd(5)} NOTIFY_PID:${String(pid).padEnd(6)}\n`;
	}

	send(task: Task, message: Queued, nonblocking: boolean, deadline: number | undefined): number | Blocked {
		const attempt = (): number | Blocked => {
			if (this.count >= this.most) {
				if (nonblocking) return -ERRNO.EAGAIN;
				if (deadline !== undefined && task.kernel.uptime() >= deadline) return -ERRNO.ETIMEDOUT;
				return new Blocked([this.writable], deadline, { resume: attempt });
			}
			const before = this.messages.findIndex(({ priority }) => priority < message.priority);
			this.messages.splice(before < 0 ? this.count : before, 0, message);
			if (this.count === 1 && this.receivers === 0) this.notify(task);
			this.readable.wake();
			return 0;
		};
		return attempt();
	}
	receive(task: Task, nonblocking: boolean, deadline: number | undefined): Queued | Errno | Blocked<Queued | Errno> {
		let waits = false;
		const leave = (): void => {
			if (waits) this.receivers--;
			waits = false;
		};
		const attempt = (): Queued | Errno | Blocked<Queued | Errno> => {
			leave();
			const message = this.messages.shift();
			if (message) {
				this.writable.wake();
				return message;
			}
			if (nonblocking) return -ERRNO.EAGAIN;
			if (deadline !== undefined && task.kernel.uptime() >= deadline) return -ERRNO.ETIMEDOUT;
			waits = true;
			this.receivers++;
			return new Blocked<Queued | Errno>([this.readable], deadline, { resume: attempt, cancel: leave });
		};
		return attempt();
	}
	private notify(task: Task): void {
		const { notice } = this;
		this.notice = undefined;
		if (!notice?.signal) return;
		const { process, signal, value } = notice;
		sendToProcess(process, { signal, code: SI_MESGQ, pid: task.process.pid, uid: task.identity.ruid, value });
	}
	closedBy(task: Task | undefined): void {
		if (task && this.notice?.process === task.process) this.notice = undefined;
	}
}

class OpenQueue implements FileOperations {
	readonly label = "";
	constructor(readonly queue: PosixQueue) {}
	read(file: FileDescription, _task: Task, into: Uint8Array, offset?: number): number {
		const text = utf8(this.queue.text()).subarray(offset ?? file.position);
		const part = text.subarray(0, into.length);
		into.set(part);
		if (offset === undefined) file.position += part.length;
		return part.length;
	}
	write(): number {
		return -ERRNO.EINVAL;
	}
	poll(): number {
		return this.queue.ready();
	}
	queues(): readonly WaitQueue[] {
		return this.queue.queues();
	}
	ioctl(): number {
		return -ERRNO.ENOTTY;
	}
	release(): void {
		this.queue.closedBy(this.queue.fs.kernel.current);
	}
}
/** The queue behind a descriptor that may be used in that way; EBADF. */
export function queueOf(
	task: Task,
	fd: number,
	wanted?: "reads" | "writes",
): { queue: PosixQueue; file: FileDescription } | Errno {
	const file = task.files.get(fd);
	if (!(file?.operations instanceof OpenQueue)) return -ERRNO.EBADF;
	const access = file.flags & O_ACCMODE;
	if (access === (wanted === "reads" ? O_WRONLY : wanted === "writes" ? O_RDONLY : -1)) return -ERRNO.EBADF;
	return { queue: file.operations.queue, file };
}

/** What a queue that is about to be made shall hold: mq_open's attributes, else the defaults. */
export interface QueueSize {
	most: number;
	size: number;
}

export class MqueueFs implements FileSystem {
	readonly type = "mqueue";
	readonly dev: number;
	readonly options = "";
	readonly root: MqueueDirectory;
	private inodes = 0;
	/** For the next queue that is made. */
	next: QueueSize | undefined;

	private constructor(
		readonly kernel: Kernel,
		readonly defaults: () => QueueSize,
	) {
		this.dev = newDevice(kernel);
		this.root = new MqueueDirectory(this);
	}
	static of(kernel: Kernel, namespace: IpcNamespace, defaults: () => QueueSize): MqueueFs {
		let fs = mounted.get(namespace);
		if (!fs) {
			fs = new MqueueFs(kernel, defaults);
			mounted.set(namespace, fs);
		}
		return fs;
	}
	nextInode(): number {
		return ++this.inodes;
	}
	statfs() {
		return { type: MQUEUE_MAGIC, bsize: 4096, blocks: 0, bfree: 0, files: 0, ffree: 0 };
	}
}
const mounted = new WeakMap<IpcNamespace, MqueueFs>();

/** The one file system of an ipc namespace: mounted or not, names are looked up in it. */
export function mqueueOf(task: Task): MqueueFs {
	const { ipc } = task.namespaces;
	const { limits } = ipcOf(task.namespaces);
	return MqueueFs.of(task.kernel, ipc, () => ({
		most: Math.min(limits.msg_max, limits.msg_default),
		size: Math.min(limits.msgsize_max, limits.msgsize_default),
	}));
}
/** Only regular files, which are queues; no directories. */
export class MqueueDirectory extends Entry {
	readonly queues = new Map<string, PosixQueue>();
	constructor(fs: MqueueFs) {
		super(fs, { mode: S_IFDIR | 0o1777, uid: 0, gid: 0 });
	}
	override lookup(name: string): Inode | Errno {
		return this.queues.get(name) ?? -ERRNO.ENOENT;
	}
	override make(name: string, node: NewNode): Inode | Errno {
		if ((node.mode & S_IFMT) !== S_IFREG) return -ERRNO.EPERM;
		if (this.queues.has(name)) return -ERRNO.EEXIST;
		const { most, size } = this.fs.next ?? this.fs.defaults();
		const queue = new PosixQueue(this.fs, node, most, size);
		this.queues.set(name, queue);
		return queue;
	}
	override unlink(name: string): Errno | 0 {
		return this.queues.delete(name) ? 0 : -ERRNO.ENOENT;
	}
	override readdir(): DirectoryEntry[] {
		return [...this.queues].map(([name, queue]) => ({ name, ino: queue.attributes().ino, type: S_IFREG }));
	}
}
