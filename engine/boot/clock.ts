// The machine's clock: the surroundings', until the machine is switched off. What waits then waits for nothing, as a TCP
// connection that somebody may still speak to for minutes, and must not keep the surroundings from ending.

import type { Clock, Timer } from "../port";

export interface MachineClock extends Clock {
	/** Nothing is called back any more. */
	stop(): void;
}

export function machineClock(clock: Clock): MachineClock {
	const waiting = new Set<Timer>();
	let stopped = false;
	return {
		now: () => clock.now(),
		monotonic: () => clock.monotonic(),
		timer: (ms, callback) => {
			if (stopped) return { cancel() {} };
			const timer = clock.timer(ms, () => {
				waiting.delete(timer);
				callback();
			});
			waiting.add(timer);
			return {
				cancel: () => {
					waiting.delete(timer);
					timer.cancel();
				},
			};
		},
		stop: () => {
			stopped = true;
			for (const timer of waiting) timer.cancel();
			waiting.clear();
		},
	};
}
