// ptrace(2): one task looks into another and leads it. Decoding, and what is asked of one that stands still; proc/ptrace acts.

import { AUDIT_ARCH_X86_64 } from "../../lib/bpf";
import { ERRNO } from "../../lib/errno";
import { readForeign, writeForeign } from "../mm/foreign";
import { taskRecord } from "../proc/process";
import { attach, detach, traceMe } from "../proc/ptrace/attach";
import { FPREGS_SIZE, peekUser, pokeUser, REGS_SIZE, readRegisters, writeRegisters } from "../proc/ptrace/registers";
import { EVENT, PTRACE_O_ALL, resume, stopForTrap, type Tracee } from "../proc/ptrace/tracee";
import { SIG, SIGNAL_MAX, UNBLOCKABLE } from "../proc/signal/numbers";
import { fromKernel, sendToTask } from "../proc/signal/send";
import { SIGINFO_SIZE, siginfo } from "../proc/signal/siginfo";
import type { TaskRecord } from "../proc/task";
import { Blocked } from "../wait";
import { vectors } from "./decode";
import type { GuestTask, SyscallRow } from "./row";

const REQUEST = {
	TRACEME: 0,
	ATTACH: 16,
	KILL: 8,
	SEIZE: 0x4206,
	INTERRUPT: 0x4207,
} as const;
const NT_PRSTATUS = 1;
const NT_PRFPREG = 2;
const WORD = 8;
const OK = 0;
const EIO = -ERRNO.EIO;
const EFAULT = -ERRNO.EFAULT;
const EINVAL = -ERRNO.EINVAL;

/** What a request is given: who asks, whom about, and the two last arguments as numbers and `data` as it is. */
interface Asked {
	tracer: GuestTask;
	task: TaskRecord;
	tracee: Tracee;
	address: number;
	data: number;
	/** All 64 bits. */
	word: bigint;
}
type Request = (asked: Asked) => number;

function ptrace(caller: GuestTask, request: number, pid: number, address: number, data: number): number {
	const tracer = taskRecord(caller);
	if (request === REQUEST.TRACEME) return traceMe(tracer);
	const found = pid > 0 ? caller.kernel.findTask(pid, caller.namespaces.pid) : undefined;
	const task = found && taskRecord(found);
	if (!task || task.process.gone) return -ERRNO.ESRCH;
	if (request === REQUEST.ATTACH) return attach(tracer, task, false, 0);
	if (request === REQUEST.SEIZE) return seize(tracer, task, address, data);
	const { tracee } = task;
	if (!tracee || tracee.tracer !== tracer || task.dead) return -ERRNO.ESRCH;
	if (request === REQUEST.KILL) {
		sendToTask(task, fromKernel(SIG.SIGKILL));
		return OK;
	}
	if (request === REQUEST.INTERRUPT) return interrupt(task, tracee);
	if (!tracee.stop || !task.thread || tracee.listening) return -ERRNO.ESRCH;
	const act = REQUESTS.get(request);
	return act ? act({ tracer: caller, task, tracee, address, data, word: tracer.thread!.get(10) }) : EIO;
}

function seize(tracer: TaskRecord, task: TaskRecord, address: number, options: number): number {
	if (address !== 0) return EIO;
	if (options & ~PTRACE_O_ALL) return EIO;
	return attach(tracer, task, true, options);
}
function interrupt(task: TaskRecord, tracee: Tracee): number {
	if (!tracee.seized) return EIO;
	if (tracee.listening) stopForTrap(task);
	else {
		tracee.trapWanted = true;
		task.nudge();
	}
	return OK;
}

/** PTRACE_CONT and its kind: `data` is a signal. */
const goOn =
	(calls: Tracee["calls"], steps = false): Request =>
	({ task, tracee, data }) => {
		if (data < 0 || data > SIGNAL_MAX) return EIO;
		tracee.calls = calls;
		tracee.steps = steps;
		resume(task, data);
		return OK;
	};
/** Gives the tracer some bytes at `data`. */
const give = ({ tracer, data }: Asked, bytes: Uint8Array): number => {
	const into = tracer.memory.writable(data, bytes.length);
	into?.set(bytes);
	return into ? OK : EFAULT;
};
const taken = ({ tracer, data }: Asked, length: number): Uint8Array | undefined => tracer.memory.readable(data, length)?.slice();

const bytesOf = (word: bigint): Uint8Array => {
	const bytes = new Uint8Array(WORD);
	new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, word), true);
	return bytes;
};
const peek: Request = (asked) => {
	const bytes = readForeign(asked.task.process.mm!, asked.address, WORD);
	return bytes.length === WORD ? give(asked, bytes) : EIO;
};
const poke: Request = ({ task, address, word }) => (writeForeign(task.process.mm!, address, bytesOf(word)) === WORD ? OK : EIO);

