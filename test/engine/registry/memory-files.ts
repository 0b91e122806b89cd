// A registry's files in memory, with turns between operations that a seed decides, and a power cut after so many of them.

import { concat } from "../../../engine/lib/bytes";
import type { Files } from "../../../engine/registry/files";

export class PowerCut extends Error {
	override readonly name = "PowerCut";
}

/** Numbers in [0, 1) that a seed decides (mulberry32). */
export function seeded(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

export interface MemoryFiles {
	content: Map<string, Uint8Array>;
	/** Operations so far. */
	readonly operations: number;
	/** A view: with turns, and dead after `fuel` operations of all views together. */
	files(random?: () => number): Files;
	fuel: number;
}

export function memoryFiles(): MemoryFiles {
	const content = new Map<string, Uint8Array>();
	const under = (path: string): string[] => [...content.keys()].filter((key) => key === path || key.startsWith(`${path}/`));
	const state = {
		content,
		operations: 0,
		fuel: Number.POSITIVE_INFINITY,
		files(random?: () => number): Files {
			const step = async (): Promise<void> => {
				for (let turns = random ? Math.floor(random() * 12) : 0; turns > 0; turns--) await undefined;
				if (++state.operations > state.fuel) throw new PowerCut();
			};
			return {
				async size(path) {
					await step();
					return content.get(path)?.length;
				},
				async *read(path, offset, length) {
					await step();
					const bytes = content.get(path);
					if (!bytes) throw new Error(`${path}: ENOENT`);
					yield bytes.subarray(offset, offset + length);
				},
				async replace(path, bytes) {
					await step();
					content.set(path, bytes.slice());
				},
				async append(path, bytes) {
					await step();
					content.set(path, concat([content.get(path) ?? new Uint8Array(0), bytes]));
				},
				async rename(from, to) {
					await step();
					const moved = under(from);
					if (moved.length === 0) throw new Error(`${from}: ENOENT`);
					for (const key of moved) {
						content.set(to + key.slice(from.length), content.get(key)!);
						content.delete(key);
					}
				},
				async remove(path) {
					await step();
					for (const key of under(path)) content.delete(key);
				},
				async list(path) {
					await step();
					const inside = under(path).filter((key) => key !== path);
					return [...new Set(inside.map((key) => key.slice(path.length + 1).split("/")[0]!))].sort();
				},
			};
		},
	};
	return state;
}
