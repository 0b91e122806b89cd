// The order of a region's blocks: which dominates which, and what is a loop. Edges that lead back without reaching a block
// that dominates theirs (into the middle of a loop) go through the dispatch.

import type { Block, Region } from "./blocks";

export function arrange(region: Region): Block[] {
	for (;;) {
		const ordered = reversePostorder(region);
		dominate(ordered);
		if (improper(region, ordered)) continue;
		for (const block of ordered) block.predecessors = block.predecessors.filter(({ order }) => order >= 0);
		return ordered;
	}
}

function reversePostorder(region: Region): Block[] {
	for (const block of region.blocks) Object.assign(block, { order: -1, dominator: undefined, children: [], loop: false });
	const finished: Block[] = [];
	const seen = new Set<Block>();
	const roots = [...region.dispatched].reverse();
	for (const root of roots) {
		if (seen.has(root)) continue;
		seen.add(root);
		const stack: { block: Block; next: number }[] = [{ block: root, next: 0 }];
		for (let top = stack.at(-1); top; top = stack.at(-1)) {
			const successor = top.block.successors[top.next++];
			if (!successor) {
				finished.push(top.block);
				stack.pop();
			} else if (!seen.has(successor)) {
				seen.add(successor);
				stack.push({ block: successor, next: 0 });
			}
		}
	}
	finished.reverse();
	finished.forEach((block, i) => {
		block.order = i;
	});
	return finished;
}

/** Cooper, Harvey and Kennedy's simple algorithm; -1 is the dispatch. */
function dominate(ordered: readonly Block[]): void {
	const UNKNOWN = -2;
	const above = new Int32Array(ordered.length).fill(UNKNOWN);
	const meet = (a: number, b: number): number => {
		let [x, y] = [a, b];
		while (x !== y) {
			while (x > y) x = above[x]!;
			while (y > x) y = above[y]!;
		}
		return x;
	};
	for (let changed = true; changed; ) {
		changed = false;
		for (const block of ordered) {
			let found = block.dispatch >= 0 ? -1 : UNKNOWN;
			if (found === UNKNOWN)
				for (const { order } of block.predecessors) {
					if (order < 0 || above[order] === UNKNOWN) continue;
					found = found === UNKNOWN ? order : meet(found, order);
				}
			if (above[block.order] === found) continue;
			above[block.order] = found;
			changed = true;
		}
	}
	for (const block of ordered) {
		block.dominator = ordered[above[block.order]!];
		block.dominator?.children.push(block);
	}
}

export function dominates(a: Block, b: Block): boolean {
	for (let at: Block | undefined = b; at; at = at.dominator) if (at === a) return true;
	return false;
}

/** Marks loops; true if an edge back had to become one by the dispatch. */
function improper(region: Region, ordered: readonly Block[]): boolean {
	const { length } = region.dispatched;
	for (const block of ordered)
		for (const next of block.successors) {
			if (next.order > block.order) continue;
			if (dominates(next, block)) next.loop = true;
			else region.dispatchTo(next);
		}
	return region.dispatched.length !== length;
}
