// Classic BPF over struct seccomp_data: what the kernel accepts as a filter, and running one. A filter cannot loop, since jumps go
// forward only.

import { BPF, type BpfInstruction, SECCOMP_DATA } from "../../lib/bpf";

const MOST_INSTRUCTIONS = 4096;
const CELLS = 16;
const CLASS = 0x07;
/** Of an operation of the ALU or a jump, without its class and where its operand is from. */
const OPERATION = 0xf0;

const { LD, LDX, ST, STX, ALU, JMP, RET, MISC, W, ABS, IMM, MEM, LEN, X, K, A, JA, TAX, TXA } = BPF;
const ARITHMETIC = [BPF.ADD, BPF.SUB, BPF.MUL, BPF.DIV, BPF.OR, BPF.AND, BPF.LSH, BPF.RSH, BPF.XOR];
const TESTS = [BPF.JEQ, BPF.JGT, BPF.JGE, BPF.JSET];
/** What seccomp allows of the instruction set (seccomp_check_filter). */
const KNOWN: ReadonlySet<number> = new Set([
	LD | W | ABS,
	LD | W | LEN,
	LDX | W | LEN,
	LD | IMM,
	LDX | IMM,
	LD | MEM,
	LDX | MEM,
	ST,
	STX,
	RET | K,
	RET | A,
	MISC | TAX,
	MISC | TXA,
	ALU | BPF.NEG,
	...ARITHMETIC.flatMap((operation) => [ALU | operation | K, ALU | operation | X]),
	JMP | JA,
	...TESTS.flatMap((operation) => [JMP | operation | K, JMP | operation | X]),
]);

/** Would the kernel take it? (EINVAL otherwise) */
export function isValid(program: readonly BpfInstruction[]): boolean {
	if (program.length === 0 || program.length > MOST_INSTRUCTIONS) return false;
	const fine = program.every((instruction, index) => isFine(instruction, program.length - index - 1));
	return fine && (program.at(-1)!.code & CLASS) === RET && storesBeforeLoads(program);
}
/** `left`: instructions behind it. */
function isFine({ code, jt, jf, k }: BpfInstruction, left: number): boolean {
	if (!KNOWN.has(code)) return false;
	switch (code) {
		case LD | W | ABS:
			return k < SECCOMP_DATA.size && k % 4 === 0;
		case ALU | BPF.DIV | K:
			return k !== 0;
		case ALU | BPF.LSH | K:
		case ALU | BPF.RSH | K:
			return k < 32;
		case LD | MEM:
		case LDX | MEM:
		case ST:
		case STX:
			return k < CELLS;
		case JMP | JA:
			return k < left;
		default:
			return (code & CLASS) !== JMP || (jt < left && jf < left);
	}
}
/** No cell is read that was not written to on every way there. */
function storesBeforeLoads(program: readonly BpfInstruction[]): boolean {
	const all = (1 << CELLS) - 1;
	const written = new Array<number>(program.length).fill(all);
	let now = 0;
	for (const [index, { code, jt, jf, k }] of program.entries()) {
		now &= written[index]!;
		const arrive = (at: number): void => {
			written[at]! &= now;
		};
		if (code === ST || code === STX) now |= 1 << k;
		else if (code === (LD | MEM) || code === (LDX | MEM)) {
			if (!(now & (1 << k))) return false;
		} else if ((code & CLASS) === JMP) {
			if (code === (JMP | JA)) arrive(index + 1 + k);
			else {
				arrive(index + 1 + jt);
				arrive(index + 1 + jf);
			}
			now = all;
		}
	}
	return true;
}

/** What the program returns, of 32 bits. `load`: the word at an offset of seccomp_data; undefined ends it, without an answer. */
export function run(program: readonly BpfInstruction[], load: (offset: number) => number | undefined): number | undefined {
	const cells = new Uint32Array(CELLS);
	let a = 0;
	let x = 0;
	for (let at = 0; ; at++) {
		const { code, jt, jf, k } = program[at]!;
		const operand = code & X ? x : k;
		switch (code & CLASS) {
			case LD:
			case LDX: {
				const mode = code & 0xe0;
				const value = mode === ABS ? load(k) : mode === MEM ? cells[k]! : mode === LEN ? SECCOMP_DATA.size : k;
				if (value === undefined) return undefined;
				if ((code & CLASS) === LD) a = value;
				else x = value;
				break;
			}
			case ST:
				cells[k] = a;
				break;
			case STX:
				cells[k] = x;
				break;
			case ALU: {
				// Division by an index of 0 ends the program.
				if ((code & OPERATION) === BPF.DIV && operand === 0) return 0;
				a = compute(code & OPERATION, a, operand);
				break;
			}
			case JMP:
				if ((code & OPERATION) === JA) at += k;
				else at += holds(code & OPERATION, a, operand) ? jt : jf;
				break;
			case RET:
				return (code & A ? a : k) >>> 0;
			default:
				if ((code & 0xf8) === TAX) x = a;
				else a = x;
		}
	}
}
function compute(operation: number, a: number, b: number): number {
	switch (operation) {
		case BPF.ADD:
			return (a + b) >>> 0;
		case BPF.SUB:
			return (a - b) >>> 0;
		case BPF.MUL:
			return Math.imul(a, b) >>> 0;
		case BPF.DIV:
			return Math.floor(a / b);
		case BPF.OR:
			return (a | b) >>> 0;
		case BPF.AND:
			return (a & b) >>> 0;
		case BPF.LSH:
			return b < 32 ? (a << b) >>> 0 : 0;
		case BPF.RSH:
			return b < 32 ? a >>> b : 0;
		case BPF.XOR:
			return (a ^ b) >>> 0;
		default:
			return -a >>> 0;
	}
}
function holds(operation: number, a: number, b: number): boolean {
	switch (operation) {
		case BPF.JEQ:
			return a === b;
		case BPF.JGT:
			return a > b;
		case BPF.JGE:
			return a >= b;
		default:
			return (a & b) !== 0;
	}
}
