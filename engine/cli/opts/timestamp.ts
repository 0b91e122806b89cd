// A moment as --since and --until take it: RFC 3339 and parts of it, seconds since 1970, or a time ago.

import { parseDuration } from "./resources";

const FORM = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d)(?::(\d\d)(?::(\d\d)(\.\d+)?)?)?)?(Z|[+-]\d\d:\d\d)?$/;

/**
 * Seconds with nine decimals, as the API takes them.
 * @param now milliseconds since 1970
 * @throws Error
 */
export function timestampOf(text: string, now: number): string {
	try {
		const ago = parseDuration(text);
		return secondsText(now * 1e6 - ago, now);
	} catch {
		// no duration: a moment then
	}
	if (/^\d+(\.\d{1,9})?$/.test(text)) return text;
	const match = FORM.exec(text);
	if (!match && /^(?!\d{4})[^T.]*-[^T.]*$/.test(text))
		throw new Error(`parsing time ${JSON.stringify(text)} as "2006-01-02": cannot parse ${JSON.stringify(text)} as "2006"`);
	if (!match) throw new Error(`failed to parse value as time or duration: ${JSON.stringify(text)}`);
	const [, year, month, day, hour = "00", minute = "00", second = "00", fraction = "", zone = "Z"] = match;
	const moment = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${zone}`);
	if (Number.isNaN(moment)) throw new Error(`parsing time ${JSON.stringify(text)}: value out of range`);
	return `${moment / 1000}.${fraction.slice(1).padEnd(9, "0").slice(0, 9)}`;
}

function secondsText(nanoseconds: number, now: number): string {
	const ago = BigInt(Math.round(now * 1e6 - nanoseconds));
	const moment = BigInt(Math.round(now)) * 1_000_000n - ago;
	return `${moment / 1_000_000_000n}.${String(moment % 1_000_000_000n).padStart(9, "0")}`;
}
