// Guards against a daemon that is none: an answer must begin in time, and its head must be short.

import type { Duplex } from "@/engine/lib/stream";

/** Status lines and header fields, of all interim answers together. */
const HEAD_BYTES = 512 * 1024;

/** The stream, which is closed when no answer's head has come after `milliseconds`, or too much without one. `done` lifts both. */
export function headBudget(stream: Duplex, milliseconds: number): { stream: Duplex; done(): void } {
	let left = HEAD_BYTES;
	let waiting = true;
	const late = setTimeout(() => void stream.close(), milliseconds);
	return {
		done() {
			waiting = false;
			clearTimeout(late);
		},
		stream: {
			...stream,
			async read() {
				const bytes = await stream.read();
				if (waiting && bytes !== null) {
					left -= bytes.length;
					if (left < 0) {
						await stream.close();
						throw new Error("the daemon's answer has a head without end");
					}
				}
				return bytes;
			},
		},
	};
}
