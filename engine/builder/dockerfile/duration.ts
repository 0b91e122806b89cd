// Durations as Go writes and reads them: "1m30s".

import { invalidParameter } from "../../lib/errors";

const UNITS: ReadonlyMap<string, number> = new Map([
	["ns", 1],
	["us", 1e3],
	["µs", 1e3],
	["μs", 1e3],
	["ms", 1e6],
	["s", 1e9],
	["m", 60e9],
	["h", 3600e9],
]);

/** In nanoseconds. @throws EngineError invalidParameter */
export function parseDuration(text: string): number {
	const wrong = (why: string): Error => invalidParameter(`time: ${why} duration ${JSON.stringify(text)}`);
	let rest = text.replace(/^[+-]/, "");
	if (rest === "0") return 0;
	if (rest === "") throw wrong("invalid");
	let total = 0;
	while (rest !== "") {
		const number = /^(\d+\.?\d*|\.\d+)/.exec(rest)?.[0];
		if (number === undefined) throw wrong("invalid");
		const unit = /^[^.\d]*/.exec(rest.slice(number.length))![0];
		if (unit === "") throw wrong("missing unit in");
		if (!UNITS.has(unit)) throw wrong(`unknown unit ${JSON.stringify(unit)} in`);
		total += Number(number) * UNITS.get(unit)!;
		rest = rest.slice(number.length + unit.length);
	}
	return text.startsWith("-") ? -total : total;
}

/** 90000000000 → "1m30s" */
export function goDuration(nanoseconds: number): string {
	if (nanoseconds === 0) return "0s";
	const seconds = nanoseconds / 1e9;
	if (seconds < 1)
		return nanoseconds >= 1e6 ? `${nanoseconds / 1e6}ms` : nanoseconds >= 1e3 ? `${nanoseconds / 1e3}µs` : `${nanoseconds}ns`;
	const hours = Math.trunc(seconds / 3600);
	const minutes = Math.trunc((seconds % 3600) / 60);
	const rest = Number((seconds % 60).toFixed(9));
	return `${hours > 0 ? `${hours}h` : ""}${hours > 0 || minutes > 0 ? `${minutes}m` : ""}${rest}s`;
}
