// Moments and durations as Go reads them; the words are those of Go's package time.

import { describe, expect, test } from "vitest";
import { parseDuration, showDuration } from "../../../engine/lib/time/duration";
import { parseTime } from "../../../engine/lib/time/layout";
import { timestampOf } from "../../../engine/lib/time/timestamp";

const NOW = BigInt(Date.UTC(2026, 0, 2, 3, 4, 5)) * 1_000_000n;
const said = (act: () => unknown): unknown => {
	try {
		return act();
	} catch (error) {
		return (error as Error).message;
	}
};

test.each([
	["1h", "1767319445"],
	["-1s", "1767323046"],
	["1.5s", "1767323043"],
	["0", "0"],
	["99999999999", "99999999999"],
	["1767323045.5", "1767323045.5"],
	["2026-01-02T03:04:05Z", "1767323045.000000000"],
	["2026-01-02T03:04:05.25Z", "1767323045.250000000"],
	["2026-01-02T03:04:05+01:00", "1767319445.000000000"],
	["2026-01-02T03:04", "1767323040.000000000"],
	["2026-01-02T3", "1767322800.000000000"],
	["2026-01-02", "1767312000.000000000"],
	["", 'failed to parse value as time or duration: ""'],
	["yesterday", 'failed to parse value as time or duration: "yesterday"'],
	["-1", 'parsing time "-1" as "2006-01-02": cannot parse "-1" as "2006"'],
	["80-81/udp", 'parsing time "80-81/udp" as "2006-01-02": cannot parse "80-81/udp" as "2006"'],
	["2026-13-01", 'parsing time "2026-13-01": month out of range'],
	["2026-02-30", 'parsing time "2026-02-30": day out of range'],
	["2026-01-02T25", 'parsing time "2026-01-02T25": hour out of range'],
	["2026-1-2", 'parsing time "2026-1-2" as "2006-01-02": cannot parse "1-2" as "01"'],
	["2026-01-02x", 'parsing time "2026-01-02x": extra text: "x"'],
])("a moment %j", (text, value) => expect(said(() => timestampOf(text, NOW))).toBe(value));

describe("durations", () => {
	test.each([
		["1h30m", 5_400_000_000_000],
		["-1.5h", -5_400_000_000_000],
		["0", 0],
		[".5s", 500_000_000],
		["1µs", 1000],
		["", 'time: invalid duration ""'],
		["1", 'time: missing unit in duration "1"'],
		["1d", 'time: unknown unit "d" in duration "1d"'],
		[".s", 'time: invalid duration ".s"'],
		["9223372036854775808ns", 'time: invalid duration "9223372036854775808ns"'],
		["é", 'time: invalid duration "\\xc3\\xa9"'],
	])("%j", (text, value) => expect(said(() => parseDuration(text))).toBe(value));
	test.each([
		[0, "0s"],
		[1500, "1.5µs"],
		[90_000_000_000, "1m30s"],
		[3_600_000_000_000, "1h0m0s"],
	])("%d ns", (value, text) => expect(showDuration(value)).toBe(text));
});

test("a fraction of a second is read though the layout has none", () => {
	expect(parseTime("2006-01-02T15:04:05Z07:00", "1970-01-01T00:00:01,5-00:30")).toBe(1_801_500_000_000n);
});
