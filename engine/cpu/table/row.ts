// A row of the instruction table, and how a group of rows is written down.

import type { Emitter } from "./emitter";

/** What an instruction does to control flow. `call` and `syscall` come back to the next instruction. */
export type Flow = "next" | "jump" | "branch" | "call" | "return" | "syscall" | "stop";

export interface Row {
	readonly name: string;
	/** In the manual's notation; decode/encoding.ts has the grammar. */
	readonly encodings: readonly string[];
	/** Arithmetic flags that are read, as RFLAGS bits. */
	readonly reads: number;
	/** Arithmetic flags that are always written. */
	readonly writes: number;
	/** Flags whose value the manual leaves open, given a shift's count and the operand's size. */
	readonly undefined: (count: number, size: number) => number;
	readonly flow: Flow;
	/** Seldom executed: one handler serves both kinds of memory operand. */
	readonly rare: boolean;
	/** May it have a lock prefix, with its first operand in memory? */
	readonly lockable: boolean;
	readonly semantics: (e: Emitter) => void;
}

export interface Columns {
	reads?: number;
	writes?: number;
	undefined?: number | ((count: number, size: number) => number);
	flow?: Flow;
	rare?: boolean;
	lockable?: boolean;
}

export type Define = (name: string, encodings: string, columns: Columns, semantics: (e: Emitter) => void) => void;

/** A group of rows: `group((row) => { row("mov", "88 Eb,Gb; …", {}, (e) => …); … })`. */
export function group(write: (row: Define) => void, common: Columns = {}): readonly Row[] {
	const rows: Row[] = [];
	write((name, encodings, columns, semantics) => {
		const {
			reads = 0,
			writes = 0,
			undefined: open = 0,
			flow = "next",
			rare = false,
			lockable = false,
		} = { ...common, ...columns };
		const list = encodings.split(";").map((text) => text.trim());
		rows.push({
			name,
			encodings: list,
			reads,
			writes,
			undefined: typeof open === "number" ? () => open : open,
			flow,
			rare,
			lockable,
			semantics,
		});
	});
	return rows;
}

/** A byte in the manual's notation. */
export const hex = (byte: number): string => byte.toString(16).toUpperCase().padStart(2, "0");
