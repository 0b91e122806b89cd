// A block's instructions in the translator's reading, with the ways out of it.

import { LEFT } from "../interpret/loop";
import type { Sequence, Value } from "../wasm/expression";
import { I32 } from "../wasm/opcodes";
import type { Block } from "./blocks";
import { OperandEmitter } from "./emitter";
import { directTarget, type Instruction } from "./instruction";
import { LOCAL } from "./locals";
import type { State } from "./state";

/** What a block has to know of the function that it is in. */
export interface Surroundings {
	/** Most fuel that may be used before the next look at it. */
	readonly size: number;
	/** The block at an address, for control that comes from this one. */
	find(from: Block, address: number): Block | undefined;
	callee(from: Block, call: Instruction): Block | undefined;
	/** How control gets from a block to another: behind it, by a label, or by the dispatch with a number. */
	way(from: Block, to: Block): { label: string; back: boolean; dispatch: number };
	/** Does control fall to `to` behind `from`? */
	follows(from: Block, to: Block): boolean;
	/** The number of the entry in this function for a guest address, or -1; undefined where none is expected. */
	entryOf(q: Sequence, target: Value, instruction: Instruction): Value | undefined;
}

export class BlockEmitter extends OperandEmitter {
	constructor(
		sequence: Sequence,
		instruction: Instruction,
		known: State,
		private readonly block: Block,
		private readonly around: Surroundings,
		/** Instructions from this one to the block's end: fuel that is had back when it is not executed. */
		private readonly left: number,
	) {
		super(sequence, instruction, known);
	}

	protected override leave(): void {
		const q = this.sequence;
		q.set(LOCAL.fuel, q.binary("add", q.get(LOCAL.fuel, I32), q.const32(this.left)));
		leaveTo(q, this.known, () => this.settle(), q.const64(this.instruction.address), LEFT.slow);
	}

	override again(): void {
		this.goTo(this.instruction.address, this.block);
	}

	override jump(): void {
		const { instruction } = this;
		const address = directTarget(instruction)!;
		const { flow } = instruction.form.row;
		this.goTo(address, flow === "call" ? this.around.callee(this.block, instruction) : this.around.find(this.block, address));
	}

	override jumpTo(target: Value): void {
		const q = this.sequence;
		this.settle();
		const { context } = this.block;
		const { flow } = this.instruction.form.row;
		const back = flow === "return" ? context.parent?.blocks.get(context.returnTo) : undefined;
		if (back) {
			q.begin(this.op("ne", target, this.constant(context.returnTo)));
			leaveTo(q, this.known, () => {}, target, LEFT.lookup);
			q.end();
			this.branch(back);
			this.ended = true;
			return;
		}
		const entry = this.around.entryOf(q, target, this.instruction);
		q.set(LOCAL.target, target);
		q.set(LOCAL.status, q.const32(LEFT.lookup));
		if (entry) {
			q.set(LOCAL.entry, entry);
			const enough = q.binary("ge_s", q.get(LOCAL.fuel, I32), q.const32(this.around.size));
			q.branchIf(q.binary("and", enough, q.binary("ge_s", q.get(LOCAL.entry, I32), q.const32(0))), "dispatch");
		}
		q.branch(this.known.valid ? "exitWithFlags" : "exit");
		this.ended = true;
	}

	/** Control goes to an address of the code. */
	goTo(address: number, block: Block | undefined): void {
		if (block) this.branch(block);
		else {
			leaveTo(this.sequence, this.known, () => this.settle(), this.sequence.const64(address), LEFT.lookup);
		}
		this.ended = true;
	}

	private branch(to: Block): void {
		const q = this.sequence;
		const { label, back, dispatch } = this.around.way(this.block, to);
		const before = this.known;
		if (back) {
			// The one place where fuel is looked at: every way round goes over such an edge.
			q.begin(q.binary("lt_s", q.get(LOCAL.fuel, I32), q.const32(this.around.size)));
			this.known = before.copy();
			leaveTo(q, this.known, () => this.settle(), q.const64(to.start), LEFT.lookup);
			q.end();
			this.known = before;
		}
		if (to.flags) this.settle();
		if (to.predecessors.length === 1 && to.dispatch < 0) {
			to.kind = this.known.kind;
			to.flags = this.known.valid;
		}
		if (dispatch >= 0) q.set(LOCAL.entry, q.const32(dispatch));
		if (this.nesting === 0 && this.around.follows(this.block, to)) return;
		q.branch(label);
	}
}

/** Leaves the function: `settle` puts the flags into their locals. */
export function leaveTo(q: Sequence, known: State, settle: () => void, target: Value, status: number): void {
	if (known.valid) settle();
	q.set(LOCAL.target, target);
	q.set(LOCAL.status, q.const32(status));
	q.branch(known.valid ? "exitWithFlags" : "exit");
}
