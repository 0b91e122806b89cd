// A region as a WebAssembly function (see REGION), with the machine's state in memory before and after.
//
// Blocks become nested blocks and loops (Ramsey, "Beyond Relooper", 2022): a block is followed by those that it dominates, in
// reverse postorder, and each can be branched to from those before it. Entries, and edges that fit no structure, go through
// one br_table in a loop around everything.

import { DEPTH_SHIFT, outcome, REGION, SLOW } from "../interpret/calls";
import { Bytes } from "../wasm/bytes";
import { Sequence } from "../wasm/expression";
import type { FunctionBody, ModuleWriter } from "../wasm/module";
import { I32, I64, OP, VOID } from "../wasm/opcodes";
import { Temporaries } from "../wasm/temporaries";
import { BlockEmitter, type Exit, type Surroundings, type Transfer } from "./block";
import { type Block, findLiveFlags, type Region } from "./blocks";
import { directTarget, type Instruction } from "./instruction";
import { LOCAL, LOCALS } from "./locals";
import { reload, spill } from "./spill";
import { State } from "./state";
import { arrange, dominates } from "./structure";
import { FLAGS_PIECE, findTransfers, type Pieces, type Transfers, type Uses } from "./transfers";

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

/** Code that depends on all blocks, so that it is written when they are known. */
type Late = (q: Sequence, transfers: Transfers) => void;

class RegionWriter implements Surroundings {
	private readonly ordered: readonly Block[];
	private readonly temporaries = new Temporaries(LOCAL.firstTemporary);
	private readonly code = new Bytes();
	private readonly labels: string[] = [];
	private readonly marks: Mark[] = [];
	/** Where something is put in at last. */
	private readonly places: { at: number; write: Late }[] = [];
	private readonly uses = new Map<Block, Uses>();
	/** What is written at the marks of a block, by their labels, and where its ways out lead. */
	private marked: Late[] = [];
	private readonly exits = new Map<string, Exit>();

	constructor(private readonly region: Region) {
		this.ordered = arrange(region);
		findLiveFlags(region);
	}

