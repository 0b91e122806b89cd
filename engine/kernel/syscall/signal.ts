// System calls on signals (man 7 signal). Decoding, and the few words of state they change.

import { ERRNO } from "../../lib/errno";
import { kill, sigqueue, tgkill } from "../proc/kill";
import { taskRecord } from "../proc/process";
import type { Disposition } from "../proc/signal/actions";
import { forceSignal } from "../proc/signal/deliver";
import { onAlternateStack, popFrame } from "../proc/signal/frame";
import { bit, SIG, SIGNAL_MAX, UNBLOCKABLE } from "../proc/signal/numbers";
import { SI_TKILL } from "../proc/signal/pending";
import { SIGINFO_SIZE, siginfo } from "../proc/signal/siginfo";
import type { TaskRecord } from "../proc/task";
import { Blocked } from "../wait";
import type { GuestTask, SyscallRow } from "./row";
import { readTimespec } from "./timespec";

/** sizeof(sigset_t) in the kernel. */
const SET = 8;
const SIG_BLOCK = 0;
const SIG_UNBLOCK = 1;
const SIG_SETMASK = 2;
const SS_ONSTACK = 1;
const SS_DISABLE = 2;

function sigaction(task: GuestTask, signal: number, actAt: number, oldAt: number, size: number): number {
	if (size !== SET || signal < 1 || signal > SIGNAL_MAX) return -ERRNO.EINVAL;
	if (actAt !== 0 && bit(signal) & UNBLOCKABLE) return -ERRNO.EINVAL;
	const { actions, pending, tasks } = taskRecord(task).process;
	const before = actions.get(signal);
	let next: Disposition | undefined;
	if (actAt !== 0) {
		const bytes = task.memory.readable(actAt, 32);
		if (!bytes) return -ERRNO.EFAULT;
		next = readAction(new DataView(bytes.buffer, bytes.byteOffset, 32));
	}
	if (oldAt !== 0) {
		const bytes = task.memory.writable(oldAt, 32);
		if (!bytes) return -ERRNO.EFAULT;
		writeAction(new DataView(bytes.buffer, bytes.byteOffset, 32), before);
	}
	if (!next) return 0;
	actions.set(signal, next);
	if (!actions.ignores(signal)) return 0;
	pending.remove(bit(signal));
	for (const one of tasks) one.pending.remove(bit(signal));
	return 0;
}
/** SA_* that are kept (UAPI_SA_FLAGS). */
const SA_KNOWN = 0xdc00_0807n;
/** struct kernel_sigaction: handler, flags, restorer, mask. */
function readAction(view: DataView): Disposition {
	const address = Number(view.getBigUint64(0, true));
	const flags = Number(view.getBigUint64(8, true) & SA_KNOWN);
	const restorer = Number(view.getBigUint64(16, true));
	const mask = view.getBigUint64(24, true) & ~UNBLOCKABLE;
	if (address === 0) return { kind: "default", flags, mask, restorer };
	if (address === 1) return { kind: "ignore", flags, mask, restorer };
	return { kind: "guest", address, flags, restorer, mask };
}
function writeAction(view: DataView, action: Disposition): void {
	const guest = action.kind === "guest" ? action.address : action.kind === "ignore" ? 1 : 0;
	const { flags, restorer, mask } = action.kind === "native" ? { flags: 0, restorer: 0, mask: 0n } : action;
	view.setBigUint64(0, BigInt(guest), true);
	view.setBigUint64(8, BigInt(flags), true);
	view.setBigUint64(16, BigInt(restorer), true);
	view.setBigUint64(24, mask, true);
}

function sigprocmask(task: TaskRecord, how: number, setAt: number, oldAt: number, size: number): number {
	if (size !== SET) return -ERRNO.EINVAL;
	const before = task.mask;
	let next = before;
	if (setAt !== 0) {
		const set = task.memory.u64(setAt);
		if (set === undefined) return -ERRNO.EFAULT;
		if (how === SIG_BLOCK) next = before | set;
		else if (how === SIG_UNBLOCK) next = before & ~set;
		else if (how === SIG_SETMASK) next = set;
		else return -ERRNO.EINVAL;
	}
	if (oldAt !== 0 && !task.memory.setU64(oldAt, before)) return -ERRNO.EFAULT;
	task.mask = next & ~UNBLOCKABLE;
	return 0;
}

