// siginfo_t, 128 bytes (man 2 sigaction; asm-generic/siginfo.h): which of its forms a signal has follows from its number and code.

import { SIG } from "./numbers";
import { SI_KERNEL, SI_TIMER, type SignalInfo } from "./pending";

export const SIGINFO_SIZE = 128;
const AUDIT_ARCH_X86_64 = 0xc000003e;
const FAULTS: ReadonlySet<number> = new Set([SIG.SIGSEGV, SIG.SIGBUS, SIG.SIGILL, SIG.SIGFPE, SIG.SIGTRAP]);
const TICK_MS = 10;

export function siginfo(info: SignalInfo): Uint8Array {
	const bytes = info.raw?.slice() ?? new Uint8Array(SIGINFO_SIZE);
	const view = new DataView(bytes.buffer);
	view.setInt32(0, info.signal, true);
	if (info.raw) return bytes;
	view.setInt32(8, info.code, true);
	writeForm(view, info);
	return bytes;
}

function writeForm(view: DataView, info: SignalInfo): void {
	const { signal, code } = info;
	if (code > 0 && code !== SI_KERNEL) {
		if (FAULTS.has(signal)) {
			view.setBigUint64(16, BigInt(info.address ?? 0), true);
			return;
		}
		if (info.band !== undefined) {
			view.setBigInt64(16, BigInt(info.band), true);
			view.setInt32(24, info.fd ?? 0, true);
			return;
		}
		if (signal === SIG.SIGSYS) {
			view.setInt32(4, info.errno ?? 0, true);
			view.setBigUint64(16, BigInt(info.address ?? 0), true);
			view.setInt32(24, info.syscall ?? 0, true);
			view.setUint32(28, AUDIT_ARCH_X86_64, true);
			return;
		}
	}
	if (code === SI_TIMER) {
		view.setInt32(16, info.timer?.id ?? 0, true);
		view.setInt32(20, info.timer?.overrun ?? 0, true);
	} else {
		view.setInt32(16, info.pid, true);
		view.setUint32(20, info.uid, true);
	}
	if (signal === SIG.SIGCHLD && info.status !== undefined) {
		view.setInt32(24, info.status, true);
		view.setBigInt64(32, BigInt(Math.floor((info.cpuTime ?? 0) / TICK_MS)), true);
	} else if (info.value !== undefined) view.setBigUint64(24, info.value, true);
}
