// Times as Docker writes them: RFC 3339 with nanoseconds, and how clients write them in queries.

import { invalidParameter, systemError } from "../lib/errors";
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

/** since= and until=: "1700000000.5", RFC 3339, or a duration before now such as "10m". */
export function parseTimestamp(text: string | undefined, reference: bigint): bigint | undefined {
	if (text === undefined || text === "") return undefined;
	const unix = /^(\d+)(?:\.(\d+))?$/.exec(text);
	if (unix) return BigInt(unix[1]!) * 1_000_000_000n + BigInt((unix[2] ?? "").padEnd(9, "0").slice(0, 9));
	const duration = parseDuration(text);
	if (duration !== undefined) return reference - duration;
	const parsed = Date.parse(text);
	if (Number.isNaN(parsed)) throw invalidParameter(`failed to parse value as time or duration: ${JSON.stringify(text)}`);
	return nanoseconds(/[Zz]|[+-]\d\d:\d\d$/.test(text) ? text : new Date(parsed).toISOString());
}

/** since= and until= of streams: "1700000000.5" and nothing else; clients make that of what is typed. @throws EngineError system */
export function parseUnixTime(text: string | undefined): bigint | undefined {
	if (text === undefined || text === "") return undefined;
	const [seconds = "", fraction = "0"] = text.split(".", 2);
	for (const part of [seconds, fraction]) {
		if (!/^[+-]?\d+$/.test(part)) throw systemError(`strconv.ParseInt: parsing ${JSON.stringify(part)}: invalid syntax`);
	}
	return BigInt(seconds) * 1_000_000_000n + BigInt(fraction.padEnd(9, "0").slice(0, 9));
}

const UNITS: Record<string, bigint> = {
	ns: 1n,
	us: 1_000n,
	µs: 1_000n,
	ms: 1_000_000n,
	s: 1_000_000_000n,
	m: 60_000_000_000n,
	h: 3_600_000_000_000n,
};
/** Go's time.ParseDuration for positive durations: "1h30m". */
function parseDuration(text: string): bigint | undefined {
	if (!/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(text)) return undefined;
	let total = 0n;
	for (const [, value, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)) {
		total += BigInt(Math.round(Number(value) * Number(UNITS[unit!])));
	}
	return total;
}
