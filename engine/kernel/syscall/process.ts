// System calls on processes: birth, execve, end, waiting, numbers, groups, scheduling. Decoding only; proc/ acts.

import { PAGE } from "../../cpu/types";
import { MAY_WRITE, permission } from "../../fs/vfs/permission";
import { nameFromBytes } from "../../lib/bytes";
import { ERRNO, type Errno } from "../../lib/errno";
import type { Cgroup, CgroupInode } from "../cgroup/types";
import { execve } from "../exec/exec";
import { O_NONBLOCK } from "../file/flags";
import type { GuestBytes } from "../mm/guest";
import { clone } from "../proc/clone";
import { CLONE } from "../proc/clone-flags";
import { endProcess, endTask } from "../proc/exit";
import { getpgid, getsid, setpgid, setsid } from "../proc/group";
import { openPidFile, PIDFD_THREAD, pidFileOf } from "../proc/pidfd";
import { taskRecord } from "../proc/process";
import { cloneEvent, inheritTracer, unlink } from "../proc/ptrace/attach";
import { EVENT, stopForEvent } from "../proc/ptrace/tracee";
import { SIG, SIGNAL_MAX } from "../proc/signal/numbers";
import type { TaskRecord } from "../proc/task";
import {
	type ChildReport,
	type Selection,
	selectionOf,
	WALL,
	WCLONE,
	WCONTINUED,
	WEXITED,
	WNOHANG,
	WNOTHREAD,
	WNOWAIT,
	WSTOPPED,
	WUNTRACED,
	waitFor,
} from "../proc/wait";
import { Blocked } from "../wait";
import { place } from "./at";
import type { Arguments, GuestTask, SyscallRow } from "./row";
import { writeUsage } from "./usage";

interface CloneArguments {
	flags: number;
	exitSignal: number;
	stack: number;
	parentTid: number;
	childTid: number;
	tls: bigint;
	/** CLONE_PIDFD: where the descriptor's number goes. */
	pidfdAt: number;
	clearHandlers?: boolean;
	numbers?: readonly number[];
	cgroup?: Cgroup;
}

/** clone, fork and vfork. With CLONE_VFORK the caller waits until the child has left its memory. */
function cloneGuest(caller: GuestTask, request: CloneArguments): number | Blocked {
	const task = taskRecord(caller);
	const { flags } = request;
	const child = clone(task, request, (born) => equip(task, born, request));
	if (typeof child === "number") return child;
	if (request.clearHandlers) child.process.actions = child.process.actions.afterExec();
	const tid = child.tidIn(task.namespaces.pid);
	if (flags & CLONE.PARENT_SETTID) task.memory.setU32(request.parentTid, tid);
	if (flags & CLONE.CHILD_SETTID) child.memory.setU32(request.childTid, child.record.numbers.at(-1)!);
	const event = cloneEvent(task, flags, request.exitSignal);
	if (event || (flags & CLONE.PTRACE && !(flags & CLONE.UNTRACED))) inheritTracer(task, child);
	child.nudge();
	const seen = task.tracee ? child.tidIn(task.tracee.tracer.namespaces.pid) : 0;
	const { process } = child;
	const memory = process.mm;
	const left = (): number | Blocked =>
		process.mm === memory && !process.zombie
			? new Blocked([process.memoryLeft], undefined, { resume: left })
			: traced(task, task.tracee?.wants(EVENT.VFORK_DONE) ? EVENT.VFORK_DONE : 0, seen, () => tid);
	return traced(task, event, seen, flags & CLONE.VFORK ? left : () => tid);
}
/** An event of which a tracer hears in the middle of a call; 0 for none. The call goes on when the tracer lets it. */
function traced(task: TaskRecord, event: number, message: number, then: () => number | Blocked): number | Blocked {
	if (!event || !task.tracee) return then();
	stopForEvent(task, event, message);
	return new Blocked([task.tracee.resumed], undefined, { resume: then });
}
/** The end of a task, of which its tracer may want to hear before. */
const ending = (task: TaskRecord, status: number, end: () => void): number | Blocked =>
	traced(task, task.tracee?.wants(EVENT.EXIT) ? EVENT.EXIT : 0, status, () => {
		end();
		return 0;
	});

