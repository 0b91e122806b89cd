// A task: one thread of one process, as the kernel's parts see it. proc/ makes and runs them; file/, net/ and pseudo/ only
// use what is declared here. (An interface, so that these parts can be tested with a task of their own making.)

import type { Place } from "../fs/vfs/mount";
import type { Credentials } from "../fs/vfs/types";
import type { Tracer } from "../trace/event";
import type { CgroupTree } from "./cgroup/types";
import type { DescriptorTable } from "./file/table";
import type { FileSystemType } from "./filesystems";
import type { Usage } from "./mm/usage";
import type { Namespaces } from "./ns/namespaces";
import type { WaitQueue } from "./wait";

/** What clone(2) shares with CLONE_FS. */
export interface FsState {
	root: Place;
	cwd: Place;
	umask: number;
}

/** A terminal as job control sees it; file/tty implements it. */
export interface ControllingTerminal {
	/** The session it belongs to, or 0. */
	session: number;
	/** The foreground process group, or 0. */
	foreground: number;
	/** The session's leader ended: SIGHUP to the foreground, and nobody's terminal any more. */
	hangup(): void;
	/** For /proc/PID/stat and `ps`: the device number. */
	readonly device: number;
}

/** A process: what its threads share. */
export interface Process {
	/** The number in the initial pid namespace. */
	readonly pid: number;
	readonly parent: Process | undefined;
	readonly children: Iterable<Process>;
	readonly tasks: Iterable<Task>;
	pgid: number;
	sid: number;
	terminal: ControllingTerminal | undefined;
	/** argv, environment and the executable's path, for /proc/PID. */
	readonly argv: readonly string[];
	readonly environment: readonly string[];
	readonly executable: string;
	/** Where the executable was found, for /proc/PID/exe. */
	readonly executablePlace: Place | undefined;
	/** /proc/PID/oom_score_adj. */
	oomScoreAdj: number;
	/** PR_SET_DUMPABLE: 1 unless ids have changed; others may not look into it then. */
	readonly dumpable: number;
	/** As in /proc/PID/stat: R running, S sleeping, T stopped, t stopped by its tracer, Z zombie. */
	readonly state: "R" | "S" | "T" | "t" | "Z";
	/** Monotonic milliseconds at its start. */
	readonly startTime: number;
	/** Milliseconds of the CPU used so far (from fuel). */
	readonly cpuTime: number;
	/** Bytes of mapped memory. */
	readonly memorySize: number;
	/** Its memory, where it is machine code; argv as it is there now. */
	readonly mm?: { commandLine(): Uint8Array | undefined; readonly peak: number; readonly locked: number } | undefined;
	/** What of each line of /proc/PID/maps is in memory. */
	usages(): Usage[];
	/** Lines of /proc/PID/maps; empty for native programs. */
	maps(): string;
	readonly limits: Map<number, { soft: number; hard: number }>;
	/** This process's number as seen from a pid namespace, or 0 where it is not visible. */
	pidIn(namespace: Namespaces["pid"]): number;
	/** PID of each namespace from the initial one inwards (NSpid). */
	readonly nspids: readonly number[];
	/** cgroup path, "/" for the root. */
	readonly cgroup: string;
	/** Signals that wait for the whole process, for /proc/PID/status. */
	readonly pendingSignals: bigint;
}

export interface Task {
	readonly tid: number;
	readonly process: Process;
	readonly kernel: Kernel;
	/** comm, at most 15 bytes. */
	name: string;
	credentials: Credentials;
	/** Real and saved ids and the capability sets beside the effective ones. */
	readonly identity: Identity;
	fs: FsState;
	files: DescriptorTable;
	namespaces: Namespaces;
	/** Is a signal waiting that would interrupt a blocked call? */
	interrupted(): boolean;
	/** Monotonic milliseconds (as Kernel.uptime) when the call under way was first made: relative timeouts count from here. */
	readonly callStart: number;
	/**
	 * Blocks these signals instead of the usual ones until the call under way ends (ppoll, pselect6, epoll_pwait, rt_sigsuspend).
	 * May be called at each retry; SIGKILL and SIGSTOP stay deliverable.
	 */
	setTemporaryMask(mask: bigint): void;
	/** This thread's number as seen from a pid namespace; 0 where it is not visible. */
	tidIn(namespace: Namespaces["pid"]): number;
	/** Is the signal ignored or blocked? (SIGTTIN, SIGTTOU, SIGPIPE) */
	ignores(signal: number): boolean;
	/** Mask of blocked and pending signals, for /proc/PID/status. */
	readonly signalMasks: { pending: bigint; blocked: bigint; ignored: bigint; caught: bigint };
}
export interface Identity {
	ruid: number;
	euid: number;
	suid: number;
	rgid: number;
	egid: number;
	sgid: number;
	permitted: bigint;
	inheritable: bigint;
	bounding: bigint;
	ambient: bigint;
	noNewPrivs: boolean;
	/** SECBIT_* (proc/capset). */
	securebits: number;
}

export interface Kernel {
	readonly trace: Tracer;
	/** The task whose system call is being served, as Linux's `current`: /proc/self and magic links answer for it. The dispatcher sets it. */
	current: Task | undefined;
	/** Nanoseconds since 1970, as the machine's clock has been set. */
	now(): bigint;
	/** Sets that clock: the machine's own, the surroundings keep theirs. */
	setNow(nanoseconds: bigint): void;
	/** Wakes when it has been set. */
	readonly clockSet: WaitQueue;
	/** Milliseconds since boot. */
	uptime(): number;
	random<T extends Uint8Array>(into: T): T;
	/** Calls back after `ms`; what is woken runs in the scheduler's next turn. */
	timer(ms: number, callback: () => void): { cancel(): void };
	/** Every live process by its number in the initial pid namespace, zombies included, in order of number. */
	processes(): Iterable<Process>;
	process(pid: number): Process | undefined;
	/** Sends a signal from the kernel (si_code SI_KERNEL) to a process or to all of a group. */
	signalProcess(process: Process, signal: number): void;
	/** What a call of the task's own brings upon it, as if it had sent it itself: SIGPIPE, SIGXFSZ. */
	signalSelf(task: Task, signal: number): void;
	signalGroup(pgid: number, signal: number): void;
	/** A group with no member whose parent is in another group of the same session (it gets EIO from its tty). */
	isOrphaned(pgid: number): boolean;
	/** A number for anonymous inodes: pipes, sockets. */
	nextInode(): number;
	/** Wakes when any process starts, ends or changes state. */
	readonly processesChanged: WaitQueue;
	/** Wakes when something has come from outside that a call answered LATER for. */
	readonly arrivals: WaitQueue;
	readonly memory: { total: number; free(): number };
	readonly bootTime: bigint;
	readonly hostname: string;
	readonly cgroups: CgroupTree;
	/** What mount(2) knows, by name. */
	readonly fileSystemTypes: ReadonlyMap<string, FileSystemType>;
	/** The process or thread with this number in a pid namespace. */
	findTask(tid: number, namespace: Namespaces["pid"]): Task | undefined;
	/** The number, as seen from `namespace`, of a group or session that is known by its number in the initial one; 0: not visible. */
	groupIn(pgid: number, namespace: Namespaces["pid"]): number;
	/** The other way: a group's number in the initial namespace, or 0. */
	groupFrom(pgid: number, namespace: Namespaces["pid"]): number;
}
