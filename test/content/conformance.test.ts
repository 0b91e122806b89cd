// The page of conformance: what the tests wrote down is whole, of suites that there are, and its reasons are known in both languages.

import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { REASONS_IN_KOREAN } from "../../content/conformance/reasons";
import { RECORD } from "../../content/conformance/record";
import { SUITES } from "../../content/conformance/suites";

describe("the record", () => {
	it("has suites that there are, each once, in their order", () => {
		const recorded = RECORD.map(({ id }) => id);
		expect(recorded).toEqual(SUITES.map(({ id }) => id).filter((id) => recorded.includes(id)));
		expect(recorded.length).toBeGreaterThan(5);
	});
	it.each(RECORD.map((suite) => [suite.id, suite] as const))("%s is well formed", (_, suite) => {
		expect(Object.keys(suite).sort()).toEqual(["all", "differences", "id", "same", "when", "whole", "with"]);
		expect(suite.when).toMatch(/^20\d\d-[01]\d-[0-3]\d$/);
		expect(suite.with).toMatch(/\w/);
		expect(suite.same).toBeGreaterThan(0);
		expect(suite.same).toBeLessThanOrEqual(suite.all);
		// what differs is told, each case with its reason
		expect(suite.differences.length === 0).toBe(suite.same === suite.all);
	});
	it("gives a Korean reason for each that there is", () => {
		const given = RECORD.flatMap((suite) => suite.differences).map(({ reason }) => reason);
		expect([...new Set(given)].filter((reason) => !(reason in REASONS_IN_KOREAN))).toEqual([]);
	});
});

it.each(SUITES.map(({ id, file }) => [id, file]))("%s is measured by a test that there is", (_, file) => {
	expect(existsSync(new URL(`../../${file}`, import.meta.url))).toBe(true);
});
