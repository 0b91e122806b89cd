// The values that options take, beyond those recorded from docker's own parsers (test/conformance/oracles).

import { describe, expect, it } from "vitest";
import { parseCpus } from "../../../engine/cli/opts/resources";

const outcome = <T>(act: () => T): { value?: T; error?: string } => {
	try {
		return { value: act() };
	} catch (error) {
		return { error: (error as Error).message };
	}
};

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
});
