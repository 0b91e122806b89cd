// The keys that leave a container without stopping it: "ctrl-p,ctrl-q" unless told otherwise.

import { concat, EMPTY } from "../../lib/bytes";

export class Detached extends Error {
	override readonly name = "Detached";
	constructor() {
		super("read escape sequence");
	}
}

export const DEFAULT_DETACH_KEYS: readonly number[] = [16, 17];

/** "ctrl-a,b" → bytes. @throws Error */
export function parseDetachKeys(keys: string): number[] {
	return keys.split(",").map((key) => {
		if ([...key].length === 1) return key.charCodeAt(0);
		const control = /^ctrl-([a-z@[\\\]^_])$/.exec(key)?.[1];
		if (!control) throw new Error(`Unknown character: '${key}'`);
		return control === "@" ? 0 : control >= "a" && control <= "z" ? control.charCodeAt(0) - 96 : control.charCodeAt(0) - 64;
	});
}

/** Watches input for the keys: what began as them and went on otherwise is passed on late. */
export class DetachWatcher {
	private matched = 0;
	constructor(private readonly keys: readonly number[]) {}

	/** The bytes to pass on. @throws Detached after the last of the keys */
	filter(input: Uint8Array): Uint8Array {
		const out: Uint8Array[] = [];
		let from = 0;
		const held = this.matched;
		let pending = held;
		for (let at = 0; at < input.length; at++) {
			if (input[at] === this.keys[this.matched]) {
				this.matched++;
				if (this.matched === this.keys.length) throw new Detached();
				continue;
			}
			if (this.matched > 0) {
				if (pending > 0) out.push(Uint8Array.from(this.keys.slice(0, pending)));
				pending = 0;
				this.matched = input[at] === this.keys[0] ? 1 : 0;
			}
			out.push(input.subarray(from, at + 1 - this.matched));
			from = at + 1 - this.matched;
		}
		const keptBack = Math.min(this.matched, input.length - from);
		if (pending === 0 || this.matched === 0) out.push(input.subarray(from, input.length - keptBack));
		return out.length === 0 ? EMPTY : out.length === 1 ? out[0]! : concat(out);
	}
}
