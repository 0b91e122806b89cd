// Times as Docker writes them: RFC 3339 with nanoseconds, and how clients write them in queries.

import { invalidParameter, messageOf } from "../lib/errors";
import { goQuote, goQuoteRune } from "../lib/quote";
import { agoOf, dateOf } from "../lib/time/timestamp";
import type { Sys } from "../sys";

/** Go's zero time: never. */
export const ZERO_TIME = "0001-01-01T00:00:00Z";

/** Go's RFC3339Nano: no trailing zeros in the fraction. */
export function rfc3339(nanoseconds: bigint): string {
	const seconds = new Date(Number(nanoseconds / 1_000_000_000n) * 1000).toISOString().slice(0, 19);
	const fraction = String(nanoseconds % 1_000_000_000n)
		.padStart(9, "0")
		.replace(/0+$/, "");
	return fraction ? `${seconds}.${fraction}Z` : `${seconds}Z`;
}
export const now = (sys: Sys): string => rfc3339(sys.now());

/** Nanoseconds since 1970 of an RFC 3339 time; 0 for ZERO_TIME. */
export function nanoseconds(time: string): bigint {
	if (time === "" || time.startsWith("0001-")) return 0n;
	const match = /^(.*?)(?:\.(\d+))?(Z|[+-]\d\d:?\d\d)$/.exec(time);
	if (!match) return 0n;
	const whole = Date.parse(`${match[1]}${match[3]}`);
	return BigInt(whole) * 1_000_000n + BigInt((match[2] ?? "").padEnd(9, "0").slice(0, 9));
}
export const unixSeconds = (time: string): number => Number(nanoseconds(time) / 1_000_000_000n);

const SECOND = 1_000_000_000n;
/** Digits of a fraction that are read over; nine of them count. */
const MOST_DIGITS = 20;

/** since= and until= of streams: "1700000000.5" and nothing else; clients make that of what is typed. @throws EngineError invalidParameter */
export function parseUnixTime(text: string | undefined): bigint | undefined {
	if (text === undefined || text === "") return undefined;
	try {
		return unixTime(text);
	} catch (error) {
		throw invalidParameter(`invalid timestamp ${goQuote(text)}: ${messageOf(error)}`);
	}
}

/** until= of filters: how long ago, RFC 3339 and the beginning of it, or as of streams; nanoseconds since 1970. @throws EngineError invalidParameter */
export function parseMoment(text: string, present: bigint): bigint {
	const wrong = (why: string) => invalidParameter(`failed to parse value as time or duration: ${why}`);
	if (text.trim() === "") throw wrong("value is empty");
	const ago = agoOf(text);
	if (ago !== undefined) return present - ago;
	try {
		return dateOf(text);
	} catch (error) {
		// what has a hyphen was meant as a date
		if (text.includes("-")) throw error;
		try {
			return unixTime(text);
		} catch (reason) {
			throw wrong(messageOf(reason));
		}
	}
}

function unixTime(text: string): bigint {
	const [seconds] = text.split(".", 1) as [string];
	const fraction = text.slice(seconds.length + 1);
	if (!/^[+-]?\d+$/.test(seconds)) throw new Error(`invalid seconds ${goQuote(seconds)}: invalid syntax`);
	const whole = BigInt(seconds.replace("+", ""));
	if (BigInt.asIntN(64, whole) !== whole) throw new Error(`invalid seconds ${goQuote(seconds)}: value out of range`);
	if (fraction.length > MOST_DIGITS) {
		throw new Error(`invalid nanoseconds: length ${fraction.length} exceeds maximum ${MOST_DIGITS}`);
	}
	const at = fraction.search(/\D/);
	if (at >= 0)
		throw new Error(`invalid nanoseconds: invalid character ${goQuoteRune(fraction.codePointAt(at)!)} at position ${at}`);
	return whole * SECOND + BigInt(fraction.padEnd(9, "0").slice(0, 9));
}
