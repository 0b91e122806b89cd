// What of the machine's state goes between a function's locals and memory, and where: each way out stores what may have changed
// since memory had it last, and each way in loads what is used, or stored, before the next one.

import type { Block } from "./blocks";

type Locals = ReadonlySet<number>;

/** What a block's code does with the state's locals; numbers as in State. */
export interface Uses {
	readonly met: Locals;
	readonly changed: Locals;
	/** The labels by which it leaves the function, and "call" if it calls one. */
	readonly exits: ReadonlySet<string>;
}

export interface Transfers {
	/** May differ from memory at a block's ways out. */
	dirty(block: Block): Locals;
	/** Are to be loaded where control comes back behind a block's call. */
	wanted(block: Block): Locals;
	/** Are to be loaded where the function is entered. */
	readonly entered: Locals;
}

/** @param blocks in reverse postorder */
export function findTransfers(blocks: readonly Block[], usesOf: (block: Block) => Uses): Transfers {
	const dirty = new Map<Block, Set<number>>(blocks.map((block) => [block, new Set(usesOf(block).changed)]));
	const live = new Map<Block, Set<number>>();
	// What was called leaves everything in memory.
	const isBehindCall = (from: Block, to: Block): boolean =>
		usesOf(from).exits.has("call") && to.context === from.context && to.start === from.end;
	const spread = (order: readonly Block[], step: (from: Block, to: Block) => boolean): void => {
		for (let again = true; again; ) {
			again = false;
			for (const block of order)
				for (const next of block.successors) if (!isBehindCall(block, next) && step(block, next)) again = true;
		}
	};
	spread(blocks, (from, to) => addAll(dirty.get(to)!, dirty.get(from)!));
	for (const block of blocks) {
		const { met, changed, exits } = usesOf(block);
		// What may have been changed must be there, or what is stored would be anything.
		live.set(block, new Set([...met, ...changed, ...(exits.size > 0 ? dirty.get(block)! : [])]));
	}
	spread([...blocks].reverse(), (from, to) => addAll(live.get(from)!, live.get(to)!));
	const entered = new Set<number>();
	for (const block of blocks) if (block.external) addAll(entered, live.get(block)!);
	return {
		dirty: (block) => dirty.get(block)!,
		wanted: (block) => live.get(block.successors.find((next) => isBehindCall(block, next))!)!,
		entered,
	};
}

/** Was anything new? */
function addAll(into: Set<number>, from: Locals): boolean {
	const before = into.size;
	for (const one of from) into.add(one);
	return into.size !== before;
}
