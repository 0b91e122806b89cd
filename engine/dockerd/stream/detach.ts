// Detach keys: a sequence typed by the client that ends its attachment and never reaches the program.

import { invalidParameter } from "../../lib/errors";

/** ctrl-p, ctrl-q. */
export const DEFAULT_DETACH_KEYS = Uint8Array.of(16, 17);

/** "ctrl-p,ctrl-q", "a", "ctrl-[" … @throws EngineError invalidParameter */
export function parseDetachKeys(text: string | undefined, called = "detach"): Uint8Array {
	if (!text) return DEFAULT_DETACH_KEYS;
	return Uint8Array.from(
		text.split(",").map((key) => {
			if (key.length === 1) return key.charCodeAt(0);
			const control = /^ctrl-([a-z@[\\\]^_])$/.exec(key)?.[1];
			if (control === undefined) throw invalidParameter(`Invalid ${called} keys (${text}) provided`);
			return control.charCodeAt(0) & 0x1f;
		}),
	);
}

/** Watches what is typed. Keys that might begin the sequence are held back until it is clear that they do not. */
export class DetachWatcher {
	private matched = 0;

	constructor(private readonly keys: Uint8Array) {}

	/** `pass` goes on to the program; `detached` when the sequence was complete. */
	feed(input: Uint8Array): { pass: Uint8Array; detached: boolean } {
		const pass: number[] = [];
		for (const byte of input) {
			if (byte === this.keys[this.matched]) {
				if (++this.matched === this.keys.length) return { pass: Uint8Array.from(pass), detached: true };
				continue;
			}
			pass.push(...this.keys.subarray(0, this.matched));
			this.matched = byte === this.keys[0] ? 1 : 0;
			if (this.matched === 0) pass.push(byte);
			else if (this.keys.length === 1) return { pass: Uint8Array.from(pass), detached: true };
		}
		return { pass: Uint8Array.from(pass), detached: false };
	}
}