	write(): { body: FunctionBody; marks: Mark[] } {
		// What is left by branching out of each, and then by falling through to the end.
		this.open(OP.block, "handOn");
		this.open(OP.block, "out");
		this.emitRoot();
		this.code.byte(OP.unreachable);
		this.close();
		this.emit((q) => q.return(outcome(q, q.get(LOCAL.target, I32), q.get(LOCAL.fuel, I32))));
		this.close();
		this.emit((q) => q.return(q.get(LOCAL.outcome, I64)));
		const { temporaries } = this;
		const whole = new Bytes();
		const append = (write: (q: Sequence) => void): void => {
			const q = new Sequence();
			write(q);
			q.emit(whole, temporaries, () => 0);
		};
		const transfers = findTransfers(this.ordered, (block) => this.uses.get(block)!);
		append(enter);
		// What goes between locals and memory depends on all blocks.
		const shifts: { at: number; by: number }[] = [{ at: 0, by: whole.length }];
		let from = 0;
		for (const { at, write } of this.places) {
			whole.append(this.code, from, at);
			from = at;
			append((q) => write(q, transfers));
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
		const { length } = this.region.dispatched;
		if (back && !dominates(to, from)) return { label: "dispatch", back, dispatch: length + to.dispatch };
		return { label: back ? loopOf(to) : blockOf(to), back, dispatch: -1 };
	}

	follows(from: Block, to: Block): boolean {
		return this.following(from) === to;
	}

	transfer(transfer: Transfer): string {
		const write: Late =
			transfer.kind === "way"
				? (q, { way }) => reload(q, way(transfer.way))
				: (q, { dirty }) => spill(q, stored(transfer.exit, dirty(transfer.exit.block)));
		return String(this.marked.push(write) - 1);
	}

	exit(exit: Exit): string {
		const label = `exit ${exit.changed} ${exit.flags}`;
		this.exits.set(label, exit);
		return label;
	}

	// ---- structure

	private emitRoot(): void {
		const { dispatched } = this.region;
		const roots = this.ordered.filter((block) => block.dominator === undefined);
		const loads =
			(block: Block): Late =>
			(q, { enter }) =>
				reload(q, enter(block));
		if (dispatched.length < 2) {
			this.late(loads(roots[0]!));
			this.emitTree(roots[0]!);
			return;
		}
		this.open(OP.loop, "dispatch");
		for (const root of [...roots].reverse()) this.open(OP.block, blockOf(root));
		// From outside, by way of what has to be loaded, and behind these from inside.
		const entries = dispatched.filter((block) => block.external);
		for (const block of [...entries].reverse()) this.open(OP.block, entryOf(block));
		this.code.byte(OP.get);
		this.code.u32(LOCAL.entry);
		this.code.byte(OP.brTable);
		this.code.u32(2 * dispatched.length - 1);
		for (const block of dispatched) this.code.u32(this.depth(block.external ? entryOf(block) : blockOf(block)));
		for (const block of dispatched) this.code.u32(this.depth(blockOf(block)));
		for (const block of entries) {
			this.close();
			this.late(loads(block));
			this.branch(blockOf(block));
		}
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
		if (!emitter) {
			q.set(LOCAL.target, q.const32(block.start | SLOW));
			q.branch(this.exit({ block, changed: 0n, flags: known.valid }));
		} else if (!emitter.ended) emitter.goTo(block.end, this.find(block, block.end));
		this.uses.set(block, known.uses);
		const ways = [...this.exits].sort(([, a], [, b]) => more(b) - more(a));
		if (ways.length > 0) this.open(OP.block, "past");
		for (const [label] of ways.toReversed()) this.open(OP.block, label);
		const start = this.code.length;
		this.late((q, { begin }) => reload(q, begin(block)));
		q.emit(
			this.code,
			this.temporaries,
			(label) => this.depth(label),
			(label) => this.late(this.marked[Number(label)]!),
		);
		this.marks.push({ block, start, end: this.code.length });
		if (ways.length > 0)
			this.emitExits(
				block,
				ways.map(([, exit]) => exit),
			);
		this.marked = [];
		this.exits.clear();
	}

	/** From the one that stores most; what all ways behind it store as well is left to them. */
	private emitExits(block: Block, ways: readonly Exit[]): void {
		this.branch("past");
		ways.forEach((exit, i) => {
			const next = ways[i + 1];
			const falls = next !== undefined && includes(exit, next);
			this.close();
			this.late((q, { dirty }) => {
				const all = stored(exit, dirty(block));
				spill(q, falls ? all & ~stored(next, dirty(block)) : all);
			});
			if (!falls) this.branch("out");
		});
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

	private late(write: Late): void {
		this.places.push({ at: this.code.length, write });
	}
}

function enter(q: Sequence): void {
	q.set(LOCAL.depth, q.binary("and", q.get(LOCAL.entry, I32), q.const32(-1 << DEPTH_SHIFT)));
	q.set(LOCAL.entry, q.binary("and", q.get(LOCAL.entry, I32), q.const32((1 << DEPTH_SHIFT) - 1)));
}

/** What a way out stores, of what was changed before the block as well. */
const stored = ({ changed, flags }: Exit, dirty: Pieces): Pieces => (flags ? dirty | changed : (dirty | changed) & ~FLAGS_PIECE);

/** Does one way out store all that the other does? */
const includes = (a: Exit, b: Exit): boolean => (b.changed & ~a.changed) === 0n && (a.flags || !b.flags);

/** An order in which what includes another one comes before it. */
const more = ({ changed, flags }: Exit): number =>
	[...changed.toString(2)].filter((bit) => bit === "1").length * 2 + Number(flags);

const loopOf = (block: Block): string => `loop ${block.order}`;
const blockOf = (block: Block): string => `block ${block.order}`;
const entryOf = (block: Block): string => `entry ${block.order}`;
