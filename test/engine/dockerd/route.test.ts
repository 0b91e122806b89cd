// Routes, versions, file modes, and -c of commit and import.

import { describe, expect, test } from "vitest";
import { compareVersions } from "../../../engine/api/version";
import { goFileMode } from "../../../engine/dockerd/archive/filemode";
import { applyChanges } from "../../../engine/dockerd/image/changes";
import { compile, type Handler, splitVersion } from "../../../engine/dockerd/router/route";

const handler: Handler = async () => {};

describe("routes", () => {
	const find = compile([
		["GET", "/images/json", handler],
		["GET", "/images/{name*}/json", handler],
		["DELETE", "/images/{name*}", handler],
		["GET", "/containers/{id}/json", handler],
	]);
	test.for([
		["GET", "/images/json", {}],
		["GET", "/images/localhost:5000/a/b:c/json", { name: "localhost:5000/a/b:c" }],
		["DELETE", "/images/a/b", { name: "a/b" }],
		["GET", "/containers/x/json", { id: "x" }],
	] as const)("%s %s", ([method, path, params]) => {
		expect(find(method, path).params).toEqual(params);
	});
	test.for([
		["GET", "/containers/x/y/json"],
		["POST", "/images/json"],
		["GET", "/nosuch"],
	] as const)("%s %s is no page", ([method, path]) => {
		expect(() => find(method, path)).toThrow("page not found");
	});
});

test("versions in paths, and their order", () => {
	expect(splitVersion("/v1.44/info")).toEqual({ version: "1.44", path: "/info" });
	expect(splitVersion("/info").path).toBe("/info");
	expect(compareVersions("1.9", "1.24")).toBeLessThan(0);
	expect(compareVersions("1.52", "1.52")).toBe(0);
	expect(compareVersions("2.0", "1.99")).toBeGreaterThan(0);
});

test.for([
	[0o100644, 0o644],
	[0o040755, 0x80000000 + 0o755],
	[0o120777, 0x08000000 + 0o777],
	[0o020666, 0x04200000 + 0o666],
	[0o104755, 0x00800000 + 0o755],
	[0o041777, 0x80000000 + 0x00100000 + 0o777],
] as const)("st_mode %i is Go's %i", ([mode, expected]) => {
	expect(goFileMode(mode)).toBe(expected);
});

describe("changes", () => {
	const config = applyChanges({ Env: ["A=1", "B=2"] }, [
		'CMD ["cat","/new"]',
		'ENV A=b C="two words"',
		"EXPOSE 80 53/udp",
		"LABEL l=m",
		"USER 1000",
		"WORKDIR /srv\nVOLUME /data",
	]);
	test("are instructions applied in order", () => {
		expect(config).toEqual({
			Env: ["A=b", "B=2", "C=two words"],
			Cmd: ["cat", "/new"],
			ExposedPorts: { "80/tcp": {}, "53/udp": {} },
			Labels: { l: "m" },
			User: "1000",
			WorkingDir: "/srv",
			Volumes: { "/data": {} },
		});
	});
	test("the shell's form", () => {
		expect(applyChanges({}, ["CMD echo hi"]).Cmd).toEqual(["/bin/sh", "-c", "echo hi"]);
	});
	test("others are refused", () => {
		expect(() => applyChanges({}, ["RUN true"])).toThrow("run is not a valid change command");
	});
});
