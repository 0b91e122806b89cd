// linux.seccomp of config.json → a filter of classic BPF, as libseccomp makes one: the rules of each call by its number, then the
// default action. Rules about arguments compare both halves of 64 bits.

import { AUDIT_ARCH_X86_64, BPF, type BpfInstruction, encodeBpf, SECCOMP_DATA, SECCOMP_RET } from "../lib/bpf";
import { ERRNO } from "../lib/errno";
import { syscallNumbers } from "../lib/syscalls";
import type { Seccomp, SeccompArgument, SeccompRule } from "../oci/runtime/spec";
import { RuncError } from "./errors";

const ACTIONS: Record<string, number> = {
	SCMP_ACT_KILL: SECCOMP_RET.KILL_THREAD,
	SCMP_ACT_KILL_THREAD: SECCOMP_RET.KILL_THREAD,
	SCMP_ACT_KILL_PROCESS: SECCOMP_RET.KILL_PROCESS,
	SCMP_ACT_TRAP: SECCOMP_RET.TRAP,
	SCMP_ACT_ERRNO: SECCOMP_RET.ERRNO,
	SCMP_ACT_TRACE: SECCOMP_RET.TRACE,
	SCMP_ACT_ALLOW: SECCOMP_RET.ALLOW,
	SCMP_ACT_LOG: SECCOMP_RET.LOG,
	SCMP_ACT_NOTIFY: SECCOMP_RET.USER_NOTIF,
};
/** Bit of the numbers of the x32 ABI. */
const X32 = 0x40000000;

function answerOf(action: string, errno: number | undefined): number {
	const known = ACTIONS[action];
	if (known === undefined) throw new RuncError(`string ${action} is not a valid action for seccomp`);
	const carries = known === SECCOMP_RET.ERRNO || known === SECCOMP_RET.TRACE;
	return (known | (carries ? (errno ?? ERRNO.EPERM) : 0)) >>> 0;
}

/** Where a jump goes: to an instruction of its rule, or out of it. */
type Target = "next" | "rule";
interface Step {
	code: number;
	k: number;
	yes: Target;
	no: Target;
}
const go = (code: number, k: number): Step => ({ code, k, yes: "next", no: "next" });
const load = (offset: number): Step => go(BPF.LD | BPF.W | BPF.ABS, offset);
const ret = (answer: number): BpfInstruction => ({ code: BPF.RET | BPF.K, jt: 0, jf: 0, k: answer });
const jump = (code: number, k: number, jt: number, jf: number): BpfInstruction => ({ code: BPF.JMP | code | BPF.K, jt, jf, k });

/** Steps that go on where the argument is as wanted, and leave the rule where not. */
function compare({ index, value, valueTwo = 0, op }: SeccompArgument): Step[][] {
	const low = SECCOMP_DATA.args + 8 * index;
	const high = low + 4;
	const words = (number: number): [high: number, low: number] => {
		const wide = BigInt.asUintN(64, BigInt(number));
		return [Number(wide >> 32n), Number(wide & 0xffffffffn)];
	};
	const [upper, lower] = words(value);
	const test = (code: number, k: number, yes: Target, no: Target): Step => ({ code: BPF.JMP | code | BPF.K, k, yes, no });
	const equal = (offset: number, k: number): Step[] => [load(offset), test(BPF.JEQ, k, "next", "rule")];
	// The ways in which it may hold, one after the other: `a < b` is a smaller upper half, or the same and a smaller lower one.
	switch (op) {
		case "SCMP_CMP_EQ":
			return [[...equal(high, upper), ...equal(low, lower)]];
		case "SCMP_CMP_NE":
			return [
				[load(high), test(BPF.JEQ, upper, "rule", "next")],
				[load(low), test(BPF.JEQ, lower, "rule", "next")],
			];
		case "SCMP_CMP_MASKED_EQ": {
			const [maskHigh, maskLow] = [upper, lower];
			const [wantedHigh, wantedLow] = words(valueTwo);
			const masked = (offset: number, mask: number, k: number): Step[] => [
				load(offset),
				go(BPF.ALU | BPF.AND | BPF.K, mask),
				test(BPF.JEQ, k, "next", "rule"),
			];
			return [[...masked(high, maskHigh, wantedHigh), ...masked(low, maskLow, wantedLow)]];
		}
		case "SCMP_CMP_GT":
		case "SCMP_CMP_GE": {
			const last = op === "SCMP_CMP_GT" ? BPF.JGT : BPF.JGE;
			return [
				[load(high), test(BPF.JGT, upper, "next", "rule")],
				[...equal(high, upper), load(low), test(last, lower, "next", "rule")],
			];
		}
		case "SCMP_CMP_LT":
		case "SCMP_CMP_LE": {
			const last = op === "SCMP_CMP_LT" ? BPF.JGE : BPF.JGT;
			return [
				[load(high), test(BPF.JGE, upper, "rule", "next")],
				[...equal(high, upper), load(low), test(last, lower, "rule", "next")],
			];
		}
		default:
			throw new RuncError(`string ${op} is not a valid operator for seccomp`);
	}
}

