// A region as text: its x86-64 instructions by blocks, and beside them the WebAssembly that each became. For those who look.

import { instructionText, registerName } from "../decode/text";
import { REGION } from "../interpret/calls";
import type { CodeListing, ListedInstruction } from "../types";
import { bodyText, type Names } from "../wasm/text";
import type { Block, Region } from "./blocks";
import { regionFunction } from "./function";
import { IMPORTS } from "./imports";
import type { Instruction } from "./instruction";
import { LOCAL } from "./locals";

/** @param most lines of WebAssembly; what is beyond is counted only */
export function listRegion(region: Region, guest: DataView, most: number): CodeListing {
	const { body, marks } = regionFunction(region);
	const ordered = [...region.blocks]
		.filter(({ order }) => order >= 0)
		.sort((a, b) => a.context.depth - b.context.depth || a.start - b.start);
	const numbers = new Map<Block, number>(ordered.map((block, number) => [block, number]));
	const code = body.code.toArray();
	const lines = bodyText(code, NAMES);
	const byStart = [...marks].sort((a, b) => a.start - b.start);
	let next = 0;
	const blockAt = (at: number): number | undefined => {
		while (next < byStart.length && byStart[next]!.end <= at) next++;
		const mark = byStart[next];
		return mark && mark.start <= at ? numbers.get(mark.block) : undefined;
	};
	return {
		start: region.root.start,
		blocks: ordered.map((block) => ({
			loop: block.loop,
			called: block.context.depth,
			instructions: listed(block, guest),
		})),
		wasm: lines.slice(0, most).map(({ text, depth, at }) => ({ text, depth, block: blockAt(at) })),
		lines: lines.length,
		bytes: code.length,
	};
}

/** A slow block has the one instruction that the interpreter executes. */
function listed({ code, slow, start, context }: Block, guest: DataView): ListedInstruction[] {
	const all: readonly Instruction[] = slow ? [context.code.get(start)!] : code;
	return all.map((instruction) => {
		const { address, next, form, writes } = instruction;
		const bytes = Array.from({ length: next - address }, (_, i) => guest.getUint8(address + i));
		const text = bytes.join() === ENDBR64 ? "endbr64" : `${isLocked(bytes) ? "lock " : ""}${instructionText(instruction)}`;
		return { address, bytes, text, row: form.text, interpreted: writes === undefined };
	});
}
/** A hint for control-flow integrity; a nop to processors without it, and to the decoder. */
const ENDBR64 = [0xf3, 0x0f, 0x1e, 0xfa].join();
const LOCK = 0xf0;
const PREFIXES = [0x66, 0x67, 0xf2, 0xf3, 0x64, 0x65, 0x2e, 0x3e, 0x26, 0x36];
/** The decoder forgets this prefix: it changes nothing where one thread runs at a time. */
const isLocked = (bytes: readonly number[]): boolean => bytes.find((byte) => !PREFIXES.includes(byte)) === LOCK;

const STATE: Readonly<Record<number, string>> = {
	[LOCAL.entry]: "$entry",
	[LOCAL.kind]: "$flagKind",
	[LOCAL.a]: "$flagA",
	[LOCAL.b]: "$flagB",
	[LOCAL.r]: "$flagR",
	[LOCAL.fuel]: "$fuel",
	[LOCAL.target]: "$target",
	[LOCAL.depth]: "$depth",
	[LOCAL.outcome]: "$outcome",
};
const FUNCTIONS = IMPORTS.map(([name, { params, results }]) => ({
	name: `$${name.replace(" ", "_")}`,
	params: params.length,
	results: results.length,
}));

/** Locals are the machine's registers; the functions are those that every translated module imports. */
export const NAMES: Names = {
	local(index) {
		const own = STATE[index];
		if (own) return own;
		if (index >= LOCAL.firstTemporary) return `$t${index - LOCAL.firstTemporary}`;
		if (index >= LOCAL.vectors) return `$xmm${index - LOCAL.vectors}`;
		return `$${registerName(index - LOCAL.registers, 64)}`;
	},
	indirect: () => ({ name: "$regions (type $region)", params: REGION.params.length, results: REGION.results.length }),
	func: (index) => FUNCTIONS[index] ?? { name: String(index), params: 0, results: 0 },
};
