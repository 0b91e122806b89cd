// A running native program: a TypeScript main in place of machine code. Its calls are promises; each runs its operation at once,
// or waits in the run queue, on wait queues, or for the process to be continued. When the program ends or is killed, or
// execve puts another in its place, none of them settles any more: nothing of it runs further.

import { errnoName, isError } from "../../lib/errno";
import { type Sys, SysError } from "../../sys";
import { endProcess } from "../proc/exit";
import { SIG } from "../proc/signal/numbers";
import type { TaskRecord } from "../proc/task";
import type { Runnable, ScheduleGroup } from "../sched/runnable";
import { Blocked, untilHere } from "../wait";
import { tellNative } from "./trace";

/** A call under way that cannot go on now. */
interface Parked {
	giveUp(): void;
}
type NativeOperation<T> = (task: TaskRecord, ...args: unknown[]) => T | number | Blocked<T | number> | Blocked;
/** Thrown by sys.exit to unwind; never seen outside. */
class Exit extends Error {}

export class NativeProgram {
	private blocked = new Set<Parked>();
	private underWay = 0;
	private ended = false;

	constructor(readonly task: TaskRecord) {}

	/** Begins: what main returns is the exit code, what it throws is shown on its stderr by nobody but the console of the engine. */
	start(main: () => Promise<number>): void {
		const { scheduler } = this.task.kernel;
		scheduler.nativeAnswered();
		Promise.resolve()
			.then(() => (this.ended ? never<number>() : main()))
			.then(
				(code) => this.finish(code),
				(error) => {
					if (error instanceof Exit) return;
					this.crash(error);
				},
			);
	}
	get alive(): boolean {
		return !this.ended;
	}
	/** For `ps`: asleep in a call. */
	get waiting(): boolean {
		return this.underWay > 0 && this.blocked.size === this.underWay;
	}
	/** A signal that it handles. */
	interrupt(handler: () => void): void {
		this.task.kernel.scheduler.nativeAnswered();
		queueMicrotask(() => {
			if (this.ended) return;
			try {
				handler();
			} catch (error) {
				// a handler that ends the program has nowhere to return to
				if (!(error instanceof Exit)) throw error;
			}
		});
	}
	/** It is gone: no call of it will settle. */
	end(): void {
		this.ended = true;
		for (const call of [...this.blocked]) call.giveUp();
	}
	finish(code: number): void {
		if (!this.ended) endProcess(this.task.process, (code & 0xff) << 8);
	}
	exit(code: number): never {
		this.finish(code);
		throw new Exit("exit");
	}

	/** One system call: the operation gives the result, a negative errno, or Blocked. `args` are what it is given after the task. */
	call<T>(name: keyof Sys, operation: NativeOperation<T>, args: readonly unknown[]): Promise<T> {
		if (this.ended) return never();
		return new Promise<T>((resolve, reject) => {
			const call = new NativeCall<T>(this, name, operation, args, resolve, reject);
			this.underWay++;
			if (this.task.kernel.scheduler.admitNative() && !call.frozen) this.task.kernel.scheduler.guard(call);
			else this.task.kernel.scheduler.ready(call);
		});
	}
	/** Its result is there: it goes on in a microtask. */
	answered(): void {
		this.underWay--;
		this.task.kernel.scheduler.nativeAnswered();
	}
	wait(call: Parked): void {
		this.blocked.add(call);
	}
	goOn(call: Parked): void {
		this.blocked.delete(call);
	}

	/** An error that main did not catch: as a runtime would, it is printed, and the exit code is 1. */
	private crash(error: unknown): void {
		if (this.ended) return;
		const { task } = this;
		const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
		const stderr = task.files.get(2);
		stderr?.operations.write(stderr, task, new TextEncoder().encode(`${task.process.argv[0] ?? "?"}: ${words}\n`));
		this.finish(1);
	}
}

/** A path, or what else a call is about, for the words of its error. */
const detailOf = (args: readonly unknown[]): string => (typeof args[0] === "string" ? args[0] : "");

const never = <T>(): Promise<T> => new Promise<T>(() => {});

/** A call under way: tried, and tried again each time something that it waits for wakes. */
class NativeCall<T> implements Runnable {
	queued = false;
	private leaves: Array<() => void> = [];
	private cancel: (() => void) | undefined;
	/** What goes on in place of the operation, once that has blocked and remembers something. */
	private resume: (() => T | number | Blocked<T | number>) | undefined;
	private readonly start: number;

	constructor(
		private readonly program: NativeProgram,
		private readonly name: keyof Sys,
		private readonly operation: NativeOperation<T>,
		private readonly args: readonly unknown[],
		private readonly resolve: (result: T) => void,
		private readonly reject: (error: SysError) => void,
	) {
		this.start = program.task.kernel.uptime();
	}
	get frozen(): boolean {
		return this.program.alive && this.program.task.process.cgroupNode.effectivelyFrozen;
	}
	run(): void {
		const { program } = this;
		const { task } = program;
		if (!program.alive) return;
		this.leave();
		if (task.process.stopped) {
			this.park([task.process.continued]);
			return;
		}
		task.callStart = this.start;
		task.kernel.current = task;
		const tried = this.resume ? this.resume() : (this.operation(task, ...this.args) as T | Blocked<T>);
		const result = untilHere<T | number>(tried, task.kernel);
		if (!program.alive) {
			if (result instanceof Blocked) result.options.cancel?.();
			// execve does not come back when it succeeds: those who watch hear of it here
			else if (this.name === "execve") this.tell(0);
			return;
		}
		if (!(result instanceof Blocked)) {
			this.done(result);
			return;
		}
		if (result.options.resume) this.resume = result.options.resume;
		this.cancel = result.options.cancel;
		this.park(result.queues, result.deadline);
	}
	private done(result: T | number): void {
		this.program.answered();
		this.tell(result);
		if (isError(result)) this.reject(new SysError(errnoName(result), this.name, detailOf(this.args)));
		else this.resolve(result as T);
	}
	private tell(result: unknown): void {
		const { task } = this.program;
		if (task.traced) tellNative(task, this.name, this.args, result, this.start);
	}
	get group(): ScheduleGroup {
		return this.program.task.process.cgroupNode;
	}
	abort(): void {
		endProcess(this.program.task.process, SIG.SIGKILL);
	}
	/** The program is gone: what the call has begun is undone. */
	giveUp(): void {
		this.leave();
		this.cancel?.();
	}
	leave(): void {
		this.program.goOn(this);
		for (const leave of this.leaves) leave();
		this.leaves = [];
	}
	private park(queues: readonly { add(waiter: () => void): () => void }[], deadline?: number): void {
		const { kernel } = this.program.task;
		this.program.wait(this);
		const wake = () => {
			this.leave();
			kernel.scheduler.ready(this);
		};
		for (const queue of queues) this.leaves.push(queue.add(wake));
		if (deadline === undefined) return;
		const timer = kernel.timer(deadline - kernel.uptime(), wake);
		this.leaves.push(() => timer.cancel());
	}
}
