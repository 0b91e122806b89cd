// The values that options take, beyond those recorded from docker's own parsers (test/conformance/oracles).

import { describe, expect, it } from "vitest";
import { containerRow } from "../../../engine/cli/format/container-row";
import { renderTable } from "../../../engine/cli/format/table";
import { parseMount } from "../../../engine/cli/opts/mount";
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

describe("what came with docker 29.7", () => {
	it.each([
		["bind-create-src", true],
		["bind-create-src=1", true],
		["bind-create-src=false", false],
	])("--mount type=bind,src=/a,dst=/b,%s", (option, CreateMountpoint) =>
		expect(parseMount(`type=bind,src=/a,dst=/b,${option}`)).toEqual({
			Type: "bind",
			Source: "/a",
			Target: "/b",
			BindOptions: { CreateMountpoint },
		}),
	);
	it.each([
		[{ Status: "starting" }, "Up 1 second", "starting"],
		[{ Status: "none" }, "Up 1 second", ""],
		[undefined, "Up 2 minutes (health: starting)", "starting"],
		[undefined, "Up 2 minutes (unhealthy)", "unhealthy"],
		[undefined, "Up 2 minutes (Paused)", ""],
		[undefined, "Exited (0) 2 minutes ago", ""],
	])("ps --format {{.HealthStatus}} of %j and %j is %j", (Health, Status, shown) => {
		const container = { Id: "", Names: [], Image: "", ImageID: "", Command: "", Created: 0, Ports: [], Labels: null, State: "" };
		const format = "{{.HealthStatus}}";
		const rows = [containerRow({ ...container, Health, Status }, true, 0)];
		expect(renderTable({ format, headers: {}, rows })).toBe(`${shown}\n`);
	});
});
