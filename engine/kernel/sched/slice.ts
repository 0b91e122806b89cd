// A slice of a guest task: goes on with a blocked call, delivers signals, executes, serves system calls and faults,
// until the slice is used up, a call blocks, or the task ends.

import { PROT_EXEC, PROT_READ, PROT_WRITE, type Served, type Stop, type Thread } from "../../cpu/types";
import { chargeTime } from "../proc/cputime";
import type { ProcessRecord } from "../proc/process";
import type { Tracee } from "../proc/ptrace/tracee";
import { abortSequence, RSEQ_FAULT } from "../proc/rseq";
import { deliverSignals, forceSignal } from "../proc/signal/deliver";
import { SIG } from "../proc/signal/numbers";
import type { TaskRecord } from "../proc/task";
import { resumeCall, resumeEntry, serve } from "../syscall/dispatch";
import { isWithin } from "../syscall/within";

/** Instructions in a slice: about a millisecond of the interpreter. */
const SLICE = 100_000;
/** An instruction of a program of which something is watched, and what it costs a slice. */
const GO_ON: Stop = { reason: "fuel" };
const WATCHED_COST = 50;
/** TF in RFLAGS, and SIGTRAP's code for what was traced. */
const TRAP_FLAG = 0x100;
const TRAP_BRKPT = 1;
/** A page beyond the end of the file that is mapped there. */
const BUS_ADRERR = 2;
/** What a system call costs a slice, in instructions. */
const CALL_COST = 300;
const CALL: Served = { fuel: CALL_COST };
/**
 * CPU time, as times(2) and cpu.max count it, is what the port's clock says that a slice took; and so much an instruction at least,
 * so that it goes on under a clock that stands still meanwhile.
 */
const FUEL_PER_MS = 200_000;
/** So many pages are had in one go before memory.high has its say, as Linux charges them. */
const HIGH_BATCH = 64;
/** Less is kept until there is more of it, in milliseconds. */
const CHARGED_AT_ONCE = 0.01;

export function runSlice(task: TaskRecord): void {
	const { process } = task;
	// Signals do not end it early, all but SIGKILL.
	if (task.dead || (task.held && !task.killed) || task.trapped) return;
	if (task.tracee && !afterStop(task, task.tracee)) return;
	task.kernel.current = task;
	const began = task.kernel.uptime();
	process.mm?.sharing.enter();
	let used = 0;
	if (task.rseq && !task.call && !abortSequence(task)) forceSignal(task, RSEQ_FAULT);
	if (goOn(task)) {
		while (used < SLICE) {
			const { thread } = task;
			// execve may have put a native program in place of the machine code
			if (!thread) break;
			task.within ??= () => serveWithin(task);
			thread.serve = task.within;
			const stop = task.tracee ? runTraced(task, thread, SLICE - used) : thread.run(SLICE - used);
			used += thread.used;
			task.callNumber = -1;
			if (overLimit(process)) {
				deliverSignals(task);
				break;
			}
			if (stop === GO_ON) {
				used += WATCHED_COST;
				continue;
			}
			if (stop.reason === "fuel") break;
			if (stop.reason === "syscall" || stop.reason === "served") {
				used += CALL_COST;
				if (!(stop.reason === "served" ? task.wentOn : serve(task))) break;
				if (task.tracee?.steps) stepDone(task);
			} else fault(task, stop);
			if (task.dead) break;
			if (task.deliverable !== 0n || process.stopped || task.tracee) {
				if (!deliverSignals(task)) break;
			}
			if (process.overHigh >= HIGH_BATCH) break;
		}
	}
	process.mm?.sharing.leave();
	charge(task, used, began);
	if (task.dead || !task.thread) return;
	if (process.overHigh > 0) hold(task);
	if (!task.call && !process.stopped && !task.held && !task.trapped) task.kernel.scheduler.ready(task);
}

/** In the midst of what the task runs: serves the call that it has made, if that is one that may be served there. */
function serveWithin(task: TaskRecord): Served {
	const { process } = task;
	if (task.tracee || !isWithin(task.thread!.getNumber(0) | 0)) return "no";
	task.wentOn = serve(task);
	if (!task.wentOn || task.dead || task.deliverable !== 0n || process.stopped) return "stop";
	return process.mm!.space.touches >= process.mm!.nextCharge || process.overHigh >= HIGH_BATCH ? "stop" : CALL;
}

