// The values that options take, beyond those recorded from docker's own parsers (test/conformance/oracles).

import { describe, expect, it } from "vitest";
import { containerRow } from "../../../engine/cli/format/container-row";
import { IMAGE_HEADERS, imageFormat, imageRows } from "../../../engine/cli/format/image-row";
import { renderTable } from "../../../engine/cli/format/table";
import { ellipsis } from "../../../engine/cli/format/text";
import { cellWidth } from "../../../engine/cli/format/width";
import { checkIPAddress, parseIP } from "../../../engine/cli/opts/addresses";
import { checkLabel } from "../../../engine/cli/opts/env";
import { parseMount } from "../../../engine/cli/opts/mount";
import { parseNetwork } from "../../../engine/cli/opts/network";
import { isCdiName, parseCpus } from "../../../engine/cli/opts/resources";

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

describe("values as docker 29 takes them", () => {
	it.each([
		["type=bind, src=/a,dst=/b", "invalid option 'src' in ' src=/a': option should not have whitespace"],
		["type=bind,src=,dst=/b", "invalid value for 'src': value is empty"],
		["type=bind,src=/a ,dst=/b", "invalid value for 'src' in 'src=/a ': value should not have whitespace"],
		["type=bind,src=/a,dst=/b,ro=TRUE", "invalid value for ro: TRUE"],
		["type=bind,src=/a,dst=/b,bind-nonrecursive", "bind-nonrecursive is deprecated, use bind-recursive=disabled instead"],
	])("--mount %s is refused", (text, error) => expect(outcome(() => parseMount(text))).toEqual({ error }));
	it("--mount passes over a label and an option of the driver that have no name", () =>
		expect(parseMount("dst=/b,volume-label==x,volume-opt==y").VolumeOptions).toEqual({ DriverConfig: {} }));
	it.each([
		["Fe80:0:0::0001", "fe80::1"],
		[" ::ffff:10.0.0.1 ", "10.0.0.1"],
	])("addresses are written in one way: %s", (given, address) => {
		expect(checkIPAddress(given)).toBe(address);
		expect(parseIP(given)).toBe(address);
	});
	it("and so are those of a network", () => expect(parseNetwork("name=n,ip6=FD00:0::0A").IPv6Address).toBe("fd00::a"));
	it.each([
		["a b=c", "label 'a b' contains whitespaces"],
		["a =c", "label 'a ' contains whitespaces"],
		[" =c", "invalid label ' =c': empty name"],
	])("-l %j is refused", (text, error) => expect(outcome(() => checkLabel(text))).toEqual({ error }));
	it.each([
		["nvidia.com/gpu=0", true],
		["a/b=c:d", true],
		["/dev/snd:/dev/x", false],
		["a/b=", false],
		["1a/b=c", false],
	])("--device %s: is it a name that CDI knows? %s", (text, known) => expect(isCdiName(text)).toBe(known));
	it.each([
		[{ os: "linux", architecture: "arm", variant: "v7" }, "linux/arm/v7", { architecture: "arm", os: "linux", variant: "v7" }],
		[{ os: "", architecture: "" }, "unknown", { architecture: "", os: "" }],
	])("ps shows the platform %j as %s, and in JSON whole", (platform, text, json) => {
		const container = { Id: "", Names: [], Image: "", ImageID: "", Command: "", Created: 0, Ports: [], Labels: null, State: "" };
		const rows = [containerRow({ ...container, Status: "", ImageManifestDescriptor: { platform } }, true, 0)];
		const shown = (format: string): string => renderTable({ format, headers: {}, rows });
		expect(shown("{{.Platform}}")).toBe(`${text}\n`);
		expect(JSON.parse(shown("json")).Platform).toEqual(json);
	});
});

it("an image of which nobody says when it was made has no age", () => {
	const image = {
		Id: "i",
		RepoTags: ["a:b"],
		RepoDigests: null,
		Created: -62_135_596_800,
		Size: 0,
		SharedSize: 0,
		Containers: 0,
	};
	const rows = imageRows([image], { format: "", trunc: true, digests: false, now: 0 });
	const shown = (format: string): string => renderTable({ format, headers: IMAGE_HEADERS, rows });
	expect(shown(imageFormat("table", false, false)).split("\n")[1]).toMatch(/ N\/A +0B$/);
	expect(shown("{{.CreatedSince}}|{{.CreatedAt}}")).toBe("|0001-01-01 00:00:00 +0000 UTC\n");
});

describe("columns of a terminal", () => {
	it.each([
		["plain", 5],
		["안녕 a", 6],
		["\u1112\u1161\u11ab", 2],
		["e\u0301", 1],
		["🐳⌚☂", 5],
		["👨‍👩‍👧", 2],
		["🇰🇷", 1],
		["ｶﾅカナ", 6],
		["…─①", 3],
	])("%s takes %d in a table", (text, columns) => expect(cellWidth(text)).toBe(columns));
	it.each([
		["안녕하세요", 10, "안녕하세요"],
		["안녕하세요", 9, "안녕하세…"],
		["안녕하세요", 8, "안녕하…"],
		["안녕", 2, "안녕"],
		["안녕", 1, "안"],
		["", 1, ""],
		["abc", 2, "a…"],
	])("%s cut to %d is %s", (text, columns, shown) => expect(ellipsis(text, columns)).toBe(shown));
});
