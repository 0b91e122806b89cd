// Birth of a process or a thread (man 2 clone): what the flags share, copy or make new.

import { ERRNO, type Errno } from "../../lib/errno";
import type { Cgroup } from "../cgroup/types";
import type { Machine } from "../machine";
import { createNamespaces, kindsOf, NAMESPACE_FLAGS } from "../ns/create";
import { setNamespaces } from "../ns/enter";
import type { Namespaces } from "../ns/namespaces";
import { CAP, capableGlobally, capableIn } from "./capability";
import { CLONE } from "./clone-flags";
import { copyLimits, RLIMIT } from "./limits";
import { PID_MAX, type PidNamespaceRecord, PidRecord } from "./pid";
import { ProcessRecord } from "./process";
import { inheritedScheduling } from "./schedule";
import { TaskRecord } from "./task";
import { inheritWatches } from "./watch";

/** Processes that only the host's own may make, so that a container that makes too many does not lock everybody out. */
const RESERVED_FOR_HOST = 16;

export interface CloneRequest {
	/** CLONE_*, without the signal in the lowest byte. */
	flags: number;
	exitSignal: number;
	/** clone3(2)'s set_tid: numbers that the child is to have, in its own namespace and those around it. */
	numbers?: readonly number[];
	/** CLONE_INTO_CGROUP: the child begins in this control group rather than in its parent's. */
	cgroup?: Cgroup;
}

/**
 * Makes the child with all but its way of running: `equip` gives it a thread of execution or a program, and may fail.
 * The child is in the tables when this returns, and not yet in the run queue. Errors: EINVAL, EPERM, EAGAIN, ENOMEM.
 */
export function clone(parent: TaskRecord, request: CloneRequest, equip: (child: TaskRecord) => Errno | 0): TaskRecord | Errno {
	const invalid = check(parent, request);
	if (invalid < 0) return invalid;
	return request.flags & CLONE.THREAD ? cloneThread(parent, request, equip) : cloneProcess(parent, request, equip);
}

function check(parent: TaskRecord, { flags, cgroup }: CloneRequest): number {
	const bad = -ERRNO.EINVAL;
	const { namespaces } = parent;
	// Time namespaces are not there, as in a kernel that was built without them.
	if (flags & CLONE.NEWTIME) return bad;
	if (flags & CLONE.THREAD && !(flags & CLONE.SIGHAND)) return bad;
	if (flags & CLONE.SIGHAND && !(flags & CLONE.VM)) return bad;
	if (flags & CLONE.FS && flags & (CLONE.NEWNS | CLONE.NEWUSER)) return bad;
	if (flags & (CLONE.THREAD | CLONE.PARENT) && flags & (CLONE.NEWPID | CLONE.NEWUSER)) return bad;
	if (flags & CLONE.THREAD && namespaces.pid !== namespaces.pidForChildren) return bad;
	if (flags & CLONE.PARENT && parent.process === parent.process.record.namespace.init) return bad;
	// A thread stays with its process, and inner nodes with controllers have no members.
	const group = cgroup === parent.process.cgroupNode ? undefined : cgroup;
	if (group && flags & CLONE.THREAD) return -ERRNO.EOPNOTSUPP;
	if (group?.parent && group.subtreeControl.size > 0) return -ERRNO.EBUSY;
	return admits(parent, cgroup ?? parent.process.cgroupNode);
}

/** RLIMIT_NPROC, the machine's own bounds (processes, address spaces), and pids.max. */
function admits(parent: TaskRecord, cgroup: Cgroup): number {
	const { kernel, process, identity } = parent;
	const exempt = identity.ruid === 0 || capableGlobally(parent, CAP.SYS_RESOURCE) || capableGlobally(parent, CAP.SYS_ADMIN);
	if (!exempt && tasksOf(kernel, identity.ruid) >= process.limits.get(RLIMIT.NPROC)!.soft) return -ERRNO.EAGAIN;
	const reserve = process.record.namespace.level > 0 ? RESERVED_FOR_HOST : 0;
	if (kernel.processCount + kernel.threads >= kernel.maxProcesses - reserve) return -ERRNO.EAGAIN;
	if (process.mm && !hasRoom(kernel, kernel.options.cpu!.capacity - reserve)) return -ERRNO.EAGAIN;
	return kernel.cgroups.admitsTask(cgroup) ? 0 : -ERRNO.EAGAIN;
}

function tasksOf(kernel: Machine, uid: number): number {
	let tasks = 0;
	for (const { leader, tasks: own } of kernel.processes()) if (leader.identity.ruid === uid) tasks += own.size;
	return tasks;
}
/** Is there room for one more address space? */
function hasRoom(kernel: Machine, capacity: number): boolean {
	if (kernel.processCount < capacity) return true;
	let spaces = 0;
	for (const { mm } of kernel.processes()) if (mm) spaces++;
	return spaces < capacity;
}

