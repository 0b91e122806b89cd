// A region as a WebAssembly function: (number of the entry) → LEFT, with the machine's state in memory before and after.
//
// Blocks become nested blocks and loops (Ramsey, "Beyond Relooper", 2022): a block is followed by those that it dominates, in
// reverse postorder, and each can be branched to from those before it. Entries, and edges that fit no structure, go through
// one br_table in a loop around everything.

import { LAYOUT, slotOfRegister, slotOfXmm } from "../interpret/layout";
import { LEFT } from "../interpret/loop";
import { Bytes } from "../wasm/bytes";
import { Sequence } from "../wasm/expression";
import type { FunctionBody, ModuleWriter } from "../wasm/module";
import { I32, I64, OP, V128, VOID } from "../wasm/opcodes";
import { Temporaries } from "../wasm/temporaries";
import { BlockEmitter, leaveTo, type Surroundings } from "./block";
import { type Block, findLiveFlags, type Region } from "./blocks";
import { REGION } from "./imports";
import { directTarget, type Instruction } from "./instruction";
import { DEPTH_SHIFT, FLAGS, LOCAL, LOCALS, VECTORS } from "./locals";
import { State } from "./state";
import { arrange, dominates } from "./structure";
import { findTransfers, type Uses } from "./transfers";

/** Adds the region's function. */
export function addRegion(writer: ModuleWriter, region: Region, exportAs: string): void {
	writer.addFunction({ ...regionFunction(region).body, exportAs });
}

/** Where in a function's body the code of each block begins and ends. */
export interface Mark {
	readonly block: Block;
	readonly start: number;
	readonly end: number;
}

export function regionFunction(region: Region): { body: FunctionBody; marks: Mark[] } {
	return new RegionWriter(region).write();
}

class RegionWriter implements Surroundings {
	private readonly ordered: readonly Block[];
	private readonly temporaries = new Temporaries(LOCAL.firstTemporary);
	private readonly code = new Bytes();
	private readonly labels: string[] = [];
	private readonly marks: Mark[] = [];
	/** Where the state is to be put into memory, or to be taken from it. */
	private readonly transfers: { at: number; block: Block; kind: string }[] = [];
	private readonly uses = new Map<Block, Uses>();

	constructor(private readonly region: Region) {
		this.ordered = arrange(region);
		findLiveFlags(region);
	}

	write(): { body: FunctionBody; marks: Mark[] } {
		// What is left by branching out of each, and then by falling through to the end.
		this.open(OP.block, "handOn");
		this.open(OP.block, "unwind");
		this.open(OP.block, "out");
		this.emitRoot();
		this.code.byte(OP.unreachable);
		this.close();
		this.emit((q) => {
			q.store(OP.i64store, q.const32(0), q.get(LOCAL.target, I64), LAYOUT.target);
			q.return(q.get(LOCAL.status, I32));
		});
		this.close();
		this.emit((q) => {
			q.store(OP.i64store, q.const32(0), q.get(LOCAL.target, I64), LAYOUT.target);
			q.return(q.const32(LEFT.lookup));
		});
		this.close();
		this.emit((q) => q.return(q.get(LOCAL.status, I32)));
		const { temporaries } = this;
		const whole = new Bytes();
		const append = (write: (q: Sequence) => void): void => {
			const q = new Sequence();
			write(q);
			q.emit(whole, temporaries, () => 0);
		};
		const { dirty, wanted, entered } = findTransfers(this.ordered, (block) => this.uses.get(block)!);
		append((q) => enter(q, entered));
		// What is between locals and memory depends on all blocks, so it is put in at last.
		const shifts: { at: number; by: number }[] = [{ at: 0, by: whole.length }];
		let from = 0;
		for (const { at, block, kind } of this.transfers) {
			whole.append(this.code, from, at);
			from = at;
			append((q) => (kind === "reload" ? reload(q, wanted(block)) : spill(q, dirty(block), kind === "spillWithFlags")));
			shifts.push({ at, by: whole.length - at });
		}
		whole.append(this.code, from);
		whole.byte(OP.unreachable);
		const moved = (at: number): number => at + shifts.findLast((shift) => shift.at <= at)!.by;
		return {
			body: { ...REGION, locals: [...LOCALS, ...temporaries.types], code: whole },
			marks: this.marks.map(({ block, start, end }) => ({ block, start: moved(start), end: moved(end) })),
		};
	}

