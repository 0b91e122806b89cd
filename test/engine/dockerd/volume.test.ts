// -v and --mount as the API sends them; messages as a real dockerd words them (see data/baseline/cli/41).

import { describe, expect, test } from "vitest";
import { parseBind, parseMount, parseVolumesFrom } from "../../../engine/dockerd/volume/parse";

describe("binds", () => {
	test.for([
		["vol:/data", { Type: "volume", Name: "vol", Destination: "/data", RW: true, CopyData: true, Mode: "z" }],
		["vol:/data:ro", { Type: "volume", RW: false, Mode: "ro" }],
		["vol:/data:nocopy", { CopyData: false }],
		["/host/:/in//side/", { Type: "bind", Source: "/host", Destination: "/in/side", Propagation: "rprivate", CopyData: false }],
		["/host:/in:ro,rslave", { RW: false, Propagation: "rslave" }],
		["/anonymous", { Type: "volume", Name: "", Destination: "/anonymous", CopyData: true }],
	] as const)("%s", ([spec, expected]) => {
		expect(parseBind(spec)).toMatchObject(expected);
	});
	test.for([
		[
			"vol:relative",
			"invalid volume specification: 'vol:relative': invalid mount config for type \"volume\": invalid mount path: 'relative' mount path must be absolute",
		],
		[
			"/:/",
			"invalid volume specification: '/:/': invalid mount config for type \"bind\": invalid specification: destination can't be '/'",
		],
		["vol:/data:bogus", "invalid mode: bogus"],
		["vol:/data:rslave", "field BindOptions must not be specified"],
		["a:b:c:d", "invalid volume specification: 'a:b:c:d'"],
	] as const)("%s: %s", ([spec, message]) => {
		expect(() => parseBind(spec)).toThrow(message);
	});
});

describe("mounts", () => {
	test("a tmpfs with its size and mode", () => {
		const mount = { Type: "tmpfs", Target: "/t", TmpfsOptions: { SizeBytes: 1 << 20, Mode: 0o700 } };
		expect(parseMount(mount)).toMatchObject({ Type: "tmpfs", Destination: "/t", Options: "mode=700,size=1m" });
	});
	test.for([
		[{ Type: "bogus", Target: "/t" }, 'invalid mount config for type "bogus": mount type unknown'],
		[{ Type: "bind", Target: "/t" }, 'invalid mount config for type "bind": field Source must not be empty'],
		[{ Type: "volume", Target: "" }, 'invalid mount config for type "volume": field Target must not be empty'],
		[{ Type: "tmpfs", Source: "x", Target: "/t" }, 'invalid mount config for type "tmpfs": field Source must not be specified'],
	] as const)("%j: %s", ([mount, message]) => {
		expect(() => parseMount(mount)).toThrow(message);
	});
});

test("--volumes-from", () => {
	expect(parseVolumesFrom("web")).toEqual({ container: "web", mode: "rw" });
	expect(parseVolumesFrom("web:ro")).toEqual({ container: "web", mode: "ro" });
	expect(() => parseVolumesFrom("web:x")).toThrow("invalid mode: x");
});