/** The child's numbers: the next ones, or those that were asked for (EINVAL, EPERM, EEXIST). */
function numbersFor(parent: TaskRecord, namespace: PidNamespaceRecord, { numbers = [] }: CloneRequest): PidRecord | Errno {
	const around = [...namespace.outwards()];
	if (numbers.length > around.length) return -ERRNO.EINVAL;
	for (const [i, number] of numbers.entries()) {
		const { records, init, owner } = around[i]!;
		if (number < 1 || number >= PID_MAX || (number !== 1 && !init)) return -ERRNO.EINVAL;
		if (!capableIn(parent, owner, CAP.CHECKPOINT_RESTORE) && !capableIn(parent, owner, CAP.SYS_ADMIN)) return -ERRNO.EPERM;
		if (records.has(number)) return -ERRNO.EEXIST;
	}
	return PidRecord.create(namespace, numbers) ?? -ERRNO.EAGAIN;
}

function cloneThread(parent: TaskRecord, request: CloneRequest, equip: (child: TaskRecord) => Errno | 0): TaskRecord | Errno {
	const { flags } = request;
	const record = numbersFor(parent, parent.namespaces.pid as PidNamespaceRecord, request);
	if (typeof record === "number") return record;
	const child = copyTask(parent, parent.process, record.hold(), flags, parent.namespaces);
	const failed = equip(child);
	if (failed < 0) {
		child.files.release();
		setNamespaces(child, undefined);
		record.drop();
		return failed;
	}
	parent.process.addThread(child);
	inheritWatches(parent, child);
	return child;
}

function cloneProcess(parent: TaskRecord, request: CloneRequest, equip: (child: TaskRecord) => Errno | 0): TaskRecord | Errno {
	const { kernel } = parent;
	const { flags } = request;
	const entered = flags & NAMESPACE_FLAGS ? createNamespaces(parent, flags) : undefined;
	if (typeof entered === "number") return entered;
	const wanted = entered?.namespaces ?? parent.namespaces;
	const pid = wanted.pidForChildren as PidNamespaceRecord;
	if (pid.dead) return -ERRNO.ENOMEM;
	const record = numbersFor(parent, pid, request);
	if (typeof record === "number") return record;
	const process = copyProcess(parent, record.hold(), request);
	const child = copyTask(parent, process, record, flags, { ...wanted, pid });
	process.leader = child;
	process.tasks.add(child);
	if (entered) {
		child.fs = { ...entered.fs };
		child.credentials = entered.credentials;
		child.identity = entered.identity;
	}
	const failed = equip(child);
	if (failed < 0) return undo(child, failed);
	if (!pid.init) pid.init = process;
	kernel.enlist(process);
	kernel.cgroups.join(process);
	const kinds = kindsOf(flags);
	kernel.trace.emit("kernel", {
		type: "process.fork",
		pid: process.pid,
		parent: parent.process.pid,
		nspid: record.numbers.at(-1)!,
		flags: kinds.map((kind) => `CLONE_NEW${kind === "mnt" ? "NS" : kind.toUpperCase()}`),
	});
	if (kinds.length > 0) kernel.trace.emit("kernel", { type: "namespace", pid: process.pid, kinds, how: "clone" });
	inheritWatches(parent, child);
	return child;
}

function copyProcess(parent: TaskRecord, record: PidRecord, { flags, exitSignal, cgroup }: CloneRequest): ProcessRecord {
	const from = parent.process;
	const process = new ProcessRecord(
		from.kernel,
		record,
		flags & CLONE.PARENT ? from.parent : from,
		from.group,
		from.session,
		flags & CLONE.SIGHAND ? from.actions : from.actions.copy(),
		copyLimits(from.limits),
		cgroup ?? from.cgroupNode,
		from.kernel.uptime(),
	);
	process.terminal = from.terminal;
	process.argv = from.argv;
	process.environment = from.environment;
	process.executable = from.executable;
	process.executablePlace = from.executablePlace;
	process.exitSignal = flags & CLONE.PARENT ? from.exitSignal : exitSignal;
	process.nice = parent.scheduling.resetOnFork ? Math.max(0, from.nice) : from.nice;
	process.ioPriority = from.ioPriority;
	process.personality = from.personality;
	process.auxv = from.auxv;
	process.oomScoreAdj = from.oomScoreAdj;
	process.dumpable = from.dumpable;
	return process;
}

function copyTask(
	parent: TaskRecord,
	process: ProcessRecord,
	record: PidRecord,
	flags: number,
	namespaces: Namespaces,
): TaskRecord {
	const child = new TaskRecord(
		parent.kernel,
		process,
		record,
		parent.credentials,
		{ ...parent.identity },
		flags & CLONE.FS ? parent.fs : { ...parent.fs },
		flags & CLONE.FILES ? parent.files.share() : parent.files.copy(),
		namespaces,
	);
	setNamespaces(child, namespaces);
	child.name = parent.name;
	child.mask = parent.mask;
	child.scheduling = inheritedScheduling(parent.scheduling);
	child.timerSlack = parent.timerSlack;
	child.defaultTimerSlack = parent.timerSlack;
	child.seccomp = parent.seccomp;
	if (!(flags & CLONE.VM)) child.rseq = parent.rseq;
	if (!(flags & CLONE.VM) || flags & CLONE.VFORK) child.alternateStack = { ...parent.alternateStack };
	return child;
}

/** The child could not be given what it needs to run: as if it had never been. */
function undo(child: TaskRecord, error: Errno): Errno {
	const { process } = child;
	child.dead = true;
	child.files.release();
	setNamespaces(child, undefined);
	process.parent?.children.delete(process);
	process.dropNumbers();
	child.record.task = undefined;
	child.record.drop();
	return error;
}
