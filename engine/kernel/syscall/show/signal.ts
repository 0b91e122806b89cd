// A signal that reaches a task, as strace(1) writes it: the fields of siginfo_t that its kind has.

import { SIG, signalName } from "../../proc/signal/numbers";
import type { SignalInfo } from "../../proc/signal/pending";
import { SIGNAL_CODE, SIGNAL_SOURCE } from "./names";
import { pointer } from "./text";

const FAULTS = new Set<number>([SIG.SIGSEGV, SIG.SIGBUS, SIG.SIGILL, SIG.SIGFPE, SIG.SIGTRAP]);

/** {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=7, …}; `sender` is the number of who sent it, as the reader sees it. */
export function signalFields(info: SignalInfo, sender: number): string {
	const { signal, code } = info;
	const named = SIGNAL_CODE[signal]?.[code] ?? SIGNAL_SOURCE[code] ?? String(code);
	const fields = [`si_signo=${signalName(signal)}`, `si_code=${named}`];
	const fault = FAULTS.has(signal) && code > 0 && code !== 0x80;
	if (fault) fields.push(`si_addr=${pointer(info.address ?? 0)}`);
	else if (code <= 0 || signal === SIG.SIGCHLD) fields.push(`si_pid=${sender}`, `si_uid=${info.uid}`);
	if (signal === SIG.SIGCHLD && code > 0)
		fields.push(`si_status=${code === 1 ? (info.status ?? 0) : signalName(info.status ?? 0)}`, "si_utime=0", "si_stime=0");
	return `{${fields.join(", ")}}`;
}
