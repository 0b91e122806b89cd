// Segments: what is left of them in 64-bit mode. Selectors can be loaded and read, far transfers stay in the one code segment, and
// the system's tables are seen as Linux shows them to user mode where the processor keeps them from it (UMIP, arch/x86/kernel/umip.c).

import type { Value } from "../wasm/expression";
import { type Emitter, REG, type StateName } from "./emitter";
import { ALL_FLAGS, FLAG } from "./flags";
import { group } from "./row";
import { setAll } from "./system";

/** Selectors of Linux's table of descriptors (arch/x86/include/asm/segment.h) that user mode can load. */
export const USER_CS = 0x33;
export const USER_DS = 0x2b;
const RPL = 3;
const RIGHTS_32 = 0xcffb00;

interface Descriptor {
	selector: number;
	/** As lar tells. */
	rights: number;
	limit: number;
	writable?: boolean;
}

const DESCRIPTORS: readonly Descriptor[] = [
	// Code of 32 bits: there is the descriptor, but no such mode.
	{ selector: 0x20, rights: RIGHTS_32, limit: 0xffffffff },
	{ selector: USER_DS & ~RPL, rights: 0xcff300, limit: 0xffffffff, writable: true },
	{ selector: USER_CS & ~RPL, rights: 0xaffb00, limit: 0xffffffff },
	// Its limit is the processor's number.
	{ selector: 0x78, rights: 0x40f500, limit: 0 },
];

/** In the order of ModRM's reg field. CS and SS can only be what they are. */
const REGISTERS: readonly { name: string; state?: StateName; value?: number }[] = [
	{ name: "es", state: "es" },
	{ name: "cs", value: USER_CS },
	{ name: "ss", value: USER_DS },
	{ name: "ds", state: "ds" },
	{ name: "fs", state: "fs" },
	{ name: "gs", state: "gs" },
];

const selectorOf = (e: Emitter, { state, value = 0 }: (typeof REGISTERS)[number]): Value =>
	state ? e.sequence.extend(32, false, e.state(state)) : e.constant(value);

const any = (e: Emitter, conditions: readonly Value[]): Value => conditions.reduce((a, b) => e.sequence.binary("or", a, b));

const names = (e: Emitter, selector: Value, { selector: wanted }: Descriptor): Value =>
	e.op("eq", e.and(selector, e.constant(0xfffc)), e.constant(wanted));

/** A general protection fault, unless a data segment register may hold it. */
function admit(e: Emitter, selector: Value): void {
	const known = DESCRIPTORS.map((descriptor) => names(e, selector, descriptor));
	e.faultIf(e.not(any(e, [...known, e.isZero(e.and(selector, e.constant(0xfffc)))])), "protection");
}

/** Puts an admitted selector into a register; the base that it gives to FS and GS is 0. */
function put(e: Emitter, state: StateName, selector: Value): void {
	e.setState(state, e.sequence.wrap(selector));
	if (state === "fs" || state === "gs") e.setState(`${state}Base`, e.constant(0));
}

function onlyStack(e: Emitter, selector: Value): void {
	e.faultIf(e.op("ne", selector, e.constant(USER_DS)), "protection");
}

const rare = { rare: true };
const verdict = { reads: ALL_FLAGS & ~FLAG.Z, writes: FLAG.Z, rare: true };

/** ZF says whether the selector names one of these descriptors. */
function judge(e: Emitter, found: readonly Value[]): void {
	const others = e.and(e.flagsImage(), e.constant(~FLAG.Z));
	e.setFlags(e.or(others, e.op("shl", e.bool(any(e, found)), e.constant(6))));
}

