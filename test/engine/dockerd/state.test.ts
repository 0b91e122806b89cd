// States, restart policies, times and names of containers.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { RestartPolicy } from "../../../engine/api/container";
import { LEFT, RIGHT } from "../../../engine/dockerd/container/names";
import { humanStatus, newState, type StoredState, statusOf } from "../../../engine/dockerd/container/state";
import { translate } from "../../../engine/dockerd/daemon/failure";
import { backOff, shouldRestart } from "../../../engine/dockerd/daemon/restart-policy";
import { nanoseconds, rfc3339, ZERO_TIME } from "../../../engine/dockerd/time";
import { systemError } from "../../../engine/lib/errors";

const NOW = nanoseconds("2026-01-01T12:00:00Z");
const state = (given: Partial<StoredState>): StoredState => ({ ...newState(), ...given });

test.for([
	[{}, "created", "Created"],
	[{ Running: true, StartedAt: "2026-01-01T11:59:55Z" }, "running", "Up 5 seconds"],
	[{ Running: true, Paused: true, StartedAt: "2026-01-01T11:00:00Z" }, "paused", "Up About an hour (Paused)"],
	[
		{ Running: true, Restarting: true, ExitCode: 1, StartedAt: "2026-01-01T11:59:00Z", FinishedAt: "2026-01-01T11:59:58Z" },
		"restarting",
		"Restarting (1) 2 seconds ago",
	],
	[
		{ ExitCode: 137, StartedAt: "2026-01-01T11:00:00Z", FinishedAt: "2026-01-01T11:57:00Z" },
		"exited",
		"Exited (137) 3 minutes ago",
	],
	[{ Dead: true }, "dead", "Dead"],
	[{ RemovalInProgress: true }, "removing", "Removal In Progress"],
] as const)("%j is %s", ([given, status, words]) => {
	expect(statusOf(state(given))).toBe(status);
	expect(humanStatus(state(given), NOW)).toBe(words);
});

describe("restart policies", () => {
	const policy = (Name: RestartPolicy["Name"], MaximumRetryCount = 0): RestartPolicy => ({ Name, MaximumRetryCount });
	test.for([
		[policy("no"), 1, 0, false, false],
		[policy("always"), 0, 9, true, true],
		[policy("unless-stopped"), 1, 0, false, true],
		[policy("unless-stopped"), 1, 0, true, false],
		[policy("on-failure"), 0, 0, false, false],
		[policy("on-failure"), 1, 99, false, true],
		[policy("on-failure", 3), 1, 2, false, true],
		[policy("on-failure", 3), 1, 3, false, false],
	] as const)(
		"%j after %i with %i restarts, stopped by hand: %s",
		([one, code, RestartCount, HasBeenManuallyStopped, expected]) => {
			expect(shouldRestart(one, { RestartCount, HasBeenManuallyStopped }, code)).toBe(expected);
		},
	);
	test("the pause doubles up to a minute, and is short again after a steady run", () => {
		expect([0, 100, 200, 400, 51_200, 60_000].map((before) => backOff(before, 1))).toEqual([100, 200, 400, 800, 60_000, 60_000]);
		expect(backOff(60_000, 10)).toBe(100);
	});
});

describe("times", () => {
	test("RFC 3339 without trailing zeros, and back", () => {
		expect(rfc3339(1_795_317_718_482_795_225n)).toBe("2026-11-22T03:21:58.482795225Z");
		expect(rfc3339(1_795_317_718_500_000_000n)).toBe("2026-11-22T03:21:58.5Z");
		expect(nanoseconds("2026-11-22T03:21:58.5Z")).toBe(1_795_317_718_500_000_000n);
		expect(nanoseconds("2026-11-22T12:21:58.5+09:00")).toBe(1_795_317_718_500_000_000n);
		expect(nanoseconds(ZERO_TIME)).toBe(0n);
	});
});

test("the words of a failed start tell the exit code", () => {
	const code = (message: string) => translate(systemError(message)).code;
	expect(code('exec: "x": executable file not found in $PATH: unknown')).toBe(127);
	expect(code('exec: "/x": stat /x: no such file or directory: unknown')).toBe(127);
	expect(code('exec: "/etc": permission denied: unknown')).toBe(126);
	expect(code("out of cheese")).toBeUndefined();
});

test("the names are those of moby's generator", () => {
	const file = join(import.meta.dirname, "../../conformance/data/fixtures/namesgenerator.json");
	const { left, right } = JSON.parse(readFileSync(file, "utf8")) as { left: string[]; right: string[] };
	expect(LEFT).toEqual(left);
	expect(RIGHT).toEqual(right);
});
