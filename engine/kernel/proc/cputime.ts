// CPU time that was used: who is charged for it, and what goes off by it (timers, RLIMIT_CPU).

import { RLIMIT } from "./limits";
import type { ProcessRecord } from "./process";
import { SIG } from "./signal/numbers";
import { fromKernel, sendToProcess } from "./signal/send";
import type { TaskRecord } from "./task";

export function chargeTime(task: TaskRecord, ms: number): void {
	const { process } = task;
	const before = process.cpuTime;
	task.cpuTime += ms;
	process.cpuTime += ms;
	process.kernel.cgroups.chargeTime(process, ms);
	process.timers?.charged();
	process.posixTimers?.charged();
	process.charged.wake();
	const limit = process.limits.get(RLIMIT.CPU)!;
	if (process.cpuTime >= limit.soft * 1000) overLimit(process, before, limit);
}
/** SIGXCPU at the soft limit and each second after it, SIGKILL at the hard one (man 2 getrlimit). */
function overLimit(process: ProcessRecord, before: number, { soft, hard }: { soft: number; hard: number }): void {
	if (process.cpuTime >= hard * 1000) {
		sendToProcess(process, fromKernel(SIG.SIGKILL));
		return;
	}
	const seconds = (ms: number): number => Math.floor(ms / 1000);
	if (before < soft * 1000 || seconds(before) < seconds(process.cpuTime)) sendToProcess(process, fromKernel(SIG.SIGXCPU));
}
