// What of the machine's state goes between a function's locals and memory, and where.
//
// A piece of the state is loaded as late as may be: where a block begins that uses it, or on a way to a place that others reach
// with it in its local. Before a loop it is loaded if the loop uses it on a way round without a call. What has been changed
// since memory had it last is stored on ways out, and before calls; behind a call memory has everything.

import type { Block } from "./blocks";
import { FLAGS } from "./locals";

/** Pieces of the state, a bit each, numbered as locals from LOCAL.registers on; the flags are one. */
export type Pieces = bigint;
export const piece = (number: number): Pieces => 1n << BigInt(number);
export const FLAGS_PIECE = piece(FLAGS);

/** What a block's code does with the state's locals. */
export interface Uses {
	/** What must be in its local where the block begins. */
	met: Pieces;
	/** Its ways to other blocks. */
	readonly ways: Way[];
}

/** A way from a block to another one of the function. */
export interface Way {
	readonly from: Block;
	readonly to: Block;
	/** What the block has changed on it. */
	readonly changed: Pieces;
	/** Comes back from a call: nothing is in a local, and memory has everything. */
	readonly called: boolean;
}

export interface Transfers {
	/** What is to be loaded where a block begins, in addition to what is there on all ways to it. */
	begin(block: Block): Pieces;
	/** To be loaded on a way. */
	way(way: Way): Pieces;
	/** To be loaded on the way to a block from outside. */
	enter(block: Block): Pieces;
	/** Differs, or may, from memory where a block begins. */
	dirty(block: Block): Pieces;
}

/** @param blocks in reverse postorder */
export function findTransfers(blocks: readonly Block[], usesOf: (block: Block) => Uses): Transfers {
	const toBlock = new Map<Block, Way[]>(blocks.map((block) => [block, []]));
	for (const block of blocks) for (const way of usesOf(block).ways) toBlock.get(way.to)!.push(way);
	const met = (block: Block): Pieces => usesOf(block).met;
	/** Flags that nobody will read are not brought along. */
	const brought = (to: Block, pieces: Pieces): Pieces => (to.flags ? pieces : pieces & ~FLAGS_PIECE);

	const dirty = new Map<Block, Pieces>(blocks.map((block) => [block, 0n]));
	settle(blocks, dirty, (block) =>
		toBlock.get(block)!.reduce((all, { from, to, changed, called }) => {
			return called ? all : all | brought(to, dirty.get(from)! | changed);
		}, 0n),
	);
	const used = new Map<Block, Pieces>(blocks.map((block) => [block, met(block)]));
	settle([...blocks].reverse(), used, (block) =>
		usesOf(block).ways.reduce((all, { to, changed, called }) => {
			return called ? all : all | (brought(to, used.get(to)!) & ~changed);
		}, met(block)),
	);
	const wanted = new Map<Block, Pieces>();
	for (const block of blocks)
		wanted.set(block, dirty.get(block)! | (block.loop ? used.get(block)! & loopUses(block, toBlock, met) : 0n));

	// What is in locals where a block begins: from everything down to what is so on all ways, or is brought there on the others.
	const there = new Map<Block, Pieces>(blocks.map((block) => [block, -1n]));
	const at = ({ from, to, changed, called }: Way): Pieces => (called ? 0n : brought(to, there.get(from)! | met(from) | changed));
	settle(blocks, there, (block) => {
		let all = block.external ? 0n : -1n;
		let any = 0n;
		for (const way of toBlock.get(block)!) {
			all &= at(way);
			any |= at(way);
		}
		return wanted.get(block)! | all | (any & met(block));
	});
	return {
		begin: (block) => met(block) & ~there.get(block)!,
		way: (way) => there.get(way.to)! & ~at(way),
		enter: (block) => there.get(block)!,
		dirty: (block) => dirty.get(block)!,
	};
}

/** Repeats until nothing changes. */
function settle(blocks: readonly Block[], state: Map<Block, Pieces>, next: (block: Block) => Pieces): void {
	for (let again = true; again; ) {
		again = false;
		for (const block of blocks) {
			const now = next(block);
			if (now === state.get(block)) continue;
			state.set(block, now);
			again = true;
		}
	}
}

/** What is used on the ways round a loop that call nothing. */
function loopUses(head: Block, toBlock: ReadonlyMap<Block, readonly Way[]>, met: (block: Block) => Pieces): Pieces {
	const back = new Set<Block>();
	const work = [head];
	for (let block = work.pop(); block; block = work.pop())
		for (const { from, called } of toBlock.get(block)!) {
			if (called || from.order < head.order || back.has(from)) continue;
			back.add(from);
			if (from !== head) work.push(from);
		}
	if (!back.has(head)) return 0n;
	const ahead = new Set<Block>([head]);
	let uses = met(head);
	for (const block of [...back].sort((a, b) => a.order - b.order)) {
		if (!toBlock.get(block)!.some(({ from, called }) => !called && ahead.has(from))) continue;
		ahead.add(block);
		uses |= met(block);
	}
	return uses;
}
