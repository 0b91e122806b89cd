// Jumps, calls, and what leaves user mode.

import type { Emitter } from "./emitter";
import { REG } from "./emitter";
import { ALL_FLAGS, CC, CONDITION_READS, CONDITIONS, FLAG } from "./flags";
import { group, hex } from "./row";

export const control = group((row) => {
	row("jmp", "EB Jb; E9 Jz", { flow: "jump" }, (e) => e.jump(0));
	row("jmp indirect", "FF/4 Eq", { flow: "jump" }, (e) => e.jumpTo(e.read(0)));
	row("call", "E8 Jz", { flow: "call" }, (e) => {
		e.push(e.nextAddress());
		e.jump(0);
	});
	row("call indirect", "FF/2 Eq", { flow: "call" }, (e) => {
		const target = e.read(0);
		e.push(e.nextAddress());
		e.jumpTo(target);
	});
	row("ret", "C3", { flow: "return" }, (e) => e.jumpTo(e.pop()));
	row("ret imm", "C2 Iw", { flow: "return", rare: true }, (e) => e.jumpTo(e.pop(64, e.unsigned(e.read(0), 16))));
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
	row("ud", "0F 0B; 0F B9 Gv,Ev; 0F FF Gv,Ev", { flow: "stop", rare: true }, (e) => e.exit("illegal"));
	row("int3", "CC", { flow: "stop", rare: true }, (e) => e.exit("breakpoint"));
	// Privileged, or an interrupt gate that user mode may not use: a general protection fault.
	const privileged =
		"F4; FA; FB; CD Ib; E4 Ib; E5 Ib; E6 Ib; E7 Ib; EC; ED; EE; EF; 6C; 6D; 6E; 6F; CF; F1; 0F 06; 0F 08; 0F 09; 0F 30; 0F 32; 0F 33";
	row("privileged", privileged, { flow: "stop", rare: true }, (e) => e.exit("protection"));
});

function countDown(e: Emitter, size: 32 | 64, code?: number): void {
	const count = e.fit(e.sub(e.register(REG.cx, size), e.constant(1)), size);
	const more = e.not(e.isZero(count));
	const taken = code === undefined ? more : e.sequence.binary("and", more, e.condition(code));
	e.setRegister(REG.cx, size, count);
	e.when(taken, () => e.jump(0));
}
