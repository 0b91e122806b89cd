// A moment as --since, --until and until= take it: a time ago, RFC 3339 and parts of it, seconds since 1970.

import { invalidParameter } from "../errors";
import { parseDuration } from "./duration";
import { parseTime } from "./layout";

const SECOND = 1_000_000_000n;

/**
 * Seconds, where need be with nine decimals, as the API takes them.
 * @param now nanoseconds since 1970
 * @throws EngineError invalidParameter
 */
export function timestampOf(text: string, now: bigint): string {
	const ago = agoOf(text);
	if (ago !== undefined) return String((now - ago) / SECOND);
	try {
		const moment = dateOf(text);
		const nanoseconds = ((moment % SECOND) + SECOND) % SECOND;
		return `${(moment - nanoseconds) / SECOND}.${String(nanoseconds).padStart(9, "0")}`;
	} catch (error) {
		// what has a hyphen was meant as a date
		if (text.includes("-")) throw error;
		if (!/^\+?\d+(\.[+-]?\d+)?$/.test(text)) {
			throw invalidParameter(`failed to parse value as time or duration: ${JSON.stringify(text)}`);
		}
		return text;
	}
}

/** Nanoseconds of "1h30m", "-5s"; undefined for what is no duration, and for "0", which is a moment. */
export function agoOf(text: string): bigint | undefined {
	try {
		return text === "0" ? undefined : BigInt(parseDuration(text));
	} catch {
		return undefined;
	}
}
/** Nanoseconds since 1970 of an RFC 3339 time or the beginning of one. @throws Error in Go's words */
export const dateOf = (text: string): bigint => parseTime(layoutOf(text), text);

/** The layout that a text looks like: its date, what there is of its time, its zone. */
function layoutOf(text: string): string {
	const local = !/[zZ+]/.test(text) && text.split("-").length !== 4;
	const zone = local ? "" : "Z07:00";
	if (text.includes(".")) return `2006-01-02T15:04:05.999999999${zone}`;
	if (!text.includes("T")) return `2006-01-02${zone}`;
	let colons = text.split(":").length - 1;
	// an offset has a colon of its own
	if (!local && !/[zZ]/.test(text) && colons > 0) colons--;
	return `2006-01-02T15${[":04", ":04:05"][colons - 1] ?? (colons > 0 ? ":04:05" : "")}${zone}`;
}