function getSet(asked: Asked, writes: boolean): number {
	const { tracer, task, address, data } = asked;
	const spans = vectors(tracer.memory, data, 1);
	if (typeof spans === "number") return spans;
	const span = spans[0] ?? { address: 0, length: 0 };
	const sizes = new Map([
		[NT_PRSTATUS, REGS_SIZE],
		[NT_PRFPREG, FPREGS_SIZE],
	]);
	const size = sizes.get(address);
	// As on a processor without XSAVE.
	if (size === undefined) return address === NT_X86_XSTATE ? -ERRNO.ENODEV : EINVAL;
	if (span.length % WORD !== 0) return EINVAL;
	const length = Math.min(span.length, size);
	const window = { ...asked, data: span.address };
	let failed: number;
	if (writes) {
		const bytes = taken(window, length);
		failed = bytes ? (address === NT_PRSTATUS ? writeRegisters(task, bytes) : writeFloating(task, bytes)) : EFAULT;
	} else {
		const bytes = address === NT_PRSTATUS ? readRegisters(task) : task.thread!.fxsave();
		failed = give(window, bytes.subarray(0, length));
	}
	if (failed < 0) return failed;
	return tracer.memory.setU64(data + WORD, BigInt(length)) ? OK : EFAULT;
}
const NT_X86_XSTATE = 0x202;
function writeFloating({ thread }: TaskRecord, bytes: Uint8Array): number {
	const image = thread!.fxsave().slice();
	image.set(bytes);
	thread!.fxrstor(image);
	return OK;
}

function eventMessage(asked: Asked): number {
	return give(asked, bytesOf(BigInt(asked.tracee.message)));
}
function getInfo(asked: Asked): number {
	const { info } = asked.tracee.stop!;
	return info ? give(asked, siginfo(info)) : EINVAL;
}
function setInfo(asked: Asked): number {
	const { stop } = asked.tracee;
	if (!stop?.info) return EINVAL;
	const raw = taken(asked, SIGINFO_SIZE);
	if (!raw) return EFAULT;
	const view = new DataView(raw.buffer);
	stop.info = { signal: view.getInt32(0, true), code: view.getInt32(8, true), pid: 0, uid: 0, raw };
	return OK;
}
/** PTRACE_LISTEN: only where a process stands still as a whole, or because it was told to. */
function listen({ task, tracee }: Asked): number {
	if (!tracee.seized || tracee.stop!.code >> 8 !== EVENT.STOP) return EIO;
	// What has happened since this stop began shows at once.
	if (tracee.trapWanted) stopForTrap(task);
	else tracee.listening = true;
	return OK;
}

/** struct ptrace_syscall_info: what kind of stop, where, and the call or its result. The size of what there is; so much of it as fits. */
function syscallInfo(asked: Asked): number {
	const { task, tracee, tracer, address, data } = asked;
	const thread = task.thread!;
	const { kind, code } = tracee.stop!;
	const seccomp = kind === "event" && code >> 8 === EVENT.SECCOMP;
	const bytes = new Uint8Array(SYSCALL_INFO.most);
	const view = new DataView(bytes.buffer);
	const op = kind === "entry" ? 1 : kind === "exit" ? 2 : seccomp ? 3 : 0;
	view.setUint8(0, op);
	view.setUint32(4, AUDIT_ARCH_X86_64, true);
	view.setBigUint64(8, BigInt.asUintN(64, BigInt(thread.rip)), true);
	view.setBigUint64(16, thread.get(4), true);
	if (kind === "entry" || seccomp) {
		view.setBigUint64(24, BigInt.asUintN(64, BigInt(task.callNumber)), true);
		ARGUMENTS.forEach((register, index) => {
			view.setBigUint64(32 + index * WORD, thread.get(register), true);
		});
		if (seccomp) view.setUint32(80, tracee.message, true);
	} else if (kind === "exit") {
		const result = BigInt.asIntN(64, thread.get(0));
		view.setBigInt64(24, result, true);
		view.setUint8(32, result < 0n && result >= -4095n ? 1 : 0);
	}
	const size = SYSCALL_INFO.sizes[op]!;
	const into = tracer.memory.writable(data, Math.min(address, size));
	if (!into) return EFAULT;
	into.set(bytes.subarray(0, into.length));
	return size;
}
/** rdi, rsi, rdx, r10, r8, r9. */
const ARGUMENTS = [7, 6, 2, 10, 8, 9];
/** Without a call, at its beginning, at its end, and where seccomp asks. */
const SYSCALL_INFO = { sizes: [24, 80, 33, 84], most: 88 };

