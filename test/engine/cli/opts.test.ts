// The values that options take, against what docker's own parsers say of each.

import { describe, expect, it } from "vitest";
import { addFilter, encodeFilters, NO_FILTERS } from "../../../engine/cli/client/query";
import { checkExtraHost, parseLink } from "../../../engine/cli/opts/addresses";
import { Ignore, readIgnoreFile } from "../../../engine/cli/opts/dockerignore";
import { checkEnv, parseLines, resolveEnv } from "../../../engine/cli/opts/env";
import { absoluteSource, parseMount } from "../../../engine/cli/opts/mount";
import { parseNetwork } from "../../../engine/cli/opts/network";
import { parsePorts } from "../../../engine/cli/opts/ports";
import {
	normalizeCapabilities,
	parseCpus,
	parseDuration,
	parseRestartPolicy,
	showDuration,
} from "../../../engine/cli/opts/resources";
import { timestampOf } from "../../../engine/cli/opts/timestamp";
import { parseVolume } from "../../../engine/cli/opts/volume";
import recorded from "../../fixtures/cli-opts-oracle.json";
import recordedIgnore from "../../fixtures/dockerignore-oracle.json";
import { readOracle } from "../../support/oracle";

const oracle = readOracle("cli-opts-oracle.json", recorded);
const ignoreOracle = readOracle("dockerignore-oracle.json", recordedIgnore);

const CWD = "/cwd/command/container";
const outcome = <T>(act: () => T): { value?: T; error?: string } => {
	try {
		return { value: act() };
	} catch (error) {
		return { error: (error as Error).message };
	}
};
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));
const rows = (name: keyof typeof oracle) => oracle[name] as unknown as Array<Record<string, unknown> & { input: string }>;

describe("values of options", () => {
	it.each(rows("mount").map((row) => [row.input, row] as const))("--mount %s", (input, row) => {
		const { value, error } = outcome(() => parseMount(input));
		expect(error).toBe(row["error"]);
		if (value?.Source) value.Source = absoluteSource(value.Source, CWD);
		if (!error) expect(plain(value)).toEqual(row["mount"]);
	});
	it.each(rows("ports").map((row) => [row.input, row] as const))("-p %s", (input, row) => {
		// the long form is turned into the short one before; the record is of the short one
		if (input.includes("=")) return;
		const { value, error } = outcome(() => parsePorts([input]));
		expect(error).toBe(row["error"]);
		if (!error) expect(plain(value)).toEqual({ exposed: row["exposed"], bindings: row["bindings"] });
	});
	it.each(rows("volumeSpec").map((row) => [row.input, row] as const))("-v %s", (input, row) => {
		const { value, error } = outcome(() => parseVolume(input));
		expect(error).toBe(row["error"]);
		if (!error) expect(plain(value)).toEqual(row["volume"]);
	});
	it.each(rows("network").map((row) => [row.input, row] as const))("--network %s", (input, row) => {
		const { value, error } = outcome(() => parseNetwork(input));
		expect(error).toBe(row["error"]);
		if (!error) expect([plain(value)]).toEqual(row["networks"]);
	});
	it.each(rows("filter").map((row) => [row.input, row] as const))("--filter %s", (input, row) => {
		const { value, error } = outcome(() => encodeFilters(addFilter(input, NO_FILTERS)) ?? "");
		expect(error ?? null).toBe(row["error"]);
		if (!error) expect(value).toBe(row["json"]);
	});
	it.each(rows("extraHost").map((row) => [row.input, row] as const))("--add-host %s", (input, row) => {
		const { value = "", error } = outcome(() => checkExtraHost(input));
		expect(error ?? null).toBe(row["error"]);
		expect(value).toBe(row["value"]);
	});
	it.each(rows("link").map((row) => [row.input, row] as const))("--link %s", (input, row) => {
		const { value, error } = outcome(() => parseLink(input));
		expect(error ?? null).toBe(row["error"]);
		expect(value ?? { name: "", alias: "" }).toEqual({ name: row["name"], alias: row["alias"] });
	});
	it.each(rows("validateEnv").map((row) => [row.input, row] as const))("-e %s", (input, row) => {
		const { value = "", error } = outcome(() => resolveEnv([checkEnv(input)], { HO_SET: "from-env", HOME: "/root" })[0]);
		expect(error ?? null).toBe(row["error"]);
		expect(value).toBe(row["value"]);
	});
	it.each(rows("restartPolicy").map((row) => [row.input, row] as const))("--restart %s", (input, row) => {
		const { value, error } = outcome(() => parseRestartPolicy(input));
		expect(error ?? null).toBe(row["error"]);
		expect(value).toEqual({ Name: row["name"], MaximumRetryCount: row["max"] });
	});
	it.each(rows("capAdd").map((row) => [row.input, row] as const))("--cap-add %s", (input, row) => {
		expect(normalizeCapabilities([input])).toEqual(row["add"]);
	});
	it.each(rows("positiveDuration").map((row) => [row.input, row] as const))("a duration of %s", (input, row) => {
		const { value = 0, error } = outcome(() => parseDuration(input));
		const negative = value < 0 ? "duration cannot be negative" : null;
		expect(error ?? negative).toBe(row["error"]);
		expect(showDuration(value)).toBe(row["string"]);
	});
	it.each(oracle.envFile.map((row) => [row.file, row] as const))("--env-file with %s", (file, row) => {
		const content = file.startsWith("<70000 x>") ? `${"x".repeat(70000)}=1` : file;
		const lookup = (name: string) => (name === "HO_SET" ? "from-env" : undefined);
		const { value, error } = outcome(() => parseLines("<FILE>", content, lookup));
		expect(error ?? null).toBe(row.error);
		expect(value ?? []).toEqual(row.env ?? []);
	});
});

describe(".dockerignore", () => {
	it.each(ignoreOracle.read.map((row) => [row.file, row] as const))("read %j", (file, row) => {
		expect(readIgnoreFile(file)).toEqual(row.patterns ?? []);
	});
	it.each(ignoreOracle.match.map((row) => [row.patterns.join(" "), row] as const))("%s", (_name, row) => {
		const { value, error } = outcome(() => new Ignore(row.patterns));
		const wanted = (row as { error?: string | null }).error;
		if (wanted) expect(error).toBe(wanted);
		else
			for (const [path, ignored] of Object.entries(row.matchesOrParent ?? {}))
				expect([path, value?.ignores(path)]).toEqual([path, ignored]);
	});
});

describe("numbers and moments", () => {
	it.each([
		["1.5", 1_500_000_000],
		["0.000000001", 1],
		["1/2", 500_000_000],
		["2e-1", 200_000_000],
		["-1", -1_000_000_000],
	])("--cpus %s", (input, value) => expect(parseCpus(input)).toBe(value));
	it("refuses what is too fine, and what is no number", () => {
		expect(outcome(() => parseCpus("0.0000000001")).error).toBe("value is too precise");
		expect(outcome(() => parseCpus("x")).error).toBe("failed to parse x as a rational number");
	});
	it.each([
		["1h", "1767319445.000000000"],
		["2026-01-02T03:04:05Z", "1767323045.000000000"],
		["2026-01-02T03:04:05.25Z", "1767323045.250000000"],
		["2026-01-02", "1767312000.000000000"],
		["1767323045", "1767323045"],
	])("--since %s", (input, value) => expect(timestampOf(input, Date.UTC(2026, 0, 2, 3, 4, 5))).toBe(value));
});
