// Recorded from docker/go-units.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { messageOf } from "../../../engine/lib/errors";
import { bytesSize, fromHumanSize, humanDuration, humanSize, parseUlimit, ramInBytes } from "../../../engine/lib/units";
import { readOracle } from "../../support/oracle";

const recorded = JSON.parse(readFileSync(new URL("data/units-oracle.json", import.meta.url), "utf8"));
const oracle = readOracle("units-oracle.json", recorded);
const attempt = <T>(run: () => T) => {
	try {
		return { value: run(), error: null };
	} catch (error) {
		return { value: -1, error: messageOf(error) };
	}
};

describe("units", () => {
	it.each(oracle.size as Array<{ input: number; humanSize: string; bytesSize: string; prec3: string }>)(
		"size $input",
		({ input, humanSize: human, bytesSize: binary, prec3 }) => {
			expect([humanSize(input), bytesSize(input), humanSize(input, 3)]).toEqual([human, binary, prec3]);
		},
	);
	it.each(oracle.duration as Array<{ seconds: number; humanDuration: string }>)(
		"duration $seconds",
		({ seconds, humanDuration: words }) => {
			expect(humanDuration(seconds)).toBe(words);
		},
	);
	it.each(oracle.parse as Array<Record<"input" | "fromHumanSize" | "fromError" | "ramInBytes" | "ramError", string>>)(
		"parse $input",
		(row) => {
			expect(attempt(() => fromHumanSize(row.input))).toEqual({ value: row.fromHumanSize, error: row.fromError });
			expect(attempt(() => ramInBytes(row.input))).toEqual({ value: row.ramInBytes, error: row.ramError });
		},
	);
	it.each(oracle.ulimit as Array<{ input: string; error?: string }>)("ulimit $input", ({ input, error, ...limits }) => {
		expect(attempt(() => parseUlimit(input))).toEqual(error ? { value: -1, error } : { value: limits, error: null });
	});
});