const getMask = (asked: Asked): number => {
	if (asked.address !== WORD) return EINVAL;
	return give(asked, bytesOf(asked.task.savedMask ?? asked.task.mask));
};
function setMask(asked: Asked): number {
	if (asked.address !== WORD) return EINVAL;
	const bytes = taken(asked, WORD);
	if (!bytes) return EFAULT;
	asked.task.mask = new DataView(bytes.buffer).getBigUint64(0, true) & ~UNBLOCKABLE;
	return OK;
}
/** struct ptrace_peeksiginfo_args: off, flags (1: those of the whole process), nr. How many were given. */
function peekInfo(asked: Asked): number {
	const { tracer, task, address, data } = asked;
	const args = tracer.memory.readable(address, 16)?.slice();
	if (!args) return EFAULT;
	const view = new DataView(args.buffer);
	const [offset, flags, count] = [Number(view.getBigUint64(0, true)), view.getUint32(8, true), view.getInt32(12, true)];
	if (flags & ~1 || count < 0) return EINVAL;
	const queued = (flags & 1 ? task.process : task).pending.queued().slice(offset, offset + count);
	for (const [index, info] of queued.entries())
		if (give({ ...asked, data: data + index * SIGINFO_SIZE }, siginfo(info)) < 0) return index || EFAULT;
	return queued.length;
}

const ARCH_SET_GS = 0x1001;
const ARCH_SET_FS = 0x1002;
const ARCH_GET_FS = 0x1003;
const ARCH_GET_GS = 0x1004;
/** PTRACE_ARCH_PRCTL: arch_prctl(2) of the other; `data` is the option. */
function archPrctl(asked: Asked): number {
	const { task, address, data } = asked;
	const base = data === ARCH_GET_FS || data === ARCH_SET_FS ? "fsBase" : "gsBase";
	if (data === ARCH_GET_FS || data === ARCH_GET_GS) return give({ ...asked, data: address }, bytesOf(task.thread![base]));
	if (data !== ARCH_SET_FS && data !== ARCH_SET_GS) return EINVAL;
	task.thread![base] = BigInt(address);
	return OK;
}

/** Of one that stands still. What is not here is EIO, as on Linux. */
const REQUESTS: ReadonlyMap<number, Request> = new Map<number, Request>([
	[1, peek],
	[2, peek],
	[3, (asked) => giveWord(asked, peekUser(asked.task, asked.address))],
	[4, poke],
	[5, poke],
	[6, ({ task, address, word }) => pokeUser(task, address, word)],
	[7, goOn("no")],
	[9, goOn("no", true)],
	[12, (asked) => give(asked, readRegisters(asked.task))],
	[13, (asked) => fromTracer(asked, REGS_SIZE, (bytes) => writeRegisters(asked.task, bytes))],
	[14, (asked) => give(asked, asked.task.thread!.fxsave())],
	[15, (asked) => fromTracer(asked, FPREGS_SIZE, (bytes) => writeFloating(asked.task, bytes))],
	[
		17,
		({ task, data }) => {
			if (data < 0 || data > SIGNAL_MAX) return EIO;
			detach(task, data);
			return OK;
		},
	],
	[21, setOptions],
	[24, goOn("stop")],
	[30, archPrctl],
	[31, goOn("emulate")],
	[32, goOn("emulate", true)],
	[0x4200, setOptions],
	[0x4201, eventMessage],
	[0x4202, getInfo],
	[0x4203, setInfo],
	[0x4204, (asked) => getSet(asked, false)],
	[0x4205, (asked) => getSet(asked, true)],
	[0x4208, listen],
	[0x4209, peekInfo],
	[0x420a, getMask],
	[0x420b, setMask],
	[0x420e, syscallInfo],
]);
const giveWord = (asked: Asked, word: bigint | number): number => (typeof word === "number" ? word : give(asked, bytesOf(word)));
function fromTracer(asked: Asked, length: number, act: (bytes: Uint8Array) => number): number {
	const bytes = taken(asked, length);
	return bytes ? act(bytes) : EFAULT;
}
function setOptions({ tracee, data }: Asked): number {
	if (data & ~PTRACE_O_ALL || data < 0) return EINVAL;
	tracee.options = data;
	return OK;
}

export const ptraceRows: SyscallRow[] = [
	{
		number: 101,
		name: "ptrace",
		args: ["int", "pid", "address", "address"],
		handler: (task, [request, pid, address, data]) => ptrace(task, request, pid | 0, address, data),
	},
	{
		number: 219,
		name: "restart_syscall",
		args: [],
		handler(caller) {
			const task = taskRecord(caller);
			const { restartable } = task;
			task.restartable = undefined;
			if (!restartable) return -ERRNO.EINTR;
			const { row, args, blocked, callStart } = restartable;
			task.callStart = callStart;
			const go = (): number | bigint | Blocked<number | bigint> => {
				const result = row.handler(caller, args);
				if (!(result instanceof Blocked) || result.options.resume) return result;
				return new Blocked(result.queues, result.deadline, { ...result.options, resume: go });
			};
			return blocked.options.resume ? blocked.options.resume() : go();
		},
	},
];