/** Its tracer has let it go on, or SIGKILL has come. False: it has ended. */
function afterStop(task: TaskRecord, tracee: Tracee): boolean {
	const { afterStop } = tracee;
	tracee.stop = undefined;
	tracee.afterStop = undefined;
	afterStop?.();
	return !task.dead;
}
const TRAP_HWBKPT = 4;
function runTraced(task: TaskRecord, thread: Thread, fuel: number): Stop {
	const { steps, debug } = task.tracee!;
	if (!debug.active) return steps ? step(thread) : thread.run(fuel);
	const stop = steps ? step(thread) : thread.run(1);
	const watched = (stop.reason === "fuel" || steps) && debug.hit(task.process.mm!, thread.rip);
	if (watched) return { reason: "fault", signal: "SIGTRAP", code: TRAP_HWBKPT, address: thread.rip };
	return stop.reason === "fuel" ? GO_ON : stop;
}
/** One instruction. TF is the tracer's, not the program's: it does not show. */
function step(thread: Thread): Stop {
	const { rflags } = thread;
	thread.rflags = rflags | TRAP_FLAG;
	const stop = thread.run(1);
	if (!(rflags & TRAP_FLAG)) thread.rflags &= ~TRAP_FLAG;
	return stop;
}
/** A system call was one instruction. */
const stepDone = (task: TaskRecord): void => {
	if (!task.dead && task.thread)
		forceSignal(task, { signal: SIG.SIGTRAP, code: TRAP_BRKPT, pid: 0, uid: 0, address: task.thread.rip });
};

/** memory.high holds it back, perhaps. */
function hold(task: TaskRecord): void {
	const { kernel, process } = task;
	const delay = kernel.cgroups.memory.delay(process);
	if (delay === 0 || task.call) return;
	task.held = true;
	kernel.timer(delay, () => {
		task.held = false;
		task.nudge();
	});
}

/** Its control groups hear of what it has touched. True: it was too much, and it is to die. */
function overLimit(process: ProcessRecord): boolean {
	const { mm } = process;
	if (!mm || mm.space.touches < mm.nextCharge) return false;
	process.kernel.cgroups.memory.touched(process);
	return process.dying;
}

/** Signals first, then the call under way. False: it cannot go on. */
function goOn(task: TaskRecord): boolean {
	if (task.entered !== "no" && !resumeEntry(task)) return false;
	if (task.call) {
		const { uninterruptible } = task.call.row;
		if (task.process.stopped && !task.killed) return false;
		if (!resumeCall(task)) {
			// Still blocked: a stop is taken even so, and SIGCONT makes it go on waiting.
			if (task.call && (uninterruptible ? task.killed : task.deliverable !== 0n)) deliverSignals(task);
			return false;
		}
	}
	return deliverSignals(task);
}

function fault(task: TaskRecord, stop: Extract<Stop, { reason: "fault" }>): void {
	if (stop.signal === "SIGSEGV") {
		const mm = task.process.mm!;
		if (stop.access !== "fetch" && mm.growStack(stop.address)) return;
		const wanted = stop.access === "write" ? PROT_WRITE : stop.access === "fetch" ? PROT_EXEC : PROT_READ;
		const page = mm.sharing.fault(stop.address, wanted);
		if (page === "done") return;
		if (page === "bus") {
			const info = { signal: SIG.SIGBUS, code: BUS_ADRERR, pid: 0, uid: 0, address: stop.address };
			forceSignal(task, info, stop);
			return;
		}
	}
	forceSignal(task, { signal: SIG[stop.signal], code: stop.code, pid: 0, uid: 0, address: stop.address }, stop);
}

function charge(task: TaskRecord, used: number, began: number): void {
	task.uncharged += Math.max(used / FUEL_PER_MS, task.kernel.uptime() - began);
	if (task.uncharged < CHARGED_AT_ONCE) return;
	const ms = task.uncharged;
	task.uncharged = 0;
	chargeTime(task, ms);
}
