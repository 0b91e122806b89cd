// A region: the code that is reached from an address without leaving, as blocks and the edges between them.
//
// Small functions that are called are taken in, once for each call: a *context* is a piece of code with the address to which
// it returns. Only the outermost context's blocks can be entered from elsewhere.

import { BASE } from "../decode/decoder";
import { ALL_FLAGS } from "../table/flags";
import { decode, directTarget, type Instruction } from "./instruction";
import { jumpTargets } from "./jump-table";

/** How large a region may be: instructions of the outermost code, of a function that is taken in, and of all together. */
export interface Limits {
	readonly own: number;
	readonly called: number;
	readonly all: number;
}
const DEEPEST = 3;

export interface Block {
	readonly context: Context;
	readonly start: number;
	/** The address behind its last instruction. */
	end: number;
	readonly code: Instruction[];
	/** It ends before an instruction that only the interpreter executes. */
	slow: boolean;
	/** Where it may lead inside the region. The last one is where control goes if nothing else is said. */
	successors: Block[];
	predecessors: Block[];
	/** Its number among those that the region's dispatch knows, or -1. */
	dispatch: number;
	/** Can it be entered from outside? */
	external: boolean;
	/** Position in reverse postorder; -1 if it is never reached. */
	order: number;
	/** The block that all ways to it go through; undefined: the dispatch. */
	dominator: Block | undefined;
	children: Block[];
	/** Is it reached from a block that it dominates? */
	loop: boolean;
	liveIn: number;
	/** Does it find the flags in their locals? */
	flags: boolean;
	/** Their kind, if it is known. */
	kind: number | undefined;
}

export class Context {
	readonly code = new Map<number, Instruction>();
	readonly leaders = new Set<number>();
	readonly blocks = new Map<number, Block>();
	/** Functions that are taken in, by the call's address. */
	readonly called = new Map<number, Context>();
	readonly indirect = new Map<number, readonly number[]>();

	constructor(
		readonly start: number,
		readonly parent: Context | undefined,
		readonly returnTo: number,
	) {}

	get depth(): number {
		return this.parent ? this.parent.depth + 1 : 0;
	}

	has(address: number): boolean {
		return this.start === address || (this.parent?.has(address) ?? false);
	}
}

export interface Source {
	/** The guest's memory from its address 0. */
	readonly guest: DataView;
	/** May this be executed? */
	executable(address: number): boolean;
	/** What a register holds now: a hint at what it will hold. Undefined where nothing runs. */
	register?(number: number): number;
}

/** Reads code from `context.start` on. False: there was more than `most`. */
function read(context: Context, source: Source, most: number, entries: readonly number[] = []): boolean {
	const work = [context.start, ...entries];
	for (const address of work) context.leaders.add(address);
	for (let next = work.shift(); next !== undefined; next = work.shift()) {
		let at = next;
		while (!context.code.has(at)) {
			if (context.code.size >= most) return false;
			if (!source.executable(at)) break;
			const instruction = decode(source.guest, at);
			if (!instruction || !source.executable(instruction.next - 1)) break;
			context.code.set(at, instruction);
			at = instruction.next;
			const { flow } = instruction.form.row;
			if (!instruction.writes) {
				context.leaders.add(instruction.address);
				context.leaders.add(at);
				if (flow !== "next" && flow !== "syscall") break;
				continue;
			}
			if (instruction.repeats) context.leaders.add(instruction.address);
			else if (flow === "next") continue;
			context.leaders.add(at);
			if (flow === "next") continue;
			const target = directTarget(instruction);
			if (target !== undefined && flow !== "call") {
				context.leaders.add(target);
				work.push(target);
			}
			if (flow === "jump" && target === undefined) {
				const targets = context.parent ? [] : jumpTargets(context.code, instruction, source);
				context.indirect.set(instruction.address, targets);
				for (const one of targets) {
					context.leaders.add(one);
					work.push(one);
				}
			}
			if (flow !== "branch" && flow !== "call") break;
		}
	}
	return true;
}

