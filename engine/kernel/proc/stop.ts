// Stopping and continuing (man 7 signal, SIGSTOP and SIGCONT), and what the parent is told of it.

import type { ProcessRecord } from "./process";
import { continueTracees } from "./ptrace/tracee";
import { SA_NOCLDSTOP } from "./signal/actions";
import { SIG } from "./signal/numbers";
import { sendToProcess } from "./signal/send";

const CLD_STOPPED = 5;
const CLD_CONTINUED = 6;

export function stopProcess(process: ProcessRecord, signal: number): void {
	if (process.stopped) return;
	process.stopped = true;
	process.change = { kind: "stopped", signal };
	tellParent(process, CLD_STOPPED, signal);
}

export function continueProcess(process: ProcessRecord): void {
	continueTracees(process);
	if (!process.stopped) return;
	process.stopped = false;
	process.change = { kind: "continued" };
	for (const task of process.tasks) task.nudge();
	process.continued.wake();
	tellParent(process, CLD_CONTINUED, SIG.SIGCONT);
}

function tellParent(process: ProcessRecord, code: number, status: number): void {
	const { parent } = process;
	process.kernel.processesChanged.wake();
	if (!parent) return;
	if (!(parent.actions.flags(SIG.SIGCHLD) & SA_NOCLDSTOP)) {
		const { pid, cpuTime, leader } = process;
		sendToProcess(parent, { signal: SIG.SIGCHLD, code, pid, uid: leader.identity.ruid, status, cpuTime });
	}
	parent.childChanged.wake();
}
