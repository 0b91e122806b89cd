// Classic BPF (linux/filter.h, linux/bpf_common.h) as seccomp(2) uses it: the numbers of its instructions, and how they lie in memory.

export interface BpfInstruction {
	code: number;
	/** How many instructions to skip when a jump's test is true, and when it is not. */
	jt: number;
	jf: number;
	k: number;
}

export const BPF = {
	LD: 0x00,
	LDX: 0x01,
	ST: 0x02,
	STX: 0x03,
	ALU: 0x04,
	JMP: 0x05,
	RET: 0x06,
	MISC: 0x07,
	/** Sizes and modes of loads. */
	W: 0x00,
	IMM: 0x00,
	ABS: 0x20,
	MEM: 0x60,
	LEN: 0x80,
	ADD: 0x00,
	SUB: 0x10,
	MUL: 0x20,
	DIV: 0x30,
	OR: 0x40,
	AND: 0x50,
	LSH: 0x60,
	RSH: 0x70,
	NEG: 0x80,
	MOD: 0x90,
	XOR: 0xa0,
	JA: 0x00,
	JEQ: 0x10,
	JGT: 0x20,
	JGE: 0x30,
	JSET: 0x40,
	/** Where an operand is from: the instruction, the index register, the accumulator. */
	K: 0x00,
	X: 0x08,
	A: 0x10,
	TAX: 0x00,
	TXA: 0x80,
} as const;

/** struct seccomp_data: number, architecture, instruction pointer, six arguments of 64 bits. */
export const SECCOMP_DATA = { nr: 0, arch: 4, pointer: 8, args: 16, size: 64 } as const;
export const AUDIT_ARCH_X86_64 = 0xc000003e;
/** What a filter answers: an action, and 16 bits that go with it (linux/seccomp.h). */
export const SECCOMP_RET = {
	KILL_PROCESS: 0x80000000,
	KILL_THREAD: 0x00000000,
	TRAP: 0x00030000,
	ERRNO: 0x00050000,
	USER_NOTIF: 0x7fc00000,
	TRACE: 0x7ff00000,
	LOG: 0x7ffc0000,
	ALLOW: 0x7fff0000,
	ACTION: 0xffff0000,
	DATA: 0x0000ffff,
} as const;

/** struct sock_filter. */
const SIZE = 8;
export const BPF_INSTRUCTION_SIZE = SIZE;

export function encodeBpf(program: readonly BpfInstruction[]): Uint8Array {
	const bytes = new Uint8Array(program.length * SIZE);
	const view = new DataView(bytes.buffer);
	program.forEach(({ code, jt, jf, k }, index) => {
		const at = index * SIZE;
		view.setUint16(at, code, true);
		view.setUint8(at + 2, jt);
		view.setUint8(at + 3, jf);
		view.setUint32(at + 4, k, true);
	});
	return bytes;
}
export function decodeBpf(bytes: Uint8Array): BpfInstruction[] {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	return Array.from({ length: Math.floor(bytes.length / SIZE) }, (_, index) => {
		const at = index * SIZE;
		return {
			code: view.getUint16(at, true),
			jt: view.getUint8(at + 2),
			jf: view.getUint8(at + 3),
			k: view.getUint32(at + 4, true),
		};
	});
}