function equip(parent: TaskRecord, child: TaskRecord, request: CloneArguments): number {
	const { flags } = request;
	const { process } = child;
	if (!(flags & CLONE.THREAD)) {
		process.mm = flags & CLONE.VM ? parent.process.mm!.share() : parent.process.mm!.fork(process);
		if (!process.mm) return -ERRNO.ENOMEM;
	}
	const thread = process.mm!.space.createThread();
	parent.thread!.copyTo(thread);
	thread.setNumber(0, 0);
	if (request.stack !== 0) thread.setNumber(4, request.stack);
	if (flags & CLONE.SETTLS) thread.fsBase = request.tls;
	if (flags & CLONE.CHILD_CLEARTID) child.clearChildTid = request.childTid;
	child.thread = thread;
	return flags & CLONE.PIDFD ? givePidFile(parent, child, request.pidfdAt) : 0;
}

function givePidFile(parent: TaskRecord, child: TaskRecord, address: number): number {
	if (!parent.memory.writable(address, 4)) return -ERRNO.EFAULT;
	const fd = openPidFile(parent, child, child.process === parent.process ? PIDFD_THREAD : 0);
	if (fd < 0) return fd;
	parent.memory.setU32(address, fd);
	return 0;
}

/** clone(2): the signal is in the flags' lowest byte, and a pidfd goes where CLONE_PARENT_SETTID would write. */
function cloneCall(task: GuestTask, [bits, stack, parentTid, childTid, tls]: Arguments): number | Blocked {
	const flags = (bits & 0xffffff00) >>> 0;
	if (flags & CLONE.PIDFD && flags & (CLONE.PARENT_SETTID | CLONE.DETACHED)) return -ERRNO.EINVAL;
	const exitSignal = bits & 0xff;
	return cloneGuest(task, { flags, exitSignal, stack, parentTid, childTid, tls: BigInt(tls), pidfdAt: parentTid });
}

