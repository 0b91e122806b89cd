// Measures how a space's code is executed, for those who look on: where the machine is once in a while, how much of it runs as
// translated code, and how long each takes. It cuts what a thread runs into pieces, which no program can see.

import { LAYOUT } from "../interpret/layout";
import type { HotPlace, Profile, Stop } from "../types";
import type { GuestSpace } from "./space";

/** Instructions from sample to sample: about so many, so that no loop keeps in step with them. */
const BETWEEN = 1 << 15;
/** Samples that are no further apart are one place, in bytes. */
const NEAR = 256;
/** Places that are told, at most. */
const PLACES = 24;
/** Samples are kept for as many addresses; the rarest half goes when there are more. */
const ADDRESSES = 4096;

interface Runner {
	used: number;
	readonly rip: number;
	execute(fuel: number): Stop;
}

export class Watch {
	private executed = 0;
	private translated = 0;
	private time = 0;
	/** A piece is timed as a whole: where both tiers took turns in it, its time is shared out by their instructions. */
	private translatedTime = 0;
	private readonly samples = new Map<number, number>();
	private seed = 1;
	private untilSample = BETWEEN;

	constructor(
		private readonly space: GuestSpace,
		private readonly clock: () => number,
	) {}

	/** In place of `runner.execute`: the same instructions, in pieces. */
	run(runner: Runner, fuel: number): Stop {
		let used = 0;
		for (;;) {
			const stop = this.piece(runner, Math.min(fuel - used, this.untilSample));
			used += runner.used;
			this.untilSample -= runner.used;
			if (this.untilSample <= 0) {
				this.note(runner.rip);
				this.seed = (Math.imul(this.seed, 1664525) + 1013904223) >>> 0;
				this.untilSample = BETWEEN / 2 + ((this.seed >>> 8) % BETWEEN);
			}
			if (stop.reason === "fuel" && used < fuel) continue;
			runner.used = used;
			return stop;
		}
	}

	private piece(runner: Runner, fuel: number): Stop {
		const before = this.counter();
		const began = this.clock();
		const stop = runner.execute(fuel);
		const time = this.clock() - began;
		const translated = (this.counter() - before) | 0;
		this.executed += runner.used;
		this.translated += translated;
		this.time += time;
		if (runner.used > 0) this.translatedTime += (time * translated) / runner.used;
		return stop;
	}

	private counter(): number {
		return this.space.bank.view.getInt32(LAYOUT.translated, true);
	}

	private note(address: number): void {
		this.samples.set(address, (this.samples.get(address) ?? 0) + 1);
		if (this.samples.size <= ADDRESSES) return;
		const sorted = [...this.samples].sort((a, b) => b[1] - a[1]);
		for (const [rare] of sorted.slice(ADDRESSES / 2)) this.samples.delete(rare);
	}

	profile(): Profile {
		const { executed, translated, time, translatedTime } = this;
		return { executed, translated, time, translatedTime, hot: this.places().slice(0, PLACES) };
	}

	private places(): HotPlace[] {
		const { regions } = this.space.bank;
		const found = new Map<number, HotPlace>();
		const loose: [number, number][] = [];
		for (const [address, count] of this.samples) {
			const start = regions.containing(address);
			if (start === undefined) loose.push([address, count]);
			else add(found, start, count, true);
		}
		for (const near of clusters(loose)) {
			const most = near.reduce((a, b) => (b[1] > a[1] ? b : a));
			for (const [, count] of near) add(found, most[0], count, false);
		}
		return [...found.values()].sort((a, b) => b.samples - a.samples || a.address - b.address);
	}
}

function add(found: Map<number, HotPlace>, address: number, samples: number, translated: boolean): void {
	const place = found.get(address);
	if (place) place.samples += samples;
	else found.set(address, { address, samples, translated });
}

function clusters(samples: [number, number][]): [number, number][][] {
	const all: [number, number][][] = [];
	for (const sample of samples.sort((a, b) => a[0] - b[0])) {
		const last = all.at(-1);
		if (last && sample[0] - last.at(-1)![0] < NEAR) last.push(sample);
		else all.push([sample]);
	}
	return all;
}