/** Where an indirect call would lead now. */
function likelyTarget(
	{ shape, register, base, index, scale, displacement, segment, form }: Instruction,
	source: Source,
): number | undefined {
	if (!source.register || form.row.name !== "call indirect" || segment !== BASE.none) return undefined;
	const value = (number: number): number => (number === BASE.none ? 0 : source.register!(number));
	const { guest } = source;
	if (shape.kinds[0] === "r") return value(register[0]);
	const at = value(base) + value(index) * 2 ** scale + displacement;
	return at >= 0 && at + 8 <= guest.byteLength ? Number(guest.getBigUint64(at, true)) : undefined;
}

/** Takes in what is called, small enough, and calls nothing that is not taken in itself, but as its last act. */
function takeIn(context: Context, source: Source, most: number, room: number): number {
	let taken = 0;
	for (const instruction of [...context.code.values()]) {
		if (instruction.form.row.flow !== "call") continue;
		const target = directTarget(instruction) ?? likelyTarget(instruction, source);
		if (target === undefined || context.has(target) || context.depth >= DEEPEST) continue;
		const callee = new Context(target, context, instruction.next);
		if (!read(callee, source, most) || callee.code.size === 0) continue;
		const inside = takeIn(callee, source, most, room - taken - callee.code.size);
		const size = callee.code.size + inside;
		if (size > room - taken || ![...callee.code.values()].every((i) => staysInside(callee, i))) continue;
		taken += size;
		context.called.set(instruction.address, callee);
	}
	return taken;
}

function staysInside(context: Context, { address, writes, form }: Instruction): boolean {
	return writes !== undefined && (form.row.flow !== "call" || context.called.has(address));
}

function makeBlocks(context: Context): Block[] {
	const blocks: Block[] = [];
	for (const start of [...context.leaders].sort((a, b) => a - b)) {
		const first = context.code.get(start);
		if (!first) continue;
		const block: Block = {
			...{ context, start, end: start, code: [], slow: false, successors: [], predecessors: [], dispatch: -1, external: false },
			...{ order: -1, dominator: undefined, children: [], loop: false, liveIn: 0, flags: false, kind: undefined },
		};
		for (let at = start, i = context.code.get(at); i; i = context.code.get(at)) {
			if (!i.writes) {
				block.slow = block.code.length === 0;
				break;
			}
			block.code.push(i);
			at = block.end = i.next;
			if (i.form.row.flow !== "next" || context.leaders.has(at)) break;
		}
		context.blocks.set(start, block);
		blocks.push(block);
	}
	for (const callee of context.called.values()) blocks.push(...makeBlocks(callee));
	return blocks;
}

export class Region {
	readonly root: Context;
	readonly blocks: readonly Block[];
	/** Instructions, at most those that can be executed between two looks at the fuel. */
	readonly size: number;
	/** By their numbers in the dispatch. */
	readonly dispatched: Block[] = [];

	/** `entries` are wanted beside `start`. */
	constructor(start: number, source: Source, limits: Limits, entries: readonly number[] = []) {
		this.root = new Context(start, undefined, -1);
		read(this.root, source, limits.own, entries);
		takeIn(this.root, source, limits.called, limits.all - this.root.code.size);
		this.blocks = makeBlocks(this.root);
		this.size = this.blocks.reduce((sum, { code }) => sum + code.length, 0);
		for (const address of [start, ...entries]) this.enter(address);
		for (const block of this.blocks) {
			this.connect(block);
			const last = block.code.at(-1);
			if (!last) {
				// What comes behind an instruction of the interpreter's own.
				const behind = block.context.parent ? undefined : this.root.blocks.get(this.root.code.get(block.start)!.next);
				if (behind) this.enter(behind.start);
			}
		}
	}

	/** Every page that its code lies in, and those that an instruction reaches over the end of. */
	pages(shift: number): { pages: Set<number>; crossed: Set<number> } {
		const pages = new Set<number>();
		const crossed = new Set<number>();
		const visit = (context: Context): void => {
			for (const { address, next } of context.code.values()) {
				pages.add(address >>> shift);
				if ((next - 1) >>> shift !== address >>> shift) crossed.add(address >>> shift);
			}
			for (const callee of context.called.values()) visit(callee);
		};
		visit(this.root);
		return { pages, crossed };
	}