/** Sizes of struct clone_args since it exists, and the flags that only clone3(2) has. */
const CLONE_ARGS = { least: 64, most: 88, words: 11 };
const CLONE_CLEAR_SIGHAND = 1n << 32n;
const CLONE_INTO_CGROUP = 1n << 33n;
const CGROUP_WORD = 10;
const INT_MAX = 0x7fff_ffff;
/** The directory of a control group, by its descriptor; who may write its cgroup.procs may make children in it. EBADF, EACCES. */
function cgroupOf(task: GuestTask, fd: number): Cgroup | Errno {
	const inode = task.files.get(fd)?.inode;
	const group = inode?.fs.type === "cgroup2" ? (inode as Partial<CgroupInode>).group : undefined;
	if (!inode || !group) return -ERRNO.EBADF;
	const members = inode.lookup("cgroup.procs");
	const refused = typeof members === "number" ? members : permission(members, task.credentials, MAY_WRITE);
	return refused < 0 ? (refused as Errno) : group;
}
const CSIGNAL = 0xffn;
const MAX_PID_NS_LEVEL = 32;
/** struct clone_args of clone3(2). */
function clone3(task: GuestTask, address: number, size: number): number | Blocked {
	if (size > PAGE) return -ERRNO.E2BIG;
	if (size < CLONE_ARGS.least) return -ERRNO.EINVAL;
	const bytes = task.memory.readable(address, size)?.slice();
	if (!bytes) return -ERRNO.EFAULT;
	if (bytes.subarray(CLONE_ARGS.most).some((byte) => byte !== 0)) return -ERRNO.E2BIG;
	const args = new Uint8Array(CLONE_ARGS.most);
	args.set(bytes.subarray(0, CLONE_ARGS.most));
	const words = [...new BigUint64Array(args.buffer)];
	const flags64 = words[0]!;
	const [, pidfdAt, childTid, parentTid, exitSignal, stack, stackSize, tls, setTid, setTidSize] = words.map(Number);
	if (flags64 >> 34n || flags64 & (CSIGNAL | BigInt(CLONE.DETACHED))) return -ERRNO.EINVAL;
	const flags = Number(flags64 & 0xffff_ffffn);
	if (exitSignal! > SIGNAL_MAX || (flags & (CLONE.THREAD | CLONE.PARENT) && exitSignal !== 0)) return -ERRNO.EINVAL;
	if ((stack === 0) !== (stackSize === 0)) return -ERRNO.EINVAL;
	const clearHandlers = (flags64 & CLONE_CLEAR_SIGHAND) !== 0n;
	if (clearHandlers && flags & CLONE.SIGHAND) return -ERRNO.EINVAL;
	if (setTidSize! > MAX_PID_NS_LEVEL || (setTid === 0) !== (setTidSize === 0)) return -ERRNO.EINVAL;
	const wanted = task.memory.readable(setTid!, setTidSize! * 4);
	if (!wanted && setTid !== 0) return -ERRNO.EFAULT;
	const numbers = wanted && [...new Int32Array(wanted.slice().buffer)];
	const top = stack === 0 ? 0 : stack! + stackSize!;
	const into = flags64 & CLONE_INTO_CGROUP ? words[CGROUP_WORD]! : undefined;
	if (into !== undefined && (into > INT_MAX || size < CLONE_ARGS.most)) return -ERRNO.EINVAL;
	const cgroup = into === undefined ? undefined : cgroupOf(task, Number(into));
	if (typeof cgroup === "number") return cgroup;
	return cloneGuest(task, {
		cgroup,
		flags,
		exitSignal: exitSignal!,
		stack: top,
		parentTid: parentTid!,
		childTid: childTid!,
		tls: BigInt(tls!),
		pidfdAt: pidfdAt!,
		clearHandlers,
		numbers,
	});
}

/** A NULL-terminated array of strings, or EFAULT, E2BIG. A null pointer is an empty array. */
function strings(task: GuestTask, address: number): string[] | number {
	const out: string[] = [];
	if (address === 0) return out;
	const memory = task.memory as GuestBytes;
	for (let at = address; ; at += 8) {
		const pointer = memory.number(at);
		if (pointer === undefined) return -ERRNO.EFAULT;
		if (pointer === 0) return out;
		const bytes = memory.string(pointer, 131072);
		if (typeof bytes === "number") return bytes === -ERRNO.ENAMETOOLONG ? -ERRNO.E2BIG : bytes;
		out.push(nameFromBytes(bytes));
	}
}
function execGuest(
	task: GuestTask,
	path: string | number,
	argvAt: number,
	envAt: number,
	dirfd?: number,
	flags = 0,
): number | Blocked {
	const { tracee, tid } = taskRecord(task);
	const before = tracee ? tracee.tracer.kernel.groupIn(tid, tracee.tracer.namespaces.pid) || tid : 0;
	const done = execPlan(task, path, argvAt, envAt, dirfd, flags);
	return done === 0 && tracee ? afterExec(taskRecord(task), before) : done;
}
/** Of another program a tracer hears by an event, or by a SIGTRAP where it has asked for none. */
function afterExec(task: TaskRecord, before: number): number | Blocked {
	const { tracee, thread } = task;
	if (!tracee) return 0;
	if (!thread) {
		unlink(task);
		return 0;
	}
	if (tracee.wants(EVENT.EXEC)) return traced(task, EVENT.EXEC, before, () => 0);
	const { pid } = task.namespaces;
	if (!tracee.seized) task.pending.add({ signal: SIG.SIGTRAP, code: 0, pid: task.process.pidIn(pid), uid: task.identity.ruid });
	return 0;
}
function execPlan(task: GuestTask, path: string | number, argvAt: number, envAt: number, dirfd?: number, flags = 0): number {
	if (typeof path === "number") return path;
	const argv = strings(task, argvAt);
	if (typeof argv === "number") return argv;
	const env = strings(task, envAt);
	if (typeof env === "number") return env;
	if (dirfd === undefined) return execve(taskRecord(task), { path, argv, env });
	const found = place(task, dirfd, path, flags);
	if (typeof found === "number") return found;
	const shown = path === "" ? `/dev/fd/${dirfd}` : path;
	return execve(taskRecord(task), { path: shown, argv, env, place: found });
}

