// The frame of a signal handler on the guest's stack (struct rt_sigframe of arch/x86): what the handler may read and change, and
// what rt_sigreturn(2) restores.
//
//	+0    return address: the restorer, which calls rt_sigreturn
//	+8    ucontext: flags, link, stack (24 bytes), registers (256 bytes), mask
//	+312  siginfo (128 bytes)
//	above, aligned to 64: the 512 bytes of FXSAVE

import type { Thread } from "../../../cpu/types";
import type { TaskRecord } from "../task";
import { type GuestHandler, SA_ONSTACK, SA_RESTORER } from "./actions";
import { UNBLOCKABLE } from "./numbers";
import type { SignalInfo } from "./pending";
import { siginfo } from "./siginfo";

const RED_ZONE = 128;
const UCONTEXT = 8;
const STACK = UCONTEXT + 16;
const REGISTERS = UCONTEXT + 40;
const MASK = REGISTERS + 256;
const SIGINFO = MASK + 8;
const FRAME = SIGINFO + 128;
const FXSAVE = 512;
/** FXSAVE's image after FNINIT, and MXCSR of a new process. */
const INITIAL_FLOATING = new Uint8Array(FXSAVE);
INITIAL_FLOATING.set([0x7f, 0x03], 0);
INITIAL_FLOATING.set([0x80, 0x1f], 24);
/** Order of struct sigcontext: r8–r15, rdi, rsi, rbp, rbx, rdx, rax, rcx, rsp, then rip and rflags. */
const ORDER = [8, 9, 10, 11, 12, 13, 14, 15, 7, 6, 5, 3, 2, 0, 1, 4];
const RIP = ORDER.length * 8;
const RFLAGS = RIP + 8;
const SEGMENTS = RIP + 16;
const ERROR = RIP + 24;
const TRAP = RIP + 32;
const CR2 = RIP + 48;
const FPSTATE = RIP + 56;
/** CS 0x33, SS 0x2b of a 64-bit program. */
const SELECTORS = 0x002b_0000_0000_0033n;
/** UC_SIGCONTEXT_SS | UC_STRICT_RESTORE_SS. */
const UC_FLAGS = 6n;
const SS_ONSTACK = 1;
const SS_DISABLE = 2;
const SS_AUTODISARM = 0x8000_0000;
/** Flags that a program may set by rt_sigreturn: CF PF AF ZF SF TF DF OF. */
const RESTORED_FLAGS = 0xdd5;

/** What the CPU says of a fault, for the handler. */
export interface FaultDetail {
	trap: number;
	error: number;
}

export const onAlternateStack = (task: TaskRecord, pointer: number): boolean => {
	const { base, size, flags } = task.alternateStack;
	// One that disarms itself does not count as being on it: the handler may switch to another.
	return !(flags & (SS_DISABLE | SS_AUTODISARM)) && pointer > base && pointer <= base + size;
};

/** Puts the frame there and the handler in rip. False: the stack cannot be written. */
export function pushFrame(
	task: TaskRecord,
	info: SignalInfo,
	handler: GuestHandler,
	mask: bigint,
	detail?: FaultDetail,
): boolean {
	const thread = task.thread!;
	const stack = task.alternateStack;
	let pointer = thread.getNumber(4) - RED_ZONE;
	const already = onAlternateStack(task, thread.getNumber(4));
	if (handler.flags & SA_ONSTACK && !already && !(stack.flags & SS_DISABLE)) pointer = stack.base + stack.size;
	const floating = (pointer - FXSAVE) & ~63;
	const frame = ((floating - FRAME) & ~15) - 8;
	if (frame < 0 || !(handler.flags & SA_RESTORER)) return false;
	// A handler of a handler that runs out of the alternate stack must not go on below it.
	if (already && !onAlternateStack(task, frame)) return false;
	const bytes = task.memory.writable(frame, floating + FXSAVE - frame);
	if (!bytes) return false;
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	bytes.fill(0, 0, FRAME);
	view.setBigUint64(0, BigInt(handler.restorer), true);
	view.setBigUint64(UCONTEXT, UC_FLAGS, true);
	view.setBigUint64(STACK, BigInt(stack.base), true);
	view.setUint32(STACK + 8, (already ? SS_ONSTACK : 0) | (stack.flags & ~SS_ONSTACK), true);
	view.setBigUint64(STACK + 16, BigInt(stack.size), true);
	writeRegisters(view, thread, info, detail);
	view.setBigUint64(REGISTERS + FPSTATE, BigInt(floating), true);
	view.setBigUint64(MASK, mask, true);
	bytes.set(thread.fxsave(), floating - frame);
	// The handler finds x87 and SSE as a new program does: a handler that jumps away leaves nothing on the x87's stack.
	thread.fxrstor(INITIAL_FLOATING);
	bytes.set(siginfo(info), SIGINFO);
	if (stack.flags & SS_AUTODISARM) task.alternateStack = { base: 0, size: 0, flags: SS_DISABLE };
	thread.setNumber(4, frame);
	thread.setNumber(7, info.signal);
	thread.setNumber(6, frame + SIGINFO);
	thread.setNumber(2, frame + UCONTEXT);
	thread.setNumber(0, 0);
	thread.rip = handler.address;
	thread.rflags &= ~0x500;
	return true;
}

function writeRegisters(view: DataView, thread: Thread, info: SignalInfo, detail?: FaultDetail): void {
	ORDER.forEach((register, index) => {
		view.setBigUint64(REGISTERS + index * 8, thread.get(register), true);
	});
	view.setBigUint64(REGISTERS + RIP, BigInt(thread.rip), true);
	view.setBigUint64(REGISTERS + RFLAGS, BigInt(thread.rflags | 0x200), true);
	view.setBigUint64(REGISTERS + SEGMENTS, SELECTORS, true);
	if (!detail) return;
	view.setBigUint64(REGISTERS + ERROR, BigInt(detail.error), true);
	view.setBigUint64(REGISTERS + TRAP, BigInt(detail.trap), true);
	view.setBigUint64(REGISTERS + CR2, BigInt(info.address ?? 0), true);
}

/** rt_sigreturn(2). The signal mask to go back to, or undefined: the frame cannot be read (SIGSEGV). */
export function popFrame(task: TaskRecord): bigint | undefined {
	const thread = task.thread!;
	const frame = thread.getNumber(4) - 8;
	const bytes = task.memory.readable(frame, FRAME);
	if (!bytes) return undefined;
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	ORDER.forEach((register, index) => {
		thread.set(register, view.getBigUint64(REGISTERS + index * 8, true));
	});
	thread.rip = Number(view.getBigInt64(REGISTERS + RIP, true));
	thread.rflags = (Number(view.getBigUint64(REGISTERS + RFLAGS, true)) & RESTORED_FLAGS) | 2;
	const mask = view.getBigUint64(MASK, true) & ~UNBLOCKABLE;
	if (!onAlternateStack(task, thread.getNumber(4))) {
		task.alternateStack = {
			base: Number(view.getBigUint64(STACK, true)),
			flags: view.getUint32(STACK + 8, true) & ~SS_ONSTACK,
			size: Number(view.getBigUint64(STACK + 16, true)),
		};
	}
	const floating = Number(view.getBigUint64(REGISTERS + FPSTATE, true));
	if (floating !== 0) {
		const image = task.memory.readable(floating, FXSAVE);
		if (!image) return undefined;
		thread.fxrstor(image.slice());
	}
	return mask;
}
