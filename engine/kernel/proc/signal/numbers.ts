// The signals of Linux x86-64: number, name and what happens by default (man 7 signal).

export type DefaultAction = "terminate" | "core" | "ignore" | "stop" | "continue";

const rows = [
	[1, "SIGHUP", "terminate"],
	[2, "SIGINT", "terminate"],
	[3, "SIGQUIT", "core"],
	[4, "SIGILL", "core"],
	[5, "SIGTRAP", "core"],
	[6, "SIGABRT", "core"],
	[7, "SIGBUS", "core"],
	[8, "SIGFPE", "core"],
	[9, "SIGKILL", "terminate"],
	[10, "SIGUSR1", "terminate"],
	[11, "SIGSEGV", "core"],
	[12, "SIGUSR2", "terminate"],
	[13, "SIGPIPE", "terminate"],
	[14, "SIGALRM", "terminate"],
	[15, "SIGTERM", "terminate"],
	[16, "SIGSTKFLT", "terminate"],
	[17, "SIGCHLD", "ignore"],
	[18, "SIGCONT", "continue"],
	[19, "SIGSTOP", "stop"],
	[20, "SIGTSTP", "stop"],
	[21, "SIGTTIN", "stop"],
	[22, "SIGTTOU", "stop"],
	[23, "SIGURG", "ignore"],
	[24, "SIGXCPU", "core"],
	[25, "SIGXFSZ", "core"],
	[26, "SIGVTALRM", "terminate"],
	[27, "SIGPROF", "terminate"],
	[28, "SIGWINCH", "ignore"],
	[29, "SIGIO", "terminate"],
	[30, "SIGPWR", "terminate"],
	[31, "SIGSYS", "core"],
] as const satisfies ReadonlyArray<readonly [number, string, DefaultAction]>;

export type SignalName = (typeof rows)[number][1];

export const SIG = Object.fromEntries(rows.map(([value, name]) => [name, value])) as Record<SignalName, number>;
export const SIGNAL_MAX = 64;
export const SIGRTMIN = 32;

const byNumber = new Map<number, { name: SignalName; action: DefaultAction }>(
	rows.map(([value, name, action]) => [value, { name, action }]),
);

/** Real-time signals are written SIGRT_N as the kernel counts them, from 32. */
export const signalName = (signal: number): string => byNumber.get(signal)?.name ?? `SIGRT_${signal - SIGRTMIN}`;
export const defaultAction = (signal: number): DefaultAction => byNumber.get(signal)?.action ?? "terminate";

export const bit = (signal: number): bigint => 1n << BigInt(signal - 1);
const maskOf = (...signals: number[]): bigint => signals.reduce((mask, signal) => mask | bit(signal), 0n);

/** Neither can be caught, blocked or ignored. */
export const UNBLOCKABLE = maskOf(SIG.SIGKILL, SIG.SIGSTOP);
export const STOP_SIGNALS = maskOf(SIG.SIGSTOP, SIG.SIGTSTP, SIG.SIGTTIN, SIG.SIGTTOU);
/** Caused by the instruction itself: delivered before others. */
export const SYNCHRONOUS = maskOf(SIG.SIGSEGV, SIG.SIGBUS, SIG.SIGILL, SIG.SIGTRAP, SIG.SIGFPE, SIG.SIGSYS);
