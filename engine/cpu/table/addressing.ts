// Addresses that instructions imply (rSI, rDI, rBX): as they mostly are, and as an address-size prefix or an FS or GS override
// makes them. The latter is a form of its own (`67` in the notation), so that the former pays nothing for it.

import type { Value } from "../wasm/expression";
import type { Emitter } from "./emitter";

export interface Addressing {
	/** A row's name, told apart from that of the usual form. */
	name(text: string): string;
	/** A list of encodings, in the notation. */
	encodings(text: string): string;
	/** A register's value as an address or count, or what is put into the register. */
	cut(e: Emitter, value: Value): Value;
	/** May `cut` change anything? */
	readonly cuts: boolean;
	/** What is added to an address that an override applies to. */
	withSegment(e: Emitter, address: Value): Value;
}

const usual: Addressing = {
	name: (text) => text,
	encodings: (text) => text,
	cuts: false,
	cut: (_, value) => value,
	withSegment: (_, address) => address,
};

const unusual: Addressing = {
	name: (text) => `${text} unusual`,
	encodings: (text) =>
		text
			.split("; ")
			.map((encoding) => `67 ${encoding}${/ [A-Z][a-z](,|$)/.test(encoding) ? "," : " "}A`)
			.join("; "),
	cuts: true,
	// The mask is the last operand.
	cut: (e, value) => e.and(value, e.read(e.kinds.length - 1)),
	withSegment: (e, address) => e.add(address, e.segment()),
};

export const ADDRESSINGS: readonly Addressing[] = [usual, unusual];
