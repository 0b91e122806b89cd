// Jumps, calls, and what leaves user mode.

import type { Value } from "../wasm/expression";
import type { Emitter } from "./emitter";
import { REG } from "./emitter";
import { ALL_FLAGS, CC, CONDITION_READS, CONDITIONS, FLAG } from "./flags";
import { group, hex } from "./row";

/** Those that are meant, and others of which it shows how long they are. */
const UNDEFINED = [
	...["0F 0B", "0F B9 Gv,Ev", "0F FF Gv,Ev", "82 Eb,Ib", "D4 Ib", "D5 Ib"],
	...["0F 24", "0F 25", "0F 26", "0F 27", "0F 36", "0F 37", "0F 7A", "0F 7B", "0F A6", "0F A7"].map(
		(opcode) => `${opcode} Gv,Ev`,
	),
].join("; ");

export const control = group((row) => {
	row("jmp", "EB Jb; E9 Jz", { flow: "jump" }, (e) => e.jump(0));
	row("jmp indirect", "FF/4 Eq", { flow: "jump" }, (e) => {
		const target = e.read(0);
		e.aim(target);
		e.jumpTo(target);
	});
	row("call", "E8 Jz", { flow: "call" }, (e) => {
		e.push(e.nextAddress());
		e.jump(0);
	});
	row("call indirect", "FF/2 Eq", { flow: "call" }, (e) => {
		const target = e.read(0);
		e.aim(target);
		e.push(e.nextAddress());
		e.jumpTo(target);
	});
	row("ret", "C3", { flow: "return" }, (e) => returnTo(e, e.constant(0)));
	row("ret imm", "C2 Iw", { flow: "return", rare: true }, (e) => returnTo(e, e.unsigned(e.read(0), 16)));
	CONDITIONS.forEach((name, code) => {
		const columns = { reads: CONDITION_READS[code]!, flow: "branch" } as const;
		row(`j${name}`, `${hex(0x70 + code)} Jb; 0F ${hex(0x80 + code)} Jz`, columns, (e) =>
			e.when(e.condition(code), () => e.jump(0)),
		);
	});
	// With an address-size prefix the counter is ECX.
	for (const [prefix, size] of [
		["", 64],
		["67 ", 32],
	] as const) {
		const name = (text: string): string => (size === 64 ? text : `${text} ecx`);
		row(name("jrcxz"), `${prefix}E3 Jb`, { flow: "branch", rare: true }, (e) =>
			e.when(e.isZero(e.register(REG.cx, size)), () => e.jump(0)),
		);
		row(name("loop"), `${prefix}E2 Jb`, { flow: "branch", rare: true }, (e) => countDown(e, size));
		row(name("loope"), `${prefix}E1 Jb`, { reads: FLAG.Z, flow: "branch", rare: true }, (e) => countDown(e, size, CC.E));
		row(name("loopne"), `${prefix}E0 Jb`, { reads: FLAG.Z, flow: "branch", rare: true }, (e) => countDown(e, size, CC.E + 1));
	}
	row("syscall", "0F 05", { reads: ALL_FLAGS, flow: "syscall" }, (e) => {
		e.setRegister(REG.r11, 64, e.flagsImage());
		e.setRegister(REG.cx, 64, e.nextAddress());
		e.exit("syscall");
	});
	row("ud", UNDEFINED, { flow: "stop", rare: true }, (e) => e.exit("illegal"));
	row("int3", "CC", { flow: "stop", rare: true }, (e) => e.exit("breakpoint"));
	row("int1", "F1", { flow: "stop", rare: true }, (e) => e.exit("debug"));
	// Of all gates, user mode may use those of 3 and 4; 0x80 is one only where a kernel runs programs of 32 bits.
	row("int", "CD Ib", { flow: "stop", rare: true }, (e) => {
		e.when(e.op("eq", e.read(0), e.constant(3)), () => e.exit("breakpoint"));
		e.when(e.op("eq", e.read(0), e.constant(4)), () => e.exit("overflow"));
		e.exit("protection");
	});
	// A general protection fault.
	const privileged =
		"F4; FA; FB; E4 Ib; E5 Ib; E6 Ib; E7 Ib; EC; ED; EE; EF; 6C; 6D; 6E; 6F; 0F 06; 0F 07; 0F 08; 0F 09; 0F 30; 0F 32; 0F 33; 0F 35; 0F 00/2 Ew; 0F 00/3 Ew; 0F 01/2 M; 0F 01/3 M; 0F 01/6 Ew; 0F 01/7 M; 0F 01 F8";
	// Control and debug registers; whatever r/m is, it means a register.
	const moves = [
		"20/0",
		"20/2",
		"20/3",
		"20/4",
		"22/0",
		"22/2",
		"22/3",
		"22/4",
		...[0, 1, 2, 3, 4, 5, 6, 7].flatMap((n) => [`21/${n}`, `23/${n}`]),
	];
	row("privileged", [privileged, ...moves.map((opcode) => `0F ${opcode} Eq`)].join("; "), { flow: "stop", rare: true }, (e) =>
		e.exit("protection"),
	);
});

/** Pops a return address, and `more` bytes. */
function returnTo(e: Emitter, more: Value): void {
	const sp = e.register(REG.sp, 64);
	const target = e.load(sp, 64);
	e.aim(target);
	e.setRegister(REG.sp, 64, e.add(e.add(sp, e.constant(8)), more));
	e.jumpTo(target);
}

function countDown(e: Emitter, size: 32 | 64, code?: number): void {
	const count = e.fit(e.sub(e.register(REG.cx, size), e.constant(1)), size);
	const more = e.not(e.isZero(count));
	const taken = code === undefined ? more : e.sequence.binary("and", more, e.condition(code));
	e.setRegister(REG.cx, size, count);
	e.when(taken, () => e.jump(0));
}
