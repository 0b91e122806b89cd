// Counts as Go's strconv.ParseUint reads them, of 64 bits in decimal.

import { invalidParameter } from "./errors";
import { goQuote } from "./quote";

/** @throws EngineError invalidParameter, in Go's words */
export function parseUint(text: string): bigint {
	const wrong = (reason: string) => invalidParameter(`strconv.ParseUint: parsing ${goQuote(text)}: ${reason}`);
	if (!/^\d+$/.test(text)) throw wrong("invalid syntax");
	const value = BigInt(text);
	if (value >= 1n << 64n) throw wrong("value out of range");
	return value;
}