const INT_MIN = -0x8000_0000;
const WAIT4_OPTIONS = WNOHANG | WUNTRACED | WCONTINUED | WNOTHREAD | WCLONE | WALL;
function wait4(task: GuestTask, pid: number, statusAt: number, options: number, usageAt: number): number | Blocked {
	if ((options & ~WAIT4_OPTIONS) !== 0) return -ERRNO.EINVAL;
	if (pid === INT_MIN) return -ERRNO.ESRCH;
	const report = waitFor(taskRecord(task), selectionOf(taskRecord(task), pid), options | WEXITED);
	if (report === undefined) return 0;
	if (typeof report === "number" || report instanceof Blocked) return report;
	if (statusAt !== 0 && !task.memory.setU32(statusAt, report.status)) return -ERRNO.EFAULT;
	if (usageAt !== 0 && !writeUsage(task, usageAt, report.cpuTime)) return -ERRNO.EFAULT;
	return report.pid;
}

const P_ALL = 0;
const P_PID = 1;
const P_PGID = 2;
const P_PIDFD = 3;
function waitid(task: GuestTask, type: number, id: number, infoAt: number, options: number, usageAt: number): number | Blocked {
	const known = WNOHANG | WNOWAIT | WEXITED | WSTOPPED | WCONTINUED | WNOTHREAD | WCLONE | WALL;
	if ((options & ~known) !== 0 || !(options & (WEXITED | WSTOPPED | WCONTINUED))) return -ERRNO.EINVAL;
	const selection = waitidSelection(taskRecord(task), type, id);
	if (typeof selection === "number") return selection;
	const report = waitFor(taskRecord(task), selection, options);
	if (report instanceof Blocked && type === P_PIDFD && task.files.get(id)!.flags & O_NONBLOCK) return -ERRNO.EAGAIN;
	if (typeof report === "number" || report instanceof Blocked) return report;
	if (infoAt !== 0 && !writeReport(task, infoAt, report)) return -ERRNO.EFAULT;
	if (report && usageAt !== 0 && !writeUsage(task, usageAt, report.cpuTime)) return -ERRNO.EFAULT;
	return 0;
}
function waitidSelection(task: TaskRecord, type: number, id: number): Selection | number {
	if (type === P_ALL) return () => true;
	if (type === P_PID) return id > 0 ? selectionOf(task, id) : -ERRNO.EINVAL;
	if (type === P_PGID) return id < 0 ? -ERRNO.EINVAL : selectionOf(task, -id);
	if (type === P_PIDFD) {
		if (id < 0) return -ERRNO.EINVAL;
		const file = pidFileOf(task, id);
		return typeof file === "number" ? file : (child) => child === file.process;
	}
	return -ERRNO.EINVAL;
}
function writeReport(task: GuestTask, address: number, report: ChildReport | undefined): boolean {
	const bytes = task.memory.writable(address, 128);
	if (!bytes) return false;
	const view = new DataView(bytes.buffer, bytes.byteOffset, 128);
	view.setInt32(0, report ? SIG.SIGCHLD : 0, true);
	view.setInt32(4, 0, true);
	view.setInt32(8, report?.code ?? 0, true);
	view.setInt32(16, report?.pid ?? 0, true);
	view.setUint32(20, report?.child.leader.identity.ruid ?? 0, true);
	view.setInt32(24, report?.value ?? 0, true);
	return true;
}