/** rt_sigtimedwait(2): takes a pending signal of the set without delivering it. */
function sigtimedwait(task: TaskRecord, setAt: number, infoAt: number, timeoutAt: number, size: number): number | Blocked {
	if (size !== SET) return -ERRNO.EINVAL;
	const set = task.memory.u64(setAt);
	if (set === undefined) return -ERRNO.EFAULT;
	const wanted = set & ~UNBLOCKABLE;
	const timeout = timeoutAt === 0 ? undefined : readTimespec(task, timeoutAt);
	if (typeof timeout === "number" && timeout < 0) return timeout;
	const deadline = timeout === undefined ? undefined : task.kernel.uptime() + timeout;
	const attempt = (): number | Blocked => {
		const info = task.pending.take(wanted) ?? task.process.pending.take(wanted);
		if (info) {
			if (infoAt === 0) return info.signal;
			const bytes = task.memory.writable(infoAt, 128);
			bytes?.set(siginfo(info));
			return bytes ? info.signal : -ERRNO.EFAULT;
		}
		if (deadline !== undefined && task.kernel.uptime() >= deadline) return -ERRNO.EAGAIN;
		return new Blocked([task.signalArrived], deadline, { resume: attempt, neverRestart: true });
	};
	return attempt();
}

function sigaltstack(task: TaskRecord, newAt: number, oldAt: number): number {
	const before = task.alternateStack;
	const on = onAlternateStack(task, task.thread!.getNumber(4));
	let next = before;
	if (newAt !== 0) {
		const bytes = task.memory.readable(newAt, 24);
		if (!bytes) return -ERRNO.EFAULT;
		if (on) return -ERRNO.EPERM;
		const view = new DataView(bytes.buffer, bytes.byteOffset, 24);
		const flags = view.getUint32(8, true);
		const size = Number(view.getBigUint64(16, true));
		const mode = flags & 0x7fff_ffff;
		if (mode !== 0 && mode !== SS_ONSTACK && mode !== SS_DISABLE) return -ERRNO.EINVAL;
		if (mode === SS_DISABLE) next = { base: 0, size: 0, flags: (flags & ~mode) | SS_DISABLE };
		else if (size < 2048) return -ERRNO.ENOMEM;
		else next = { base: Number(view.getBigUint64(0, true)), size, flags: flags & ~SS_ONSTACK };
	}
	if (oldAt !== 0) {
		const bytes = task.memory.writable(oldAt, 24);
		if (!bytes) return -ERRNO.EFAULT;
		const view = new DataView(bytes.buffer, bytes.byteOffset, 24);
		view.setBigUint64(0, BigInt(before.base), true);
		view.setUint32(8, before.flags | (on ? 1 : 0), true);
		view.setUint32(12, 0, true);
		view.setBigUint64(16, BigInt(before.size), true);
	}
	task.alternateStack = next;
	return 0;
}

/** The siginfo_t of rt_sigqueueinfo(2): programs may not claim to be the kernel, kill(2) or tgkill(2), but to themselves. */
function givenInfo(task: TaskRecord, pid: number, infoAt: number): Uint8Array | number {
	const bytes = task.memory.readable(infoAt, SIGINFO_SIZE);
	if (!bytes) return -ERRNO.EFAULT;
	const code = new DataView(bytes.buffer, bytes.byteOffset, SIGINFO_SIZE).getInt32(8, true);
	const claims = code >= 0 || code === SI_TKILL;
	return claims && pid !== task.process.pidIn(task.namespaces.pid) ? -ERRNO.EPERM : bytes.slice();
}
function sigqueueinfo(task: TaskRecord, pid: number, signal: number, infoAt: number): number {
	const raw = givenInfo(task, pid, infoAt);
	return typeof raw === "number" ? raw : sigqueue(task, pid, signal, raw);
}
function tgsigqueueinfo(task: TaskRecord, tgid: number, tid: number, signal: number, infoAt: number): number {
	if (tgid <= 0 || tid <= 0) return -ERRNO.EINVAL;
	const raw = givenInfo(task, tid, infoAt);
	return typeof raw === "number" ? raw : tgkill(task, tgid, tid, signal, raw);
}