	// ---- Surroundings

	get size(): number {
		return this.region.size;
	}

	find(from: Block, address: number): Block | undefined {
		return this.region.find(from.context, address);
	}

	callee(from: Block, call: Instruction): Block | undefined {
		return this.region.callee(from, call);
	}

	way(from: Block, to: Block): { label: string; back: boolean; dispatch: number } {
		const back = to.order <= from.order;
		if (back && !dominates(to, from)) return { label: "dispatch", back, dispatch: to.dispatch };
		return { label: back ? loopOf(to) : blockOf(to), back, dispatch: -1 };
	}

	follows(from: Block, to: Block): boolean {
		return this.following(from) === to;
	}

	// ---- structure

	private emitRoot(): void {
		const { dispatched } = this.region;
		const roots = this.ordered.filter((block) => block.dominator === undefined);
		if (dispatched.length < 2) {
			this.emitTree(roots[0]!);
			return;
		}
		this.open(OP.loop, "dispatch");
		for (const root of [...roots].reverse()) this.open(OP.block, blockOf(root));
		this.code.byte(OP.get);
		this.code.u32(LOCAL.entry);
		this.code.byte(OP.brTable);
		this.code.u32(dispatched.length - 1);
		for (const block of dispatched) this.code.u32(this.depth(blockOf(block)));
		for (const root of roots) {
			this.close();
			this.emitTree(root);
		}
		this.close();
	}

	private emitTree(block: Block): void {
		if (block.loop) this.open(OP.loop, loopOf(block));
		const following = this.following(block);
		const others = block.children.filter((child) => child !== following).sort((a, b) => a.order - b.order);
		for (const child of [...others].reverse()) this.open(OP.block, blockOf(child));
		this.emitBlock(block);
		if (following) this.emitTree(following);
		for (const child of others) {
			this.close();
			this.emitTree(child);
		}
		if (block.loop) {
			this.close();
			this.code.byte(OP.unreachable);
		}
	}

	/** The block that is simply emitted behind this one, since nobody else goes there. */
	private following(block: Block): Block | undefined {
		const last = block.successors.at(-1);
		if (!last || last.dominator !== block || last.dispatch >= 0 || last.order <= block.order) return undefined;
		return last.predecessors.length === 1 && this.tail(block) === last ? last : undefined;
	}

	/** Where control goes at a block's end if nothing else is said. */
	private tail(block: Block): Block | undefined {
		const last = block.code.at(-1);
		if (!last) return undefined;
		const { flow } = last.form.row;
		const target = directTarget(last);
		// A branch to what is behind it needs a label.
		if (flow === "branch" && target === block.end) return undefined;
		if (flow === "next" || flow === "branch") return this.find(block, block.end);
		if (flow === "jump") return target === undefined ? undefined : this.find(block, target);
		if (flow === "call") return target === undefined ? undefined : this.callee(block, last);
		return flow === "return" ? block.context.parent?.blocks.get(block.context.returnTo) : undefined;
	}

	private emitBlock(block: Block): void {
		const q = new Sequence();
		const known = new State(block.flags);
		known.kind = block.kind;
		const { length } = block.code;
		if (length > 0) q.set(LOCAL.fuel, q.binary("sub", q.get(LOCAL.fuel, I32), q.const32(length)));
		let emitter: BlockEmitter | undefined;
		block.code.forEach((instruction, i) => {
			emitter = new BlockEmitter(q, instruction, emitter?.known ?? known, block, this, length - i);
			instruction.form.row.semantics(emitter);
		});
		if (!emitter) leaveTo(q, known, () => {}, q.const64(block.start), LEFT.slow);
		else if (!emitter.ended) emitter.goTo(block.end, this.find(block, block.end));
		const { met, changed, exits } = known;
		this.uses.set(block, { met, changed, exits });
		const ways = Object.keys(SPILLS).filter((label) => exits.has(label));
		if (ways.length > 0) for (const label of ["past", ...ways]) this.open(OP.block, label);
		const start = this.code.length;
		q.emit(
			this.code,
			this.temporaries,
			(label) => this.depth(label),
			(kind) => this.transfer(block, kind),
		);
		this.marks.push({ block, start, end: this.code.length });
		if (ways.length === 0) return;
		this.branch("past");
		for (const label of ways.reverse()) {
			this.close();
			this.transfer(block, SPILLS[label]!);
			this.branch("out");
		}
		this.close();
	}

