// Times as Docker writes them: RFC 3339 with nanoseconds, and how clients write them in queries.

import { systemError } from "../lib/errors";
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

/** since= and until= of streams: "1700000000.5" and nothing else; clients make that of what is typed. @throws EngineError system */
export function parseUnixTime(text: string | undefined): bigint | undefined {
	if (text === undefined || text === "") return undefined;
	const [seconds = "", fraction = "0"] = text.split(".", 2);
	for (const part of [seconds, fraction]) {
		if (!/^[+-]?\d+$/.test(part)) throw systemError(`strconv.ParseInt: parsing ${JSON.stringify(part)}: invalid syntax`);
	}
	return BigInt(seconds) * 1_000_000_000n + BigInt(fraction.padEnd(9, "0").slice(0, 9));
}