export const segments = group((row) => {
	REGISTERS.forEach((register, i) => {
		const { name, state } = register;
		row(`mov from ${name}`, `8C/${i} Rv; 8C/${i} Mw`, rare, (e) => e.write(0, selectorOf(e, register)));
		if (state)
			row(`mov to ${name}`, `8E/${i} Ew`, rare, (e) => {
				const selector = e.read(0, false);
				admit(e, selector);
				put(e, state, selector);
			});
	});
	row("mov to ss", "8E/2 Ew", rare, (e) => onlyStack(e, e.read(0, false)));
	for (const [name, push, pop, load] of [
		["fs", "0F A0", "0F A1", "0F B4"],
		["gs", "0F A8", "0F A9", "0F B5"],
	] as const) {
		row(`push ${name}`, `${push} Ys`, rare, (e) => e.push(e.sequence.extend(32, false, e.state(name)), e.size));
		row(`pop ${name}`, `${pop} Ys`, rare, (e) => {
			const sp = e.register(REG.sp, 64);
			const selector = e.unsigned(e.load(sp, e.size), 16);
			admit(e, selector);
			put(e, name, selector);
			e.setRegister(REG.sp, 64, e.add(sp, e.constant(e.size / 8)));
		});
		row(`l${name}`, `${load} Gv,M`, rare, (e) => {
			const [offset, selector] = farPointer(e, 1);
			admit(e, selector);
			put(e, name, selector);
			e.write(0, offset);
		});
	}
	row("lss", "0F B2 Gv,M", rare, (e) => {
		const [offset, selector] = farPointer(e, 1);
		onlyStack(e, selector);
		e.write(0, offset);
	});

	const look = (name: "lar" | "lsl", encoding: string, told: (descriptor: Descriptor) => number): void =>
		row(name, encoding, verdict, (e) => {
			const selector = e.read(1, false);
			for (const descriptor of DESCRIPTORS)
				e.when(names(e, selector, descriptor), () => e.write(0, e.fit(e.constant(told(descriptor)))));
			judge(
				e,
				DESCRIPTORS.map((descriptor) => names(e, selector, descriptor)),
			);
		});
	look("lar", "0F 02 Gv,Ew", ({ rights }) => rights);
	look("lsl", "0F 03 Gv,Ew", ({ limit }) => limit);
	const verify = (name: string, encoding: string, which: readonly Descriptor[]): void =>
		row(name, encoding, verdict, (e) => {
			const selector = e.read(0, false);
			judge(
				e,
				which.map((descriptor) => names(e, selector, descriptor)),
			);
		});
	verify("verr", "0F 00/4 Ew", DESCRIPTORS);
	verify(
		"verw",
		"0F 00/5 Ew",
		DESCRIPTORS.filter(({ writable }) => writable),
	);

	// With 32 bits, the upper half of a register stays as it is: Linux writes no more than the operand.
	const task = (name: string, digit: string, value: number): void =>
		row(name, `${digit} Rv; ${digit} Mw`, rare, (e) => {
			if (e.kinds[0] !== "r") e.write(0, e.constant(value));
			else if (e.size === 64) e.write(0, e.constant(value));
			else e.writeLow(0, e.constant(value), e.size === 16 ? 16 : 32);
		});
	task("sldt", "0F 00/0", 0);
	task("str", "0F 00/1", 0x40);
	task("smsw", "0F 01/4", 0x80050033);
	const table = (name: string, digit: string, base: bigint): void =>
		row(name, `${digit} M`, rare, (e) => {
			const at = e.address(0);
			e.check(at, 10, true);
			e.store(at, 16, e.constant(0));
			e.store(e.add(at, e.constant(2)), 64, e.constant(base));
		});
	table("sgdt", "0F 01/0", -0x20000n);
	table("sidt", "0F 01/1", -0x10000n);

	row("jmp far", "FF/5 Mv", { flow: "jump", rare: true }, (e) => {
		const [offset, selector] = farPointer(e, 0);
		sameCode(e, selector, false);
		e.aim(offset);
		e.jumpTo(offset);
	});
	row("call far", "FF/3 Mv", { flow: "call", rare: true }, (e) => {
		const [offset, selector] = farPointer(e, 0);
		sameCode(e, selector, false);
		e.aim(offset);
		const bytes = e.size / 8;
		const sp = e.sub(e.register(REG.sp, 64), e.constant(2 * bytes));
		for (const at of [e.add(sp, e.constant(bytes)), sp]) e.check(at, bytes, true);
		e.store(e.add(sp, e.constant(bytes)), e.size, e.constant(USER_CS));
		e.store(sp, e.size, e.nextAddress());
		e.setRegister(REG.sp, 64, sp);
		e.jumpTo(offset);
	});
	row("ret far", "CB Yv; CA Yv,Iw", { flow: "return", rare: true }, (e) => {
		const [offset, selector] = popped(e, 2) as [Value, Value];
		sameCode(e, e.unsigned(selector, 16), true);
		e.aim(offset);
		const more = e.kinds.length > 1 ? e.unsigned(e.read(1), 16) : e.constant(0);
		e.setRegister(REG.sp, 64, e.add(e.add(e.register(REG.sp, 64), e.constant((2 * e.size) / 8)), more));
		e.jumpTo(offset);
	});
	row("iret", "CF Yv", { writes: ALL_FLAGS, flow: "return", rare: true }, (e) => {
		e.faultIf(e.bit(e.sequence.extend(32, false, e.state("system")), 14), "protection");
		const [offset, selector, image, sp, stack] = popped(e, 5) as [Value, Value, Value, Value, Value];
		sameCode(e, e.unsigned(selector, 16), true);
		e.aim(offset);
		onlyStack(e, e.unsigned(stack, 16));
		setAll(e, e.size === 16 ? e.or(e.unsigned(image), e.and(e.flagsImage(), e.constant(~0xffff))) : image);
		e.setRegister(REG.sp, 64, sp);
		e.jumpTo(offset);
	});
});

/** Offset and selector, behind one another in memory. */
function farPointer(e: Emitter, operand: number): [offset: Value, selector: Value] {
	const at = e.address(operand);
	const offset = e.load(at, e.size, false);
	return [offset, e.load(e.add(at, e.constant(e.size / 8)), 16, false)];
}

/** Values from the stack, without moving rSP. */
function popped(e: Emitter, count: number): Value[] {
	const sp = e.register(REG.sp, 64);
	return Array.from({ length: count }, (_, i) => e.load(e.add(sp, e.constant((i * e.size) / 8)), e.size, false));
}

/** There is no code segment but this; a return must name it with its privilege level. */
function sameCode(e: Emitter, selector: Value, exactly: boolean): void {
	const named = exactly ? selector : e.or(selector, e.constant(RPL));
	e.faultIf(e.op("ne", named, e.constant(USER_CS)), "protection");
}
