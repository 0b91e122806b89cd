// Durations as Go's package time reads and writes them: "1m30s".

import { utf8 } from "../bytes";
import { invalidParameter } from "../errors";

const UNITS: ReadonlyMap<string, bigint> = new Map([
	["ns", 1n],
	["us", 1_000n],
	["µs", 1_000n],
	["μs", 1_000n],
	["ms", 1_000_000n],
	["s", 1_000_000_000n],
	["m", 60_000_000_000n],
	["h", 3_600_000_000_000n],
]);
const LARGEST = 2n ** 63n;

/** As time.ParseDuration: nanoseconds. @throws EngineError invalidParameter, in Go's words */
export function parseDuration(text: string): number {
	const wrong = (why: string): Error => invalidParameter(`time: ${why} duration ${quoteBytes(text)}`);
	let rest = text.replace(/^[+-]/, "");
	if (rest === "0") return 0;
	if (rest === "") throw wrong("invalid");
	let total = 0n;
	while (rest !== "") {
		const [number, whole = "", fraction = ""] = /^(\d*)\.?(\d*)/.exec(rest)!;
		if (whole + fraction === "") throw wrong("invalid");
		const unit = /^[^.\d]*/.exec(rest.slice(number.length))![0];
		if (unit === "") throw wrong("missing unit in");
		const scale = UNITS.get(unit);
		if (scale === undefined) throw wrong(`unknown unit ${quoteBytes(unit)} in`);
		total += BigInt(whole || "0") * scale + (BigInt(fraction || "0") * scale) / 10n ** BigInt(fraction.length);
		if (total > LARGEST) throw wrong("invalid");
		rest = rest.slice(number.length + unit.length);
	}
	if (text.startsWith("-")) return -Number(total);
	if (total === LARGEST) throw wrong("invalid");
	return Number(total);
}

/** Quoted as package time does, which knows bytes and no characters. */
export function quoteBytes(text: string): string {
	const shown = [...utf8(text)].map((byte) =>
		byte >= 0x80 || byte < 0x20 ? `\\x${byte.toString(16).padStart(2, "0")}` : String.fromCharCode(byte).replace(/["\\]/, "\\$&"),
	);
	return `"${shown.join("")}"`;
}

/** As time.Duration's String: 90000000000 → "1m30s". */
export function showDuration(nanoseconds: number): string {
	if (nanoseconds === 0) return "0s";
	const sign = nanoseconds < 0 ? "-" : "";
	const value = Math.abs(nanoseconds);
	if (value < 1e3) return `${sign}${value}ns`;
	if (value < 1e6) return `${sign}${value / 1e3}µs`;
	if (value < 1e9) return `${sign}${value / 1e6}ms`;
	const hours = Math.floor(value / 3600e9);
	const minutes = Math.floor((value % 3600e9) / 60e9);
	const seconds = (value % 60e9) / 1e9;
	return `${sign}${hours ? `${hours}h` : ""}${hours || minutes ? `${minutes}m` : ""}${seconds}s`;
}
