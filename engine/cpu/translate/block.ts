// A block's instructions in the translator's reading, with the ways out of it.

import { called, enter, fuelOf, mayNotCall, outcome, SLOW, wordOf } from "../interpret/calls";
import { REGION_FUEL } from "../interpret/layout";
import type { Sequence, Value } from "../wasm/expression";
import { I32, I64 } from "../wasm/opcodes";
import type { Block, Context } from "./blocks";
import { OperandEmitter } from "./emitter";
import { FUNCTIONS, REGION_TYPE, REGIONS_TABLE } from "./imports";
import { directTarget, type Instruction } from "./instruction";
import { LOCAL } from "./locals";
import { State } from "./state";
import type { Pieces, Way } from "./transfers";

/** A way out of the function: what the block has changed on it, and whether there are flags. */
export interface Exit {
	readonly block: Block;
	readonly changed: Pieces;
	readonly flags: boolean;
}

/** Where state goes between locals and memory: to it before a call, from it on a way to another block. */
export type Transfer = { readonly kind: "call"; readonly exit: Exit } | { readonly kind: "way"; readonly way: Way };

/** What a block has to know of the function that it is in. */
export interface Surroundings {
	/** Most fuel that may be used before the next look at it. */
	readonly size: number;
	/** The block at an address, for control that comes from this one. */
	find(from: Block, address: number): Block | undefined;
	callee(from: Block, call: Instruction): Block | undefined;
	/** How control gets from a block to another: behind it, by a label, or by the dispatch with a number. */
	way(from: Block, to: Block): { label: string; back: boolean; dispatch: number };
	/** Marks a place where state goes between locals and memory; gives the mark's label. */
	transfer(transfer: Transfer): string;
	/** The label of a way out of the function that stores what is in locals. */
	exit(exit: Exit): string;
	/** Does control fall to `to` behind `from`? */
	follows(from: Block, to: Block): boolean;
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
		this.leaveTo(q.const32(this.instruction.address | SLOW));
	}

	override again(): void {
		this.goTo(this.instruction.address, this.block);
	}

	override jump(): void {
		const { instruction } = this;
		const address = directTarget(instruction)!;
		if (instruction.form.row.flow !== "call") {
			this.goTo(address, this.around.find(this.block, address));
			return;
		}
		const callee = this.around.callee(this.block, instruction);
		if (callee) this.goTo(address, callee);
		else this.callRegion(this.constant(address), this.instruction.next, this.block.context);
	}

	override jumpTo(target: Value): void {
		const q = this.sequence;
		const { context } = this.block;
		const { flow } = this.instruction.form.row;
		if (flow === "call") {
			const callee = this.around.callee(this.block, this.instruction);
			if (callee) {
				// As it was when this was translated: most calls lead to the same function.
				const before = this.known;
				q.begin(this.op("eq", target, this.constant(callee.start)));
				this.nesting++;
				this.known = before.copy();
				this.branch(callee);
				this.nesting--;
				this.known = before;
				q.end();
			}
			this.callRegion(target, this.instruction.next, context);
			return;
		}
		if (flow === "jump" && context.parent) {
			this.callRegion(target, context.returnTo, context.parent);
			return;
		}
		this.settle();
		const back = flow === "return" ? context.parent?.blocks.get(context.returnTo) : undefined;
		if (back) {
			q.begin(this.op("ne", target, this.constant(context.returnTo)), true);
			this.leaveTo(q.wrap(target));
			q.end();
			this.branch(back);
			this.ended = true;
			return;
		}
		q.set(LOCAL.target, q.wrap(target));
		if (flow === "jump") this.chooseTarget();
		this.exitFunction();
		this.ended = true;
	}

	/** Among the targets that an indirect jump is known to have: by a table of some of the address's bits. */
	private chooseTarget(): void {
		const q = this.sequence;
		const targets = this.block.context.indirect.get(this.instruction.address) ?? [];
		const blocks = targets.map((address) => this.around.find(this.block, address));
		const key = distinguish(targets);
		if (!key || targets.length === 0) return;
		const labels = new Array<string>(key.mask + 1).fill("unknown");
		targets.forEach((address, i) => {
			if (blocks[i]) labels[(address >>> key.shift) & key.mask] = `case ${i}`;
		});
		q.block("unknown");
		for (let i = targets.length - 1; i >= 0; i--) q.block(`case ${i}`);
		const target = (): Value => q.get(LOCAL.target, I32);
		q.branchTable(q.binary("and", q.binary("shr_u", target(), q.const32(key.shift)), q.const32(key.mask)), [
			...labels,
			"unknown",
		]);
		const before = this.known;
		this.nesting++;
		targets.forEach((address, i) => {
			q.end();
			const block = blocks[i];
			if (!block) return;
			q.branchIf(q.binary("ne", target(), q.const32(address)), "unknown");
			this.known = before.copy();
			this.branch(block);
		});
		this.nesting--;
		this.known = before;
		q.end();
	}

	/**
	 * A call of what is not in this function: of its region's function, with the state in memory. What comes back with the address behind
	 * the call goes on there; with another one, which is a jump out of that region, it is followed; anything else is handed on to whoever
	 * called this function.
	 */
	private callRegion(target: Value, returnTo: number, context: Context): void {
		const q = this.sequence;
		const back = q.const32(returnTo);
		const fuel = (): Value => q.get(LOCAL.fuel, I32);
		const depth = (): Value => q.get(LOCAL.depth, I32);
		const found = (): Value => q.get(LOCAL.outcome, I64);
		this.settle();
		if (target.kind !== "const") q.set(LOCAL.target, q.wrap(target));
		const address = (): Value => (target.kind === "const" ? q.wrap(target) : q.get(LOCAL.target, I32));
		q.mark(this.around.transfer({ kind: "call", exit: this.wayOut }));
		for (const label of ["returned", "elsewhere", "unknown"]) q.block(label);
		q.set(LOCAL.outcome, called(q, address()));
		q.branchIf(q.binary("ne", q.wrap(found()), address()), "unknown", false);
		for (const not of mayNotCall(q, depth(), fuel())) q.branchIf(not, "unknown", false);
		q.set(LOCAL.outcome, enter(q, REGION_TYPE, REGIONS_TABLE, wordOf(q, found()), depth(), fuel()));
		q.branchIf(q.binary("eq", q.wrap(found()), back), "returned", true);
		q.branch("elsewhere");
		q.end();
		q.set(LOCAL.outcome, outcome(q, address(), fuel()));
		q.end();
		q.set(LOCAL.outcome, q.perform(FUNCTIONS.follow, I64, [found(), back, depth(), q.const32(REGION_FUEL)]));
		q.branchIf(q.binary("ne", q.wrap(found()), back), "handOn", false);
		q.end();
		q.set(LOCAL.fuel, fuelOf(q, found()));
		q.branchIf(q.binary("lt_s", fuel(), q.const32(this.around.size)), "handOn", false);
		this.known = new State(true, this.known);
		this.known.called = true;
		const behind = context.blocks.get(returnTo);
		if (behind) this.branch(behind, true);
		else q.branch("handOn");
		this.ended = true;
	}

	/** Control goes to an address of the code. */
	goTo(address: number, block: Block | undefined): void {
		if (block) this.branch(block);
		else {
			this.leaveTo(this.sequence.const32(address));
		}
		this.ended = true;
	}

	/** @param enough the fuel has just been looked at */
	private branch(to: Block, enough = false): void {
		const q = this.sequence;
		const { label, back, dispatch } = this.around.way(this.block, to);
		const before = this.known;
		if (back && !enough) {
			// The one place where fuel is looked at: every way round goes over such an edge.
			q.begin(q.binary("lt_s", q.get(LOCAL.fuel, I32), q.const32(this.around.size)), true);
			this.known = before.copy();
			this.leaveTo(q.const32(to.start));
			q.end();
			this.known = before;
		}
		if (to.flags) this.settle();
		if (to.predecessors.length === 1 && to.dispatch < 0) {
			to.kind = this.known.kind;
			to.flags = this.known.valid;
		}
		if (dispatch >= 0) q.set(LOCAL.entry, q.const32(dispatch));
		const { changed, called, uses } = this.known;
		const way: Way = { from: this.block, to, changed, called };
		uses.ways.push(way);
		q.mark(this.around.transfer({ kind: "way", way }));
		if (this.nesting === 0 && this.around.follows(this.block, to)) return;
		q.branch(label);
	}

	/** Leaves the function: where the machine goes on, as in an outcome. */
	private leaveTo(target: Value): void {
		if (this.known.valid) this.settle();
		this.sequence.set(LOCAL.target, target);
		this.exitFunction();
	}

	private exitFunction(): void {
		this.sequence.branch(this.around.exit(this.wayOut));
	}

	private get wayOut(): Exit {
		const { changed, valid } = this.known;
		return { block: this.block, changed, flags: valid };
	}
}

/** The fewest bits of some addresses in which they all differ. */
function distinguish(addresses: readonly number[]): { shift: number; mask: number } | undefined {
	const least = Math.ceil(Math.log2(Math.max(addresses.length, 2)));
	for (let bits = least; bits < least + 4; bits++)
		for (let shift = 0; shift < 12; shift++) {
			const mask = (1 << bits) - 1;
			if (new Set(addresses.map((address) => (address >>> shift) & mask)).size === addresses.length) return { shift, mask };
		}
	return undefined;
}
