// Times by a layout, as Go's time.Parse reads them, with its words for what does not fit: of the layout's parts those that RFC 3339 has.

import { invalidParameter } from "../errors";
import { quoteBytes } from "./duration";

interface Parsed {
	year: number;
	month: number;
	day: number;
	hour: number;
	minute: number;
	second: number;
	nanosecond: bigint;
	/** Of the zone, east of Greenwich. */
	offsetMinutes: number;
}
/** What the text goes on with; undefined: it does not fit. "outOfRange" names what is too large. */
type Step = { rest: string; outOfRange?: string } | undefined;
type Part = (value: string, into: Parsed, next: string) => Step;

const twoDigits = (member: "month" | "day" | "hour" | "minute", least: number, most: number, name: string, short = false): Part =>
	function part(value, into) {
		const digits = (short ? /^\d\d?/ : /^\d\d/).exec(value)?.[0];
		if (digits === undefined) return undefined;
		const rest = value.slice(digits.length);
		into[member] = Number(digits);
		return into[member] < least || into[member] > most ? { rest, outOfRange: name } : { rest };
	};
const fraction: Part = (value, into) => {
	const [taken, digits] = /^[.,](\d+)/.exec(value) ?? [];
	if (digits === undefined) return { rest: value };
	into.nanosecond = BigInt(digits.padEnd(9, "0").slice(0, 9));
	return { rest: value.slice(taken!.length) };
};
const second: Part = (value, into, next) => {
	const digits = /^\d\d/.exec(value)?.[0];
	if (digits === undefined) return undefined;
	const rest = value.slice(2);
	into.second = Number(digits);
	if (into.second > 59) return { rest, outOfRange: "second" };
	return next.startsWith(FRACTION) ? { rest } : fraction(rest, into, next);
};
const zone: Part = (value, into) => {
	if (value.startsWith("Z")) return { rest: value.slice(1) };
	const [taken, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)/.exec(value) ?? [];
	if (taken === undefined) return undefined;
	const rest = value.slice(taken.length);
	if (Number(hours) > 24) return { rest, outOfRange: "time zone offset hour" };
	if (Number(minutes) > 60) return { rest, outOfRange: "time zone offset minute" };
	into.offsetMinutes = (Number(hours) * 60 + Number(minutes)) * (sign === "-" ? -1 : 1);
	return { rest };
};
const year: Part = (value, into) => {
	if (!/^\d{4}/.test(value)) return undefined;
	into.year = Number(value.slice(0, 4));
	return { rest: value.slice(4) };
};
const FRACTION = ".999999999";
// how many days a month has is known when all is read
const PARTS: ReadonlyArray<readonly [string, Part]> = [
	["2006", year],
	["01", twoDigits("month", 1, 12, "month")],
	["02", twoDigits("day", 0, 99, "day")],
	["15", twoDigits("hour", 0, 23, "hour", true)],
	["04", twoDigits("minute", 0, 59, "minute")],
	["05", second],
	[FRACTION, fraction],
	["Z07:00", zone],
];

/**
 * Nanoseconds since 1970; without a zone, in UTC.
 * @throws EngineError invalidParameter
 */
export function parseTime(layout: string, text: string): bigint {
	const failed = (why: string): Error => invalidParameter(`parsing time ${quoteBytes(text)}${why}`);
	const unlike = (value: string, wanted: string): Error =>
		failed(` as ${quoteBytes(layout)}: cannot parse ${quoteBytes(value)} as ${quoteBytes(wanted)}`);
	const into: Parsed = { year: 0, month: 1, day: 1, hour: 0, minute: 0, second: 0, nanosecond: 0n, offsetMinutes: 0 };
	let value = text;
	for (let at = 0; at < layout.length; ) {
		const [name, part] = PARTS.find(([start]) => layout.startsWith(start, at)) ?? [];
		if (!name || !part) {
			if (value[0] !== layout[at]) throw unlike(value, layout[at]!);
			value = value.slice(1);
			at++;
			continue;
		}
		at += name.length;
		const step = part(value, into, layout.slice(at));
		if (!step) throw unlike(value, name);
		if (step.outOfRange) throw failed(`: ${step.outOfRange} out of range`);
		value = step.rest;
	}
	if (value !== "") throw failed(`: extra text: ${quoteBytes(value)}`);
	const moment = new Date(0);
	moment.setUTCFullYear(into.year, into.month, 0);
	if (into.day < 1 || into.day > moment.getUTCDate()) throw failed(": day out of range");
	moment.setUTCFullYear(into.year, into.month - 1, into.day);
	moment.setUTCHours(into.hour, into.minute - into.offsetMinutes, into.second);
	return BigInt(moment.getTime()) * 1_000_000n + into.nanosecond;
}
