// The panel of system calls: what is shown of them, and whose can be chosen.

import { expect, test } from "vitest";
import type { CallEvent } from "../../components/machine/store";
import { callLine, choices, processName, shownCalls } from "../../components/stage/calls/model";
import { callFilter } from "../../engine/boot/calls";
import type { ProcessInfo } from "../../engine/host/browser/facade";
import type { Process } from "../../engine/kernel/task";
import { Recorder } from "../../engine/trace/recorder";

const call = (seq: number, name: string, args: string[], result: string): CallEvent => ({
	type: "syscall",
	layer: "kernel",
	seq,
	time: seq,
	pid: 40,
	tid: 40,
	name,
	args,
	result,
	duration: 0.1,
});
const calls = [
	call(1, "openat", ["AT_FDCWD", '"/etc/passwd"', "O_RDONLY"], "3"),
	call(2, "openat", ["AT_FDCWD", '"/nothing"', "O_RDONLY"], "-1 ENOENT (No such file or directory)"),
	call(3, "exit_group", ["0"], "?"),
];

test("a call as one would write it", () => {
	expect(callLine(calls[0]!)).toBe('openat(AT_FDCWD, "/etc/passwd", O_RDONLY)');
});
test.each([
	["all", { text: "", onlyErrors: false }, [1, 2, 3]],
	["a name", { text: "OpenAt", onlyErrors: false }, [1, 2]],
	["an argument", { text: "passwd", onlyErrors: false }, [1]],
	["failures", { text: "", onlyErrors: true }, [2]],
])("shown: %s", (_name, filter, expected) => {
	expect(shownCalls(calls, filter).map(({ seq }) => seq)).toEqual(expected);
});

const process = (pid: number, cgroup: string, nspids: number[], argv: string[]): ProcessInfo => ({
	pid,
	ppid: 1,
	nspids,
	uid: 0,
	state: "S",
	argv,
	native: false,
	cgroup,
	namespaces: {},
});
test("processes of containers stand apart, with both their numbers", () => {
	const nginx = process(40, "/docker/4f", [40, 1], ["/usr/sbin/nginx", "-g"]);
	const shell = process(9, "/", [9], ["-sh"]);
	expect(choices([shell, nginx])).toEqual({ containers: [nginx], host: [shell] });
	expect([nginx, shell].map(processName)).toEqual(["40 (1) nginx -g", "9 -sh"]);
});
test("a process is watched with its descendants, all containers by their cgroup", () => {
	const parent = { pid: 9, cgroup: "/" } as Process;
	const child = { pid: 12, cgroup: "/docker/4f", parent } as Process;
	expect(callFilter(null)).toBeUndefined();
	expect([parent, child].map(callFilter({ of: "process", pid: 9 })!)).toEqual([true, true]);
	expect([parent, child].map(callFilter({ of: "process", pid: 12 })!)).toEqual([false, true]);
	expect([parent, child].map(callFilter({ of: "containers" })!)).toEqual([false, true]);
});
test("a flood of system calls pushes nothing else out of the trace", () => {
	const recorder = new Recorder(() => 0, 100);
	recorder.emit("cli", { type: "cli.exit", pid: 1, code: 0 });
	for (let i = 0; i < 1000; i++) recorder.emit("kernel", { ...calls[0]!, type: "syscall" });
	const kept = recorder.since();
	expect(kept[0]).toMatchObject({ type: "cli.exit", seq: 1 });
	expect(kept.length).toBeLessThan(130);
	expect(kept.map(({ seq }) => seq)).toEqual(kept.map(({ seq }) => seq).sort((a, b) => a - b));
});
