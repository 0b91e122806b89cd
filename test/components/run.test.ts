// The Run picture: which events are a command's own, and where they stand.

import { expect, describe as group, test } from "vitest";
import { describe, wireOf } from "../../components/stage/run/describe";
import { nearestStep, readableTime, runLayout } from "../../components/stage/run/layout";
import { commandLine, commandsOf, stepsOf } from "../../components/stage/run/model";
import { trace, traced } from "./sample";

const [run, ps] = commandsOf(trace);
if (!run || !ps) throw new Error("the sample has two commands");
const steps = stepsOf(trace, run);

group("commandsOf", () => {
	test("each command, with its exit code once it has ended", () => {
		expect(commandsOf(trace).map((command) => [commandLine(command), command.exit])).toEqual([
			["docker run -it busybox sh", 0],
			["docker ps", undefined],
		]);
	});
});

group("stepsOf", () => {
	test("begins with the command and ends with its exit", () => {
		expect(steps[0]?.type).toBe("cli.command");
		expect(steps.at(-1)?.type).toBe("cli.exit");
	});
	test("what the pages ask of the daemon is not the command's", () => {
		expect(steps.some((event) => event.type === "http.request" && event.method === "GET")).toBe(false);
		expect(steps.some((event) => event.type === "http.response" && event.id === 90)).toBe(false);
		expect(steps.some((event) => event.type === "http.response" && event.id === 1)).toBe(true);
	});
	test("a layer's pieces are one step", () => {
		expect(
			steps.filter((event) => event.type === "pull.layer").map((event) => event.type === "pull.layer" && event.state),
		).toEqual(["downloading", "done"]);
	});
	test("what the learner does in the container is not how the container came to be", () => {
		expect(steps.some((event) => event.type === "process.fork" && event.pid === 50)).toBe(false);
		expect(steps.some((event) => event.type === "process.fork" && event.pid === 41)).toBe(true);
	});
	test("a command that still runs has no end yet", () => {
		expect(stepsOf(trace, ps).map(({ type }) => type)).toEqual(["cli.command"]);
	});
});

group("runc by hand", () => {
	const made = traced(
		[1, "kernel", { type: "process.exec", pid: 9, path: "/usr/bin/runc", argv: ["runc", "run", "mine"] }],
		[2, "runc", { type: "runc", verb: "create", container: "mine", pid: 9 }],
		[3, "kernel", { type: "process.fork", pid: 10, parent: 9, nspid: 1, flags: ["CLONE_NEWPID"] }],
		[4, "kernel", { type: "process.exec", pid: 10, path: "/usr/bin/runc", argv: ["runc", "init"] }],
		[5, "runc", { type: "runc.step", container: "mine", step: "pivot_root" }],
		[6, "kernel", { type: "process.exec", pid: 10, path: "/bin/sh", argv: ["sh"] }],
		[7, "kernel", { type: "process.fork", pid: 11, parent: 10, nspid: 2, flags: [] }],
		[8, "kernel", { type: "mount", pid: 10, source: "a", target: "/a", fstype: "tmpfs", flags: [] }],
		[9, "kernel", { type: "process.exit", pid: 10, code: 3 }],
		[10, "kernel", { type: "process.exit", pid: 9, code: 3 }],
		[
			11,
			"kernel",
			{
				type: "process.exec",
				pid: 12,
				path: "/usr/bin/runc",
				argv: ["runc", "--log", "l", "--log-format", "json", "state", "x"],
			},
		],
	);
	test("is a command as docker is; what the shim calls is not", () => {
		expect(commandsOf(made).map((command) => [commandLine(command), command.exit])).toEqual([["runc run mine", 3]]);
	});
	test("its way is that to the program, and what the learner does there is not", () => {
		const [command] = commandsOf(made);
		expect(stepsOf(made, command!).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 9, 10]);
	});
});

group("runLayout", () => {
	const layout = runLayout(steps, { width: 600, height: 400 });
	test("lanes from top to bottom in the way a command goes, only those it went through", () => {
		expect(layout.lanes.map(({ layer }) => layer)).toEqual([
			"cli",
			"api",
			"dockerd",
			"containerd",
			"registry",
			"shim",
			"kernel",
			"fs",
		]);
		expect(layout.lanes.map(({ y }) => y)).toEqual([...layout.lanes.map(({ y }) => y)].sort((a, b) => a - b));
	});
	test("time goes from left to right, and no step hides another", () => {
		const xs = layout.steps.map(({ x }) => x);
		for (let index = 1; index < xs.length; index++) expect(xs[index]! - xs[index - 1]!).toBeGreaterThanOrEqual(13);
		expect(xs.at(-1)).toBeLessThanOrEqual(layout.width);
	});
	test("a pause of seconds is not a gap of seconds", () => {
		const [before, after] = [layout.steps.at(-4)!, layout.steps.at(-3)!];
		expect(after.event.time - before.event.time).toBeGreaterThan(3000);
		expect(after.x - before.x).toBeLessThan(100);
	});
	test("each event stands in its lane", () => {
		for (const { event, y } of layout.steps) expect(layout.lanes.find(({ layer }) => layer === event.layer)?.y).toBe(y);
	});
	test("the way up to a step ends there", () => {
		expect(layout.path(0)).toBe(`M${layout.steps[0]!.x} ${layout.steps[0]!.y}`);
		expect(layout.path(2).endsWith(`H${layout.steps[2]!.x}`)).toBe(true);
	});
	test("what is pressed is the nearest step", () => {
		for (const [index, { x }] of layout.steps.entries()) expect(nearestStep(layout, x + 1)).toBe(index);
	});
	test("times are written where they do not touch", () => {
		for (let index = 1; index < layout.ticks.length; index++)
			expect(layout.ticks[index]!.x - layout.ticks[index - 1]!.x).toBeGreaterThanOrEqual(74);
		const times = layout.ticks.map(({ at }) => readableTime(at));
		expect(times.filter((time, index) => time === times[index - 1])).toEqual([]);
	});
	test("one event alone has a place", () => {
		const alone = runLayout(steps.slice(0, 1), { width: 300, height: 100 });
		expect(Number.isFinite(alone.steps[0]!.x)).toBe(true);
	});
});

group("describe", () => {
	test("every event of the sample has a sentence in each language", () => {
		for (const event of trace) {
			const { ko, en } = describe(event);
			expect(ko).not.toBe("");
			expect(en).not.toBe("");
			expect(ko).not.toMatch(/undefined|\(를\)|\(가\)/);
			expect(en).not.toMatch(/undefined/);
		}
	});
	test("the bytes on the wire can be read", () => {
		expect(wireOf(trace[2]!)).toBe('POST /v1.51/containers/create\n\n{\n  "Image": "busybox"\n}');
	});
});

test.each([
	[0.04, "0.0 ms"],
	[9.96, "10.0 ms"],
	[12.4, "12 ms"],
	[1234, "1.23 s"],
	[61_000, "61.0 s"],
])("readableTime(%d) is %s", (ms, text) => {
	expect(readableTime(ms)).toBe(text);
});
