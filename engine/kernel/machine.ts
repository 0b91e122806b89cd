// The kernel as one object: its tables and clocks, what the other parts reach through Task.kernel. It acts on nothing itself.

import type { Cpu } from "../cpu/types";
import { MountNamespace } from "../fs/vfs/namespace";
import type { FileSystem } from "../fs/vfs/types";
import type { Port } from "../port";
import type { NativeMain } from "../sys";
import type { Tracer } from "../trace/event";
import { CgroupNodes } from "./cgroup/tree";
import type { FileSystemType } from "./filesystems";
import { asMount, createUser } from "./ns/create";
import type { Namespaces, NetNamespace, UserNamespace } from "./ns/namespaces";
import { type PidNamespaceRecord, PidNamespaceRecord as PidNs } from "./proc/pid";
import type { ProcessRecord } from "./proc/process";
import { SI_USER } from "./proc/signal/pending";
import { fromKernel, sendToProcess, sendToTask } from "./proc/signal/send";
import type { TaskRecord } from "./proc/task";
import { Scheduler } from "./sched/scheduler";
import type { SyscallRow } from "./syscall/row";
import type { Kernel, Process, Task } from "./task";
import { WaitQueue } from "./wait";

/** Numbers of the initial namespaces, as Linux has them (include/linux/proc_ns.h). */
const INITIAL = {
	ipc: 0xefffffff,
	uts: 0xeffffffe,
	user: 0xeffffffd,
	pid: 0xeffffffc,
	cgroup: 0xeffffffb,
	mnt: 0xeffffff0,
	net: 0xeffffff1,
};
const FIRST_NAMESPACE = 4026532200;

export interface MachineOptions {
	port: Port;
	/** Left out where only native programs run: an ELF file is then ENOEXEC. */
	cpu?: Cpu;
	trace: Tracer;
	/** The host's root file system; native programs are found on it alone. */
	rootFs: FileSystem;
	/** First field of /proc/mounts for the root. */
	rootSource?: string;
	hostname: string;
	memoryBytes: number;
	/** Most processes there can be at once; the last few are for the host's own. */
	maxProcesses?: number;
	/** Native programs by the name that their files give. */
	natives: Readonly<Record<string, NativeMain>>;
	fileSystemTypes?: Iterable<FileSystemType>;
	/** A network namespace with its loopback (kernel/net). */
	createNet: (inode: number, owner: UserNamespace, kernel: Kernel) => NetNamespace;
	/** Which processes' system calls are traced one by one. */
	traceSyscalls?: (process: Process) => boolean;
}

/**
 * The acts that lead back to where they came from (a signal ends a process, whose end signals its parent): handed in, so
 * that files need not import each other in circles.
 */
export interface Acts {
	runSlice(task: TaskRecord): void;
	/** The row of the system call table. */
	rowOf(number: number): SyscallRow | undefined;
	startNative(task: TaskRecord, main: NativeMain, argv: readonly string[], env: readonly string[]): void;
	/** `status` as wait(2) encodes it. */
	endProcess(process: ProcessRecord, status: number): void;
	stopProcess(process: ProcessRecord, signal: number): void;
	continueProcess(process: ProcessRecord): void;
	/** A process that has ended shows to its parent. */
	tellParent(process: ProcessRecord): void;
}

export class Machine implements Kernel {
	readonly trace: Tracer;
	readonly scheduler: Scheduler;
	readonly processesChanged = new WaitQueue();
	readonly arrivals = new WaitQueue();
	readonly clockSet = new WaitQueue();
	readonly cgroups = new CgroupNodes(this);
	/** How many there are besides each process's first. */
	threads = 0;
	readonly fileSystemTypes = new Map<string, FileSystemType>();
	readonly hostname: string;
	readonly initial: Namespaces;
	readonly maxProcesses: number;
	current: Task | undefined;
	/** The host's PID 1. */
	init: ProcessRecord | undefined;
	/** Called at the end of each process. */
	readonly onEnd = new Map<ProcessRecord, (status: number) => void>();
	traceSyscalls: ((process: Process) => boolean) | undefined;

	private readonly table = new Map<number, ProcessRecord>();
	private readonly bootMonotonic: number;
	private readonly booted: bigint;
	/** By how much the machine's wall clock is ahead of its surroundings', in nanoseconds. */
	private clockOffset = 0n;
	private highest = 0;
	private inodes = 1000;
	private namespaceNumbers = FIRST_NAMESPACE;

	constructor(
		readonly options: MachineOptions,
		readonly acts: Acts,
	) {
		this.trace = options.trace;
		this.scheduler = new Scheduler(options.port);
		this.bootMonotonic = options.port.clock.monotonic();
		this.booted = this.now();
		this.hostname = options.hostname;
		this.maxProcesses = options.maxProcesses ?? 4096;
		this.traceSyscalls = options.traceSyscalls;
		for (const type of options.fileSystemTypes ?? []) this.fileSystemTypes.set(type.name, type);
		this.initial = this.initialNamespaces();
	}

