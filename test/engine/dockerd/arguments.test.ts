// dockerd's own command line.

import { describe, expect, test } from "vitest";
import { parseArguments } from "../../../engine/dockerd/arguments";

const PID = "/var/run/docker.pid";
const TABLE: Array<[string, string[], unknown]> = [
	["without -H", [], [{ unix: "/var/run/docker.sock" }]],
	["a UNIX socket", ["-H", "unix:///run/x.sock"], [{ unix: "/run/x.sock" }]],
	["the usual socket by its scheme alone", ["-H", "unix://"], [{ unix: "/var/run/docker.sock" }]],
	["a TCP address", ["--host=tcp://0.0.0.0:2376"], [{ address: "0.0.0.0", port: 2376 }]],
	["TCP's usual port, and the loopback", ["-H", "tcp://"], [{ address: "127.0.0.1", port: 2375 }]],
	["without a scheme", ["-H", "127.0.0.1:2375"], [{ address: "127.0.0.1", port: 2375 }]],
	["several", ["-Hunix://", "-H", "tcp://:1"], [{ unix: "/var/run/docker.sock" }, { address: "127.0.0.1", port: 1 }]],
];

describe("-H", () => {
	test.each(TABLE)("%s", (_, args, hosts) => expect(parseArguments(args)).toEqual({ kind: "serve", hosts, pidFile: PID }));
});

describe("what is refused", () => {
	test.each([
		[["--nothing"], "unknown flag: --nothing"],
		[["-X"], "unknown shorthand flag: 'X' in -X"],
		[["-H"], "flag needs an argument: -H"],
		[["-H", "ssh://there"], "unable to parse docker host `ssh://there`"],
		[["-H", "tcp://127.0.0.1:70000"], "unable to parse docker host `tcp://127.0.0.1:70000`"],
	])("%j", (args, words) => expect(() => parseArguments(args)).toThrow(words));
});