/** All combinations of the ways in which each argument may hold. */
const ways = (args: readonly SeccompArgument[]): Step[][] =>
	args.reduce<Step[][]>(
		(before, argument) => before.flatMap((steps) => compare(argument).map((more) => [...steps, ...more])),
		[[]],
	);
/** Several conditions about one argument are alternatives (runc's matchCall). */
function alternatives(args: readonly SeccompArgument[]): SeccompArgument[][] {
	const indices = args.map(({ index }) => index);
	return new Set(indices).size < indices.length ? args.map((argument) => [argument]) : [[...args]];
}
function conditional(args: readonly SeccompArgument[], answer: number): BpfInstruction[] {
	return alternatives(args)
		.flatMap(ways)
		.flatMap((steps) => {
			const target = (to: Target, at: number): number => (to === "next" ? 0 : steps.length - at);
			const body = steps.map(({ code, k, yes, no }, at) => ({ code, k, jt: target(yes, at), jf: target(no, at) }));
			return [...body, ret(answer)];
		});
}

/** The last profile, as JSON, and its filter: most containers have the same, and it is the longest step of their start. */
let last: { profile: string; filter: Uint8Array } | undefined;

/** The filter's bytes. @throws RuncError for words that the specification does not know */
export function compileSeccomp(seccomp: Seccomp): Uint8Array {
	const profile = JSON.stringify(seccomp);
	if (last?.profile !== profile) last = { profile, filter: compile(seccomp) };
	return last.filter;
}

function compile({ defaultAction, defaultErrnoRet, syscalls = [] }: Seccomp): Uint8Array {
	const otherwise = answerOf(defaultAction, defaultErrnoRet);
	const rules = new Map<number, SeccompRule[]>();
	for (const rule of syscalls) {
		// What this machine does not know is left out, as libseccomp does.
		const numbers = rule.names.map((name) => syscallNumbers.get(name)).filter((number) => number !== undefined);
		for (const number of numbers) rules.set(number, [...(rules.get(number) ?? []), rule]);
	}
	const newest = Math.max(0, ...rules.keys());
	const program: BpfInstruction[] = [
		{ ...load(SECCOMP_DATA.arch), jt: 0, jf: 0 },
		jump(BPF.JEQ, AUDIT_ARCH_X86_64, 1, 0),
		ret(SECCOMP_RET.KILL_PROCESS),
		{ ...load(SECCOMP_DATA.nr), jt: 0, jf: 0 },
	];
	// Calls that are newer than all that the profile names do not exist for the container: programs then take an older one.
	if (otherwise !== SECCOMP_RET.ALLOW) program.push(jump(BPF.JGT, newest, 0, 1), ret((SECCOMP_RET.ERRNO | ERRNO.ENOSYS) >>> 0));
	else program.push(jump(BPF.JGE, X32, 0, 1), ret(otherwise));
	const plain = new Map<number, number[]>();
	for (const [number, list] of rules) {
		const body = bodyOf(list, otherwise);
		if (typeof body === "number") plain.set(body, [...(plain.get(body) ?? []), number]);
		else program.push(...when(number, [...body, ret(otherwise)]));
	}
	// Numbers in a row are one comparison.
	for (const [answer, numbers] of plain)
		for (const [first, last] of ranges(numbers)) program.push(...within(first, last, answer));
	program.push(ret(otherwise));
	return encodeBpf(program);
}
/** The answer, where no arguments matter. */
function bodyOf(list: readonly SeccompRule[], otherwise: number): number | BpfInstruction[] {
	// A rule without conditions makes those of the same call pointless.
	const plain = list.find(({ args = [] }) => args.length === 0);
	if (plain) return answerOf(plain.action, plain.errnoRet);
	return list
		.filter(({ action, errnoRet }) => answerOf(action, errnoRet) !== otherwise)
		.flatMap(({ action, errnoRet, args = [] }) => conditional(args, answerOf(action, errnoRet)));
}
/** The body, when the accumulator has the number; it is there again afterwards. */
const when = (number: number, body: BpfInstruction[]): BpfInstruction[] => [
	jump(BPF.JEQ, number, 1, 0),
	{ code: BPF.JMP | BPF.JA, jt: 0, jf: 0, k: body.length },
	...body,
];
const within = (first: number, last: number, answer: number): BpfInstruction[] =>
	first === last
		? [jump(BPF.JEQ, first, 0, 1), ret(answer)]
		: [jump(BPF.JGE, first, 0, 2), jump(BPF.JGT, last, 1, 0), ret(answer)];
function ranges(numbers: readonly number[]): Array<[first: number, last: number]> {
	const found: Array<[number, number]> = [];
	for (const number of [...numbers].sort((a, b) => a - b)) {
		const last = found.at(-1);
		if (last && last[1] + 1 === number) last[1] = number;
		else found.push([number, number]);
	}
	return found;
}