	now(): bigint {
		return BigInt(Math.round(this.options.port.clock.now() * 1000)) * 1000n + this.clockOffset;
	}
	setNow(nanoseconds: bigint): void {
		this.clockOffset += nanoseconds - this.now();
		this.clockSet.wake();
	}
	/** When it booted, by the clock as it is now set. */
	get bootTime(): bigint {
		return this.booted + this.clockOffset;
	}
	uptime(): number {
		return this.options.port.clock.monotonic() - this.bootMonotonic;
	}
	random<T extends Uint8Array>(into: T): T {
		return this.options.port.random(into);
	}
	timer(ms: number, callback: () => void): { cancel(): void } {
		return this.options.port.clock.timer(Math.max(0, ms), callback);
	}
	nextInode(): number {
		return ++this.inodes;
	}
	nextNamespace(): number {
		return ++this.namespaceNumbers;
	}
	createNet(inode: number, owner: UserNamespace): NetNamespace {
		return this.options.createNet(inode, owner, this);
	}
	get memory(): Kernel["memory"] {
		const total = this.options.memoryBytes;
		return { total, free: () => Math.max(0, total - this.cgroups.root.memory.current) };
	}

	// ---- processes
	processes(): IterableIterator<ProcessRecord> {
		return this.table.values();
	}
	get processCount(): number {
		return this.table.size;
	}
	process(pid: number): ProcessRecord | undefined {
		return this.table.get(pid);
	}
	enlist(process: ProcessRecord): void {
		this.table.set(process.pid, process);
		if (process.pid > this.highest) this.highest = process.pid;
		else this.sortTable();
		this.processesChanged.wake();
	}
	/** The numbers went round: the table is put in order again. */
	private sortTable(): void {
		const sorted = [...this.table].sort(([a], [b]) => a - b);
		this.table.clear();
		for (const [pid, process] of sorted) this.table.set(pid, process);
	}
	forget(process: ProcessRecord): void {
		this.table.delete(process.pid);
		this.processesChanged.wake();
	}
	ended(process: ProcessRecord): void {
		const callback = this.onEnd.get(process);
		this.onEnd.delete(process);
		callback?.(process.exitStatus!);
	}
	*members(pgid: number): Generator<ProcessRecord> {
		const group = (this.initial.pid as PidNamespaceRecord).records.get(pgid);
		if (group) yield* [...group.members].sort((a, b) => a.pid - b.pid);
	}
	findTask(tid: number, namespace: Namespaces["pid"]): TaskRecord | undefined {
		return (namespace as PidNamespaceRecord).records.get(tid)?.task;
	}
	groupIn(pgid: number, namespace: Namespaces["pid"]): number {
		return (this.initial.pid as PidNamespaceRecord).records.get(pgid)?.in(namespace) ?? 0;
	}
	groupFrom(pgid: number, namespace: Namespaces["pid"]): number {
		return (namespace as PidNamespaceRecord).records.get(pgid)?.number ?? 0;
	}

	// ---- signals
	signalProcess(process: Process, signal: number): void {
		sendToProcess(process as ProcessRecord, fromKernel(signal));
	}
	signalSelf(task: Task, signal: number): void {
		const info = { signal, code: SI_USER, pid: task.process.pid, uid: task.identity.ruid };
		sendToTask(task as TaskRecord, info);
	}
	signalGroup(pgid: number, signal: number): void {
		for (const process of [...this.members(pgid)]) sendToProcess(process, fromKernel(signal));
	}
	isOrphaned(pgid: number): boolean {
		for (const process of this.members(pgid)) {
			const { parent } = process;
			if (process.zombie || !parent || parent === this.init) continue;
			if (parent.session === process.session && parent.group !== process.group) return false;
		}
		return true;
	}

	private initialNamespaces(): Namespaces {
		const user = createUser(INITIAL.user, undefined);
		const owner = user;
		const pid = new PidNs(INITIAL.pid, owner, undefined);
		return {
			user,
			pid,
			pidForChildren: pid,
			mnt: asMount(MountNamespace.create(this.options.rootFs, this.options.rootSource ?? "/dev/root"), INITIAL.mnt, owner),
			net: this.createNet(INITIAL.net, owner),
			uts: { kind: "uts", inode: INITIAL.uts, owner, hostname: this.options.hostname, domainname: "(none)" },
			ipc: { kind: "ipc", inode: INITIAL.ipc, owner },
			cgroup: { kind: "cgroup", inode: INITIAL.cgroup, owner, root: "/" },
		};
	}
}
