// The table follows Intel's manual, and so does what is compared; where this machine's processor is AMD's, these are the places
// in which AMD's manual (AMD64 Architecture Programmer's Manual, volumes 2, 3 and 5) has it otherwise.

import { readFileSync } from "node:fs";
import type { Form } from "../../../../engine/cpu/decode/encoding";
import { type Case, FXSAVE_AT, type Outcome } from "./case";
import { opcodeOf } from "./encode";

function vendor(): string {
	try {
		return /^vendor_id\s*:\s*(\S+)/m.exec(readFileSync("/proc/cpuinfo", "utf8"))?.[1] ?? "";
	} catch {
		return "";
	}
}
const AMD = vendor() === "AuthenticAMD";

const RCX = 1;
const [SIGILL, SIGTRAP, SIGSEGV] = [4, 5, 11] as const;
const [LOCK, SIZE, ADDRESS] = [0xf0, 0x66, 0x67] as const;

interface Otherwise {
	why: string;
	is(c: Case, processor: Outcome, ours: Outcome): boolean;
}
const named =
	(names: RegExp) =>
	({ form }: Case): boolean =>
		names.test(form.row.name);
const executedOnly = (processor: Outcome, ours: Outcome): boolean => processor.signal === SIGTRAP && ours.signal !== SIGTRAP;

const OTHERWISE: readonly Otherwise[] = [
	{ why: "prefetch has no form with a register", is: (c, { signal }) => c.form.text === "0F 0D Eb" && signal === SIGILL },
	{ why: "int1 may be intercepted by a hypervisor, which leaves rip before it", is: named(/^int1$/) },
	{ why: "lock mov cr0 is mov cr8", is: (c, { signal }) => named(/^privileged$/)(c) && has(c, LOCK) && signal === SIGSEGV },
	{
		why: "verw may be locked",
		is: (c, processor, ours) => opcodeOf(c.encoded.bytes).startsWith("0f00") && has(c, LOCK) && executedOnly(processor, ours),
	},
	{ why: "a near branch of 16 bits goes to 16 bits", is: (c) => isNear(c) && has(c, SIZE) },
	{ why: "movsxd of 16 bits reads 32", is: (c) => c.form.text === "63 Gv,Ez" && has(c, SIZE) },
	{
		why: "an address-size prefix and nothing to repeat leave the upper half of the pointers as it was",
		is: (c) => named(/^(rep|loop)/)(c) && has(c, ADDRESS) && (c.registers[RCX]! & 0xfffffffen) === 0n,
	},
	{ why: "a far pointer has no 64-bit form", is: (c) => named(/^l[fgs]s$|^(jmp|call) far$/)(c) && isWide(c) },
	{
		why: "what a far return of 64 bits finds wrong is told otherwise",
		is: (c, processor, ours) => named(/^ret far$/)(c) && processor.signal === SIGSEGV && ours.signal === SIGSEGV,
	},
	{
		why: "MXCSR has a bit more, for accesses that are not aligned",
		is: (c, processor, ours) => named(/^ldmxcsr$/)(c) && executedOnly(processor, ours),
	},
	{ why: "storing an MMX register leaves x87's top", is: named(/^mmx (movntq|movq store|movd back|movq back)$/) },
	{ why: "fxsave stores x87's pointers only while an exception is pending", is: named(/^fxsave$/) },
	{ why: "fxrstor extends the sign of x87's pointers", is: (c) => named(/^fxrstor$/)(c) && isWide(c) },
	{
		why: "x87's stores fault before they raise an exception that keeps them from storing",
		is: (c, processor, ours) => named(/^f(i|b)?stp?( |$)/)(c) && processor.signal === SIGSEGV && ours.signal === SIGTRAP,
	},
	{ why: "a repeat prefix turns a loop's condition", is: (c) => named(/^loopn?e/)(c) && (has(c, 0xf2) || has(c, 0xf3)) },
	{ why: "SSE4a", is: (c, processor, ours) => /^0f(2b|78|79)/.test(opcodeOf(c.encoded.bytes)) && executedOnly(processor, ours) },
];
const has = ({ encoded }: Case, prefix: number): boolean => encoded.bytes.includes(prefix);
const isNear = (c: Case): boolean =>
	c.form.specs[0]?.letter === "J" ||
	/^(ret|call|jmp|loop|j[a-z]+$)/.test(c.form.row.name) ||
	(c.form.text === "" && /^0f8/.test(opcodeOf(c.encoded.bytes)));
/** REX.W, perhaps. */
const isWide = ({ encoded }: Case): boolean => encoded.bytes.some((byte) => (byte & 0xf8) === 0x48);

/** Why the outcome may be another than the manual says that the table follows. */
export const otherwise = (c: Case, processor: Outcome, ours: Outcome): string | undefined =>
	AMD ? OTHERWISE.find(({ is }) => is(c, processor, ours))?.why : undefined;

/** The same for an instruction that is to stand among others. */
export const isOtherwise = (form: Form): boolean => AMD && form.text === "0F 0D Eb";

const [STATUS, OPCODE, POINTERS] = [FXSAVE_AT + 2, FXSAVE_AT + 6, FXSAVE_AT + 8];
/** The exception summary of x87's status. */
const PENDING = 0x80;

/**
 * FXSAVE stores x87's last instruction and operand only while an exception is pending, here: ours are taken for the processor's then.
 * @param native, ours outcomes, OUTPUT_SIZE bytes
 */
export function forgetPointers(native: Uint32Array, ours: Uint32Array): void {
	if (!AMD || (native[STATUS >> 2]! >>> 16) & PENDING) return;
	ours[OPCODE >> 2] = (ours[OPCODE >> 2]! & 0xffff) | (native[OPCODE >> 2]! & 0xffff0000);
	for (let at = POINTERS >> 2; at < (POINTERS >> 2) + 4; at++) ours[at] = native[at]!;
}