	private open(opcode: number, label: string): void {
		this.code.byte(opcode);
		this.code.byte(VOID);
		this.labels.push(label);
	}

	private close(): void {
		this.code.byte(OP.end);
		this.labels.pop();
	}

	private branch(label: string): void {
		this.code.byte(OP.br);
		this.code.u32(this.depth(label));
	}

	private depth(label: string): number {
		const at = this.labels.lastIndexOf(label);
		if (at < 0) throw new Error(`no way to ${label}`);
		return this.labels.length - 1 - at;
	}

	private emit(write: (q: Sequence) => void): void {
		const q = new Sequence();
		write(q);
		q.emit(this.code, this.temporaries, (label) => this.depth(label));
	}

	private transfer(block: Block, kind: string): void {
		this.transfers.push({ at: this.code.length, block, kind });
	}
}

// ---- the state from memory, and back

function enter(q: Sequence, locals: ReadonlySet<number>): void {
	q.set(LOCAL.depth, q.binary("and", q.get(LOCAL.entry, I32), q.const32(-1 << DEPTH_SHIFT)));
	q.set(LOCAL.entry, q.binary("and", q.get(LOCAL.entry, I32), q.const32((1 << DEPTH_SHIFT) - 1)));
	reload(q, locals);
	q.set(LOCAL.fuel, q.load(OP.i32load, I32, q.const32(0), LAYOUT.budget));
}

function reload(q: Sequence, locals: ReadonlySet<number>): void {
	const zero = q.const32(0);
	for (const number of locals) {
		const local = LOCAL.registers + number;
		if (number < FLAGS) q.set(local, q.load(OP.i64load, I64, zero, slotOfRegister(number)));
		else if (number >= VECTORS) q.set(local, q.load(OP.v128load, V128, zero, slotOfXmm(number - VECTORS)));
	}
	if (!locals.has(FLAGS)) return;
	q.set(LOCAL.kind, q.load(OP.i32load, I32, zero, LAYOUT.flagKind));
	for (const [local, at] of FLAG_PARTS) q.set(local, q.load(OP.i64load, I64, zero, at));
}

function spill(q: Sequence, locals: ReadonlySet<number>, flags: boolean): void {
	const zero = q.const32(0);
	for (const number of locals) {
		const local = LOCAL.registers + number;
		if (number < FLAGS) q.store(OP.i64store, zero, q.get(local, I64), slotOfRegister(number));
		else if (number >= VECTORS) q.store(OP.v128store, zero, q.get(local, V128), slotOfXmm(number - VECTORS));
	}
	q.store(OP.i32store, zero, q.get(LOCAL.fuel, I32), LAYOUT.budget);
	if (!flags || !locals.has(FLAGS)) return;
	q.store(OP.i32store, zero, q.get(LOCAL.kind, I32), LAYOUT.flagKind);
	for (const [local, at] of FLAG_PARTS) q.store(OP.i64store, zero, q.get(local, I64), at);
}

/** A block's ways out, and what goes to memory on them. */
const SPILLS: Readonly<Record<string, string>> = { exit: "spill", exitWithFlags: "spillWithFlags" };
const FLAG_PARTS = [
	[LOCAL.a, LAYOUT.flagA],
	[LOCAL.b, LAYOUT.flagB],
	[LOCAL.r, LAYOUT.flagR],
] as const;
const loopOf = (block: Block): string => `loop ${block.order}`;
const blockOf = (block: Block): string => `block ${block.order}`;