	/** Its code: addresses of stretches and of what is behind them. */
	stretches(): [start: number, end: number][] {
		const all: [number, number][] = [];
		const visit = (context: Context): void => {
			for (const { address, next } of context.code.values()) all.push([address, next]);
			for (const callee of context.called.values()) visit(callee);
		};
		visit(this.root);
		const joined: [number, number][] = [];
		for (const [start, end] of all.sort((a, b) => a[0] - b[0])) {
			const last = joined.at(-1);
			if (last && start <= last[1]) last[1] = Math.max(last[1], end);
			else joined.push([start, end]);
		}
		return joined;
	}

	/** The block that control finds at an address, coming from a context. */
	find(context: Context, address: number): Block | undefined {
		return context.blocks.get(address);
	}

	/** The block of a call's target that is taken in. */
	callee(block: Block, call: Instruction): Block | undefined {
		const inside = block.context.called.get(call.address);
		return inside?.blocks.get(inside.start);
	}

	dispatchTo(block: Block): void {
		if (block.dispatch < 0) block.dispatch = this.dispatched.push(block) - 1;
	}

	private enter(address: number): void {
		const block = this.root.blocks.get(address);
		if (!block || block.slow) return;
		this.dispatchTo(block);
		block.external = true;
	}

	private connect(block: Block): void {
		const { context } = block;
		const last = block.code.at(-1);
		const targets: (Block | undefined)[] = [];
		if (last) {
			const { flow } = last.form.row;
			const target = directTarget(last);
			if (last.repeats) targets.push(block);
			if (target !== undefined && (flow === "branch" || flow === "jump")) targets.push(this.find(context, target));
			const callee = flow === "call" ? this.callee(block, last) : undefined;
			targets.push(callee);
			if (flow === "call" && !(callee && target !== undefined)) targets.push(this.find(context, block.end));
			for (const address of context.indirect.get(last.address) ?? []) targets.push(this.find(context, address));
			// What a jump out of a function that was taken in leads to returns for it.
			const out = flow === "return" || context.indirect.has(last.address);
			if (out && context.parent) targets.push(this.find(context.parent, context.returnTo));
			if (flow === "next" || flow === "branch") targets.push(this.find(context, block.end));
		}
		for (const target of targets) {
			if (!target || block.successors.includes(target)) continue;
			block.successors.push(target);
			target.predecessors.push(block);
		}
	}
}

/** Is the flags' state before a shift of no interest: is it certain that it sets them? */
const SHIFTS = /^(shl|sal|shr|sar|shld|shrd)$/;
function sets(instruction: Instruction): boolean {
	const { shape, form, immediate } = instruction;
	if (!SHIFTS.test(form.row.name) || shape.kinds.at(-1) !== "i") return false;
	return (immediate & (shape.sizes[0] === 64 ? 63n : 31n)) !== 0n;
}

/** Which flags somebody will read, at the beginning of each block. */
export function findLiveFlags(region: Region): void {
	const leaves = (block: Block): boolean => {
		const last = block.code.at(-1);
		if (!last || block.slow) return true;
		const { flow } = last.form.row;
		if (flow === "call" && !block.context.called.has(last.address)) return true;
		if (flow === "return" || flow === "stop" || (flow !== "next" && directTarget(last) === undefined)) return true;
		const ways = flow === "branch" || last.repeats ? 2 : 1;
		return block.successors.length < ways && !(ways === 2 && directTarget(last) === block.end && block.successors.length === 1);
	};
	const order = region.blocks.filter((block) => block.order >= 0).sort((a, b) => b.order - a.order);
	for (let changed = true; changed; ) {
		changed = false;
		for (const block of order) {
			let live = leaves(block) ? ALL_FLAGS : 0;
			for (const next of block.successors) live |= next.dispatch >= 0 ? ALL_FLAGS : next.liveIn;
			for (let i = block.code.length - 1; i >= 0; i--) {
				const instruction = block.code[i]!;
				const { reads, writes } = instruction.form.row;
				// A fault shows all flags.
				live = instruction.leaves ? ALL_FLAGS : sets(instruction) ? 0 : (live & ~writes) | reads;
			}
			if (live === block.liveIn) continue;
			block.liveIn = live;
			changed = true;
		}
	}
	for (const block of region.blocks) block.flags = block.dispatch >= 0 || block.liveIn !== 0 || block.predecessors.length === 1;
}
