// A port whose clock and randomness come from a seed: time is what was asked for and waited for, not what passed.
//
// Reading the clock moves it a little. While the machine has something to do, it asks for turns; when the surroundings come round and
// no turn was asked for, it waits, and the clock goes to the next timer. All that is fetched is at hand, so nothing outside
// has a time of its own; and nobody who waits for an answer finds that it took too long.

import { MemoryStorage } from "../../../engine/host/browser/storage-memory";
import type { Clock, Fetch, Port } from "../../../engine/port";
import { Random } from "../../engine/cpu/oracle/random";

const BEGAN = Date.UTC(2024, 0, 2, 3, 4, 5);
/** Of reading the clock, and of a turn, in milliseconds. */
const READING = 0.002;
const TURN = 0.05;

interface Waiting {
	at: number;
	/** Of timers for the same moment, the older comes first. */
	order: number;
	callback: () => void;
}

export interface SeededPort extends Port {
	/** Gives the machine turns, or its next timer; to be called from the surroundings' own loop, again and again. */
	pump(): void;
	/** How many timers somebody waits for. */
	timers(): number;
}

export function seededPort(seed: number, fetch: Fetch): SeededPort {
	const random = new Random(seed);
	let time = 0;
	let order = 0;
	let turns: Array<() => void> = [];
	/** Requests that are not answered yet. */
	let asked = 0;
	const timers = new Set<Waiting>();
	const next = (): Waiting | undefined => {
		let first: Waiting | undefined;
		for (const timer of timers)
			if (!first || timer.at < first.at || (timer.at === first.at && timer.order < first.order)) first = timer;
		return first;
	};
	const fire = (timer: Waiting): void => {
		timers.delete(timer);
		time = Math.max(time, timer.at);
		timer.callback();
	};
	const clock: Clock = {
		now: () => {
			time += READING;
			return BEGAN + time;
		},
		monotonic: () => {
			time += READING;
			return time;
		},
		timer: (ms, callback) => {
			const timer = { at: time + Math.max(ms, 0), order: order++, callback };
			timers.add(timer);
			return { cancel: () => timers.delete(timer) };
		},
	};
	return {
		clock,
		random: (into) => {
			for (let i = 0; i < into.length; i++) into[i] = random.below(256);
			return into;
		},
		storage: new MemoryStorage(),
		fetch: async (request) => {
			asked++;
			try {
				return await fetch(request);
			} finally {
				asked--;
			}
		},
		timers: () => timers.size,
		turn: () => new Promise((resolve) => turns.push(resolve)),
		pump: () => {
			const first = next();
			if (turns.length > 0) {
				const waiting = turns;
				turns = [];
				time += TURN;
				if (first && first.at <= time) fire(first);
				for (const resolve of waiting) resolve();
			} else if (first && asked === 0) fire(first);
		},
	};
}
