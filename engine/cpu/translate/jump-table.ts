// Where an indirect jump may lead, as compilers write a switch: a guess. What the jump really does is decided by the address
// that it finds; the guess says which code is worth having at hand.

import { BASE } from "../decode/decoder";
import type { Source } from "./blocks";
import type { Instruction } from "./instruction";

const MOST = 256;
/** A switch's cases lie about the jump. */
const NEAR = 1 << 15;
/** How far a table's address may be loaded before the jump, and the length of lea r, [rip + table]. */
const FAR = 1 << 12;
const LEA = 7;
/** So many instructions before the jump are looked at. */
const BACK = 12;

export function jumpTargets(code: ReadonlyMap<number, Instruction>, jump: Instruction, source: Source): readonly number[] {
	const { guest } = source;
	const collect = (table: number, size: 4 | 8, target: (at: number) => number): number[] => {
		const found = new Set<number>();
		for (let i = 0; i < MOST; i++) {
			const at = table + i * size;
			if (at < 0 || at + 8 > guest.byteLength) break;
			const address = target(at);
			if (Math.abs(address - jump.address) > NEAR || !source.executable(address)) break;
			found.add(address);
		}
		return [...found];
	};
	const direct = (table: number): number[] => collect(table, 8, (at) => Number(guest.getBigUint64(at, true)));
	const relative = (table: number, base: number = table): number[] => collect(table, 4, (at) => base + guest.getInt32(at, true));
	// jmp [index * 8 + table]
	if (jump.shape.kinds[0] !== "r") return jump.base === BASE.none && jump.index !== BASE.none ? direct(jump.displacement) : [];
	const before = previous(code, jump);
	const constant = (register: number): number | undefined => {
		const lea = before.find((i) => i.form.row.name === "lea" && i.register[0] === register);
		return lea && lea.base === BASE.none && lea.index === BASE.none ? lea.displacement : undefined;
	};
	/** The register may have been loaded outside of a loop: by the last `lea` before it, as bytes, that points to a table. */
	const byLoad = (register: number, base?: number): readonly number[] => {
		for (let at = jump.address - LEA; at > Math.max(jump.address - FAR, 0); at--) {
			const opcode = guest.getUint16(at + 1, true);
			if (guest.getUint8(at) !== (register > 7 ? 0x4c : 0x48) || opcode !== (0x058d | ((register & 7) << 11))) continue;
			const targets = relative(at + LEA + guest.getInt32(at + 3, true), base);
			if (targets.length > 1) return targets;
		}
		return [];
	};
	const sum = before.find((i) => i.form.row.name === "add" && i.register[0] === jump.register[0]);
	/** What a table's entries are added to, where that is known: mostly the table itself, in glibc's printf a label. */
	const added = (register: number | undefined): number | undefined => (register === undefined ? undefined : constant(register));
	for (const instruction of before) {
		const { name } = instruction.form.row;
		if (instruction.shape.kinds[1] !== "m" || instruction.register[0] !== jump.register[0]) continue;
		// mov r, [index * 8 + table]; jmp r
		if (name === "mov" && instruction.base === BASE.none && instruction.scale === 3) return direct(instruction.displacement);
		// lea t, [rip + table]; movsxd r, [t + index * 4]; add r, t; jmp r
		if (name !== "movsx" || instruction.scale !== 2) continue;
		const table = constant(instruction.base);
		const base = sum?.shape.kinds[1] === "r" ? added(sum.register[1]) : undefined;
		if (table !== undefined) return relative(table, base);
		return byLoad(instruction.base, base);
	}
	// The sum may be in the table's register.
	const load = sum && before.find((i) => i.form.row.name === "movsx" && i.register[0] === sum.register[1] && i.scale === 2);
	const table = load && constant(load.base);
	const base = added(sum?.register[0]);
	if (table !== undefined) return relative(table, base);
	return load ? byLoad(load.base, base) : [];
}

/** The instructions before one, the nearest first, as they lie in memory. */
function previous(code: ReadonlyMap<number, Instruction>, to: Instruction): Instruction[] {
	const found: Instruction[] = [];
	let at = to.address;
	for (let i = 0; i < BACK; i++) {
		const before = findEndingAt(code, at);
		if (!before) break;
		found.push(before);
		at = before.address;
	}
	return found;
}

function findEndingAt(code: ReadonlyMap<number, Instruction>, end: number): Instruction | undefined {
	for (let length = 1; length <= 15; length++) {
		const instruction = code.get(end - length);
		if (instruction?.next === end) return instruction;
	}
	return undefined;
}