const FORK: CloneArguments = { flags: 0, exitSignal: SIG.SIGCHLD, stack: 0, parentTid: 0, childTid: 0, tls: 0n, pidfdAt: 0 };

export const processRows: SyscallRow[] = [
	{ number: 39, name: "getpid", args: [], handler: (task) => task.process.pidIn(task.namespaces.pid) },
	{ number: 186, name: "gettid", args: [], handler: (task) => task.tidIn(task.namespaces.pid) },
	{ number: 110, name: "getppid", args: [], handler: (task) => task.process.parent?.pidIn(task.namespaces.pid) ?? 0 },
	{
		number: 56,
		name: "clone",
		args: ["flags", "address", "address", "address", "address"],
		uninterruptible: true,
		handler: cloneCall,
	},
	{ number: 57, name: "fork", args: [], handler: (task) => cloneGuest(task, FORK) },
	{
		number: 58,
		name: "vfork",
		args: [],
		uninterruptible: true,
		handler: (task) => cloneGuest(task, { ...FORK, flags: CLONE.VM | CLONE.VFORK }),
	},
	{
		number: 435,
		name: "clone3",
		args: ["address", "size"],
		uninterruptible: true,
		handler: (task, [address, size]) => clone3(task, address, size),
	},
	{
		number: 59,
		name: "execve",
		args: ["path", "argv", "envp"],
		keepsRegisters: true,
		handler: (task, [path, argv, env]) => execGuest(task, task.memory.path(path), argv, env),
	},
	{
		number: 322,
		name: "execveat",
		args: ["dirfd", "path", "argv", "envp", "atFlags"],
		keepsRegisters: true,
		handler: (task, [dirfd, path, argv, env, flags]) => execGuest(task, task.memory.path(path), argv, env, dirfd | 0, flags),
	},
	{
		number: 60,
		name: "exit",
		args: ["int"],
		uninterruptible: true,
		handler(task, [code]) {
			const status = (code & 0xff) << 8;
			return ending(taskRecord(task), status, () => endTask(taskRecord(task), status));
		},
	},
	{
		number: 231,
		name: "exit_group",
		args: ["int"],
		uninterruptible: true,
		handler(task, [code]) {
			const status = (code & 0xff) << 8;
			return ending(taskRecord(task), status, () => endProcess(taskRecord(task).process, status));
		},
	},
	{
		number: 61,
		name: "wait4",
		args: ["pid", "waitStatus", "waitFlags", "rusage"],
		handler: (task, [pid, status, options, usage]) => wait4(task, pid | 0, status, options, usage),
	},
	{
		number: 247,
		name: "waitid",
		args: ["idType", "pid", "address", "waitFlags", "rusage"],
		handler: (task, [type, id, info, options, usage]) => waitid(task, type | 0, id | 0, info, options, usage),
	},
	{ number: 109, name: "setpgid", args: ["pid", "pid"], handler: (task, [pid, pgid]) => setpgid(task, pid | 0, pgid | 0) },
	{ number: 121, name: "getpgid", args: ["pid"], handler: (task, [pid]) => getpgid(task, pid | 0) },
	{ number: 111, name: "getpgrp", args: [], handler: (task) => getpgid(task, 0) },
	{ number: 112, name: "setsid", args: [], handler: (task) => setsid(task) },
	{ number: 124, name: "getsid", args: ["pid"], handler: (task, [pid]) => getsid(task, pid | 0) },
	{
		number: 218,
		name: "set_tid_address",
		args: ["address"],
		handler(task, [address]) {
			taskRecord(task).clearChildTid = address;
			return task.tidIn(task.namespaces.pid);
		},
	},
];
