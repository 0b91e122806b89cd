// A descriptor that tells what tasks do: lines of JSON, a Report each (sys.ts). It ends when the last watched task has ended.
//
// It stands where ptrace(2) is for strace(1): a native program asks for a process, and the kernel writes down each of its calls.
// The watched process is never stopped for it. A reader that falls behind loses reports, and is told how many.

import { ERRNO, type Errno } from "../../lib/errno";
import type { Report } from "../../sys";
import { CAP, capableIn } from "../proc/capability";
import { taskRecord } from "../proc/process";
import { signalName } from "../proc/signal/numbers";
import type { TaskRecord } from "../proc/task";
import type { CallWatch, Notice } from "../proc/watch";
import { signalFields } from "../syscall/show/signal";
import type { Task } from "../task";
import { Blocked, WaitQueue } from "../wait";
import { anonymousFile } from "./anonymous";
import { type FileDescription, type FileOperations, POLLHUP, POLLIN } from "./description";
import { O_CLOEXEC, O_NONBLOCK } from "./flags";
import { install } from "./ops/context";
import { ByteQueue } from "./queue";

/** Bytes that wait for the reader at most. */
const MOST_WAITING = 16 << 20;

class WatchFile implements FileOperations, CallWatch {
	readonly label = "anon_inode:[watch]";
	private readonly waiting = new ByteQueue();
	private readonly changed = new WaitQueue();
	private readonly tasks = new Set<TaskRecord>();
	private lost = 0;

	constructor(
		private readonly reader: TaskRecord,
		readonly follow: boolean,
		readonly limit: number,
	) {}

	watch(task: TaskRecord): void {
		this.tasks.add(task);
		task.watches = [...(task.watches ?? []), this];
	}
	tell(task: TaskRecord, notice: Notice): void {
		this.tasks.add(task);
		this.push({ ...this.reported(notice), pid: this.numberOf(task), time: Number(task.kernel.now() / 1000n) } as Report);
		if (notice.kind !== "ended") return;
		this.tasks.delete(task);
		this.changed.wake();
	}
	/** The tasks' numbers as the reader sees them. */
	private numberOf(task: TaskRecord): number {
		return task.tidIn(this.reader.namespaces.pid);
	}
	private reported(notice: Notice): object {
		if (notice.kind !== "signal") return notice;
		const { info } = notice;
		const sender = this.reader.kernel.process(info.pid)?.pidIn(this.reader.namespaces.pid) ?? info.pid;
		return { kind: "signal", name: signalName(info.signal), fields: signalFields(info, sender) };
	}
	private push(report: Report): void {
		if (this.waiting.length > MOST_WAITING) {
			this.lost++;
			return;
		}
		if (this.lost > 0) this.write_({ kind: "lost", count: this.lost, pid: report.pid, time: report.time });
		this.lost = 0;
		this.write_(report);
		this.changed.wake();
	}
	private write_(report: Report): void {
		this.waiting.push(new TextEncoder().encode(`${JSON.stringify(report)}\n`));
	}

	read(file: FileDescription, _task: Task, into: Uint8Array): number | Blocked {
		if (this.waiting.length > 0) return this.waiting.take(into);
		if (this.tasks.size === 0) return 0;
		return file.flags & O_NONBLOCK ? -ERRNO.EAGAIN : new Blocked([this.changed]);
	}
	write(): number {
		return -ERRNO.EINVAL;
	}
	poll(): number {
		return (this.waiting.length > 0 ? POLLIN : 0) | (this.tasks.size === 0 ? POLLHUP : 0);
	}
	queues(): readonly WaitQueue[] {
		return [this.changed];
	}
	ioctl(): number {
		return -ERRNO.ENOTTY;
	}
	release(): void {
		for (const task of this.tasks) {
			const left = task.watches?.filter((watch) => watch !== this);
			task.watches = left?.length ? left : undefined;
		}
		this.tasks.clear();
	}
}

/**
 * Watches the process with number `pid`, with its threads; with `follow` its children too. ESRCH; EPERM for another user's
 * process without CAP_SYS_PTRACE.
 */
export function watchCalls(
	task: Task,
	pid: number,
	{ follow = false, limit = 32 }: { follow?: boolean; limit?: number } = {},
): number | Errno {
	const reader = taskRecord(task);
	const target = reader.kernel.findTask(pid, task.namespaces.pid)?.process;
	if (!target || target.zombie) return -ERRNO.ESRCH;
	const { identity, namespaces } = target.leader;
	const own = identity.ruid === reader.identity.ruid && identity.suid === reader.identity.ruid;
	if (!(own && target.dumpable === 1) && !capableIn(task, namespaces.user, CAP.SYS_PTRACE)) return -ERRNO.EPERM;
	const file = new WatchFile(reader, follow, limit);
	const fd = install(task, anonymousFile(task, "anon_inodefs", file, O_CLOEXEC), true);
	if (fd >= 0) for (const each of target.tasks) file.watch(each);
	return fd;
}