export const signalRows: SyscallRow[] = [
	{
		number: 13,
		name: "rt_sigaction",
		args: ["signal", "sigaction", "outSigaction", "size"],
		handler: (task, [signal, act, old, size]) => sigaction(task, signal | 0, act, old, size),
	},
	{
		number: 14,
		name: "rt_sigprocmask",
		args: ["signalHow", "sigset", "outSigset", "size"],
		handler: (task, [how, set, old, size]) => sigprocmask(taskRecord(task), how | 0, set, old, size),
	},
	{
		number: 15,
		name: "rt_sigreturn",
		args: [],
		keepsRegisters: true,
		handler(task) {
			const record = taskRecord(task);
			const mask = popFrame(record);
			if (mask === undefined) forceSignal(record, { signal: SIG.SIGSEGV, code: 0x80, pid: 0, uid: 0 });
			else record.mask = mask;
			return 0;
		},
	},
	{
		number: 127,
		name: "rt_sigpending",
		args: ["outSigset", "size"],
		handler(task, [address, size]) {
			if (size > SET) return -ERRNO.EINVAL;
			const record = taskRecord(task);
			const pending = (record.pending.bits | record.process.pending.bits) & record.mask;
			const bytes = task.memory.writable(address, size);
			bytes?.set(new Uint8Array(BigUint64Array.of(pending).buffer, 0, size));
			return bytes ? 0 : -ERRNO.EFAULT;
		},
	},
	{
		number: 128,
		name: "rt_sigtimedwait",
		args: ["sigset", "address", "timespec", "size"],
		handler: (task, [set, info, timeout, size]) => sigtimedwait(taskRecord(task), set, info, timeout, size),
	},
	{
		number: 129,
		name: "rt_sigqueueinfo",
		args: ["pid", "signal", "address"],
		handler: (task, [pid, signal, info]) => sigqueueinfo(taskRecord(task), pid | 0, signal | 0, info),
	},
	{
		number: 297,
		name: "rt_tgsigqueueinfo",
		args: ["pid", "pid", "signal", "address"],
		handler: (task, [tgid, tid, signal, info]) => tgsigqueueinfo(taskRecord(task), tgid | 0, tid | 0, signal | 0, info),
	},
	{
		number: 130,
		name: "rt_sigsuspend",
		args: ["sigset", "size"],
		handler(task, [set, size]) {
			if (size !== SET) return -ERRNO.EINVAL;
			const mask = task.memory.u64(set);
			if (mask === undefined) return -ERRNO.EFAULT;
			task.setTemporaryMask(mask);
			return new Blocked([], undefined, { neverRestart: true });
		},
	},
	{
		number: 131,
		name: "sigaltstack",
		args: ["signalStack", "outSignalStack"],
		handler: (task, [next, old]) => sigaltstack(taskRecord(task), next, old),
	},
	{ number: 34, name: "pause", args: [], handler: () => new Blocked([], undefined, { neverRestart: true }) },
	{
		number: 62,
		name: "kill",
		args: ["pid", "signal"],
		handler: (task, [pid, signal]) => kill(taskRecord(task), pid | 0, signal | 0),
	},
	{
		number: 200,
		name: "tkill",
		args: ["pid", "signal"],
		handler: (task, [tid, signal]) => tgkill(taskRecord(task), undefined, tid | 0, signal | 0),
	},
	{
		number: 234,
		name: "tgkill",
		args: ["pid", "pid", "signal"],
		handler: (task, [tgid, tid, signal]) => tgkill(taskRecord(task), tgid | 0, tid | 0, signal | 0),
	},
];
