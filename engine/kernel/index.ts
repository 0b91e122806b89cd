// The kernel's entry: makes a machine, gives it its first process, and runs it.
//
//	const kernel = createKernel({ port, cpu, trace, rootFs, hostname, memoryBytes, natives, … });
//	const init = kernel.spawn({ main: init, argv: ["init"] });      // PID 1
//	kernel.spawn({ path: "/bin/sh", argv: ["-sh"], env, fds, terminal: true, onExit });
//	await kernel.run();                                             // until shutdown()

import { isError } from "../lib/errno";
import type { NativeMain } from "../sys";
import { execve } from "./exec/exec";
import { anonymousFile } from "./file/anonymous";
import type { FileDescription, FileOperations } from "./file/description";
import { chdir } from "./file/ops/path";
import { setctty } from "./file/ops/terminal";
import { Machine, type MachineOptions } from "./machine";
import { startNative } from "./native/start";
import { clone } from "./proc/clone";
import { endProcess, reap, tellParent } from "./proc/exit";
import { firstTask } from "./proc/first";
import { setsid } from "./proc/group";
import type { ProcessRecord } from "./proc/process";
import { SIG } from "./proc/signal/numbers";
import { continueProcess, stopProcess } from "./proc/stop";
import type { TaskRecord } from "./proc/task";
import { runSlice } from "./sched/slice";
import { rowOf } from "./syscall/table";
import type { Process } from "./task";

export { nativeFile } from "./exec/native";
export type { FileSystemType } from "./filesystems";
export { Machine, type MachineOptions } from "./machine";

export interface SpawnRequest {
	/** A file to execute, or a native main in place of one. */
	path?: string;
	main?: NativeMain;
	argv: string[];
	env?: string[];
	cwd?: string;
	/** Descriptors 0, 1, 2 … of the new process. */
	fds?: FileDescription[];
	/** A session of its own; with `terminal`, descriptor 0 is its controlling terminal. */
	setsid?: boolean;
	terminal?: boolean;
	/** As wait(2) encodes it. Called before the parent (PID 1) is told. */
	onExit?: (status: number) => void;
}

/** One machine's kernel, as its host and the tests use it. */
export interface MachineKernel {
	readonly machine: Machine;
	/** The first call makes PID 1; later ones its children. Returns the process, or a negative errno. */
	spawn(request: SpawnRequest): Process | number;
	/** The loop: ends after shutdown(). */
	run(): Promise<void>;
	/** Kills everything and ends run(). */
	shutdown(): void;
	/** A description for `fds` of spawn: one end of a pipe whose other end is outside. */
	pipeEnd(operations: FileOperations, flags: number): FileDescription;
	/** A signal from outside to a process. */
	kill(process: Process, signal: number): void;
}

export function createKernel(options: MachineOptions): MachineKernel {
	const machine = new Machine(options, {
		runSlice,
		rowOf,
		startNative,
		endProcess,
		stopProcess,
		continueProcess,
		tellParent: (process) => tellParent(process, process.exitStatus!),
	});
	return {
		machine,
		spawn: (request) => spawn(machine, request),
		run: () => machine.scheduler.run(),
		shutdown() {
			for (const process of [...machine.processes()].reverse()) endProcess(process, SIG.SIGKILL);
			machine.scheduler.stop();
		},
		pipeEnd: (operations, flags) => anonymousFile(machine.init!.leader, "pipefs", operations, flags),
		kill: (process, signal) => machine.signalProcess(process, signal),
	};
}

function spawn(machine: Machine, request: SpawnRequest): ProcessRecord | number {
	const child = machine.init ? clone(machine.init.leader, { flags: 0, exitSignal: SIG.SIGCHLD }, () => 0) : firstTask(machine);
	if (typeof child === "number") return child;
	equip(child, request);
	const { process } = child;
	process.argv = request.argv;
	process.environment = request.env ?? [];
	if (request.onExit) machine.onEnd.set(process, request.onExit);
	if (request.main) {
		child.name = (request.argv[0] ?? "").split("/").at(-1)!.slice(0, 15);
		startNative(child, request.main, request.argv, request.env ?? []);
		return process;
	}
	const failed = execve(child, { path: request.path ?? request.argv[0] ?? "", argv: request.argv, env: request.env ?? [] });
	if (!isError(failed)) return process;
	machine.onEnd.delete(process);
	process.exitSignal = 0;
	endProcess(process, 127 << 8);
	reap(process);
	return failed;
}

function equip(child: TaskRecord, request: SpawnRequest): void {
	for (const [fd] of [...child.files.entries()]) child.files.close(fd);
	request.fds?.forEach((file, fd) => {
		child.files.set(fd, file, false);
	});
	if (request.cwd !== undefined) chdir(child, request.cwd);
	if (request.setsid || request.terminal) setsid(child);
	if (request.terminal) setctty(child, 0);
}
