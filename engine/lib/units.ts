// Sizes and durations in words, as docker/go-units writes and reads them.

import { invalidParameter } from "./errors";
import { goQuote } from "./quote";
import { precise } from "./round";

const DECIMAL = ["B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"];
const BINARY = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"];

/** Go's %.Ng: at most N significant digits, no trailing zeros, an exponent of at least two digits where it needs one. */
export function formatG(value: number, precision: number): string {
	const text = precise(value, precision);
	const [digits, exponent] = text.split("e") as [string, string?];
	const short = digits.includes(".") ? digits.replace(/\.?0+$/, "") : digits;
	return exponent === undefined ? short : `${short}e${exponent[0]}${exponent.slice(1).padStart(2, "0")}`;
}

function scaled(size: number, base: number, units: string[]): [number, string] {
	let unit = 0;
	while (size >= base && unit < units.length - 1) {
		size /= base;
		unit++;
	}
	return [size, units[unit]!];
}

/** 1982375 → "1.982MB" */
export function humanSize(size: number, precision = 4): string {
	const [value, unit] = scaled(size, 1000, DECIMAL);
	return formatG(value, precision) + unit;
}
/** 1982375 → "1.891MiB" */
export function bytesSize(size: number): string {
	const [value, unit] = scaled(size, 1024, BINARY);
	return formatG(value, 4) + unit;
}

/** "32kB" → 32000. @throws EngineError invalidParameter */
export const fromHumanSize = (text: string): number => parseSize(text, 1000);
/** "32k" → 32768. @throws EngineError invalidParameter */
export const ramInBytes = (text: string): number => parseSize(text, 1024);

function parseSize(text: string, base: number): number {
	const end = Math.max(...[..."0123456789. "].map((character) => text.lastIndexOf(character)));
	if (end < 0) throw invalidParameter(`invalid size: '${text}'`);
	const number = text.slice(0, text[end] === " " ? end : end + 1);
	const suffix = text.slice(end + 1);
	const size = parseFloat64(number);
	if (size < 0) throw invalidParameter(`invalid size: '${text}'`);
	if (suffix === "") return Math.trunc(size);
	const lower = suffix.length > 3 ? suffix : suffix.toLowerCase();
	const match = /^(?:b|([kmgtp])(?:b|ib)?)$/.exec(lower);
	if (!match) throw invalidParameter(`invalid suffix: '${lower}'`);
	return Math.trunc(size * base ** (match[1] ? "kmgtp".indexOf(match[1]) + 1 : 0));
}

function parseFloat64(text: string): number {
	if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) {
		throw invalidParameter(`strconv.ParseFloat: parsing ${goQuote(text)}: invalid syntax`);
	}
	if (Number(text) === Number.POSITIVE_INFINITY)
		throw invalidParameter(`strconv.ParseFloat: parsing ${goQuote(text)}: value out of range`);
	return Number(text) + 0;
}

/** How long something took or is ago: "About a minute", "3 weeks". */
export function humanDuration(seconds: number): string {
	const whole = Math.trunc(seconds);
	if (whole < 1) return "Less than a second";
	if (whole === 1) return "1 second";
	if (whole < 60) return `${whole} seconds`;
	const minutes = Math.trunc(seconds / 60);
	if (minutes === 1) return "About a minute";
	if (minutes < 60) return `${minutes} minutes`;
	const hours = Math.trunc(seconds / 3600 + 0.5);
	if (hours === 1) return "About an hour";
	if (hours < 48) return `${hours} hours`;
	if (hours < 24 * 7 * 2) return `${Math.trunc(hours / 24)} days`;
	if (hours < 24 * 30 * 2) return `${Math.trunc(hours / 24 / 7)} weeks`;
	if (hours < 24 * 365 * 2) return `${Math.trunc(hours / 24 / 30)} months`;
	return `${Math.trunc(Math.trunc(seconds / 3600) / 24 / 365)} years`;
}

export interface Ulimit {
	name: string;
	soft: number;
	hard: number;
}
const ULIMITS = new Set(
	"core cpu data fsize locks memlock msgqueue nice nofile nproc rss rtprio rttime sigpending stack".split(" "),
);

/** "nofile=512:1024". @throws EngineError invalidParameter */
export function parseUlimit(text: string): Ulimit {
	const equals = text.indexOf("=");
	if (equals < 0) throw invalidParameter(`invalid ulimit argument: ${text}`);
	const name = text.slice(0, equals);
	if (!ULIMITS.has(name)) throw invalidParameter(`invalid ulimit type: ${name}`);
	const limits = text.slice(equals + 1).split(":");
	if (limits.length > 2) {
		const value = text.slice(equals + 1);
		throw invalidParameter(`too many limit value arguments - ${value}, can only have up to two, \`soft[:hard]\``);
	}
	const explicit = limits[1] === undefined ? undefined : parseInt64(limits[1]);
	const soft = parseInt64(limits[0]!);
	const hard = explicit ?? soft;
	const order = "ulimit soft limit must be less than or equal to hard limit";
	if (hard !== -1 && soft === -1) throw invalidParameter(`${order}: soft: -1 (unlimited), hard: ${hard}`);
	if (hard !== -1 && soft > hard) throw invalidParameter(`${order}: ${soft} > ${hard}`);
	return { name, soft, hard };
}

function parseInt64(text: string): number {
	if (!/^[+-]?\d+$/.test(text)) {
		throw invalidParameter(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
	}
	return Number(text);
}
