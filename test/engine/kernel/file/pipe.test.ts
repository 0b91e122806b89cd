// Pipes, UNIX sockets and loopback TCP against the kernel's own: recorded random calls on non-blocking ends (record-pipe.py).

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { FIONREAD, pointerTo } from "../../../../engine/kernel/file/ioctl";
import { close, pipe2 } from "../../../../engine/kernel/file/ops/descriptor";
import { ioctl, read, write } from "../../../../engine/kernel/file/ops/io";
import { poll } from "../../../../engine/kernel/file/ops/poll";
import * as sockets from "../../../../engine/kernel/file/ops/socket";
import type { PollFd } from "../../../../engine/sys";
import { outcome, type TestTask, testTask } from "./machine";

type Kind = "pipe" | "stream" | "dgram" | "seqpacket" | "tcp";
interface Case {
	seed: number;
	kind: Kind;
	steps: Array<{ do: [string, string, (number | [number, number])?]; is: unknown; poll: Record<string, number> }>;
}
const cases = JSON.parse(readFileSync(new URL("data/pipe.json", import.meta.url), "utf8")) as Case[];
const O_NONBLOCK = 0o4000;
const EVENTS = 1 | 2 | 4 | 0x2000;
const pattern = Uint8Array.from({ length: 1 << 17 }, (_, i) => (i * 7) & 255);

function openEnds(task: TestTask, kind: Kind): Record<string, number> {
	if (kind === "pipe") {
		const [r, w] = pipe2(task, O_NONBLOCK) as [number, number];
		return { r, w };
	}
	if (kind !== "tcp") {
		const [a, b] = sockets.socketpair(task, "unix", kind, O_NONBLOCK) as [number, number];
		return { a, b };
	}
	const listener = sockets.socket(task, "inet", "stream");
	expect(sockets.bind(task, listener, { family: "inet", address: "127.0.0.1", port: 0 })).toBe(0);
	expect(sockets.listen(task, listener, 5)).toBe(0);
	const a = sockets.socket(task, "inet", "stream");
	const address = sockets.getsockname(task, listener) as { family: "inet"; address: string; port: number };
	expect(sockets.connect(task, a, address)).toBe(0);
	const accepted = sockets.accept4(task, listener, O_NONBLOCK) as { fd: number };
	close(task, listener);
	task.files.get(a)!.flags |= O_NONBLOCK;
	return { a, b: accepted.fd };
}
const digest = (data: Uint8Array): [number, number] => [
	data.length,
	data.reduce((sum, c, i) => (sum + (i + 1) * c) % 1000003, 0),
];

function replay({ kind, steps }: Case): void {
	const task = testTask();
	const ends = openEnds(task, kind);
	const act = ([call, end, argument]: Case["steps"][number]["do"]): unknown => {
		const fd = ends[end]!;
		switch (call) {
			case "write": {
				const [from, count] = argument as [number, number];
				return outcome(write(task, fd, pattern.slice(from, from + count)));
			}
			case "read": {
				const result = outcome(read(task, fd, argument as number));
				return result instanceof Uint8Array ? digest(result) : result;
			}
			case "shutdown":
				return outcome(sockets.shutdown(task, fd, (["read", "write", "both"] as const)[argument as number]!));
			case "close":
				delete ends[end];
				return close(task, fd);
			default: {
				const into = new Int32Array(1);
				const result = outcome(ioctl(task, fd, FIONREAD, 0, pointerTo(new Uint8Array(into.buffer))));
				return typeof result === "string" ? result : into[0];
			}
		}
	};
	for (const [index, step] of steps.entries()) {
		const is = act(step.do);
		const names = Object.keys(ends);
		const polled = poll(
			task,
			names.map((name) => ({ fd: ends[name]!, events: EVENTS })),
			0,
		);
		const ready: Record<string, number> = {};
		expect(Array.isArray(polled)).toBe(true);
		for (const [i, { revents }] of (polled as PollFd[]).entries()) if (revents) ready[names[i]!] = revents;
		const where = `step ${index}: ${JSON.stringify(step.do)}`;
		expect({ where, is, poll: ready }).toEqual({ where, is: step.is, poll: step.poll });
	}
}

describe("pipes and sockets, as the kernel's", () => {
	test.each(cases.map((each) => [each.kind, each.seed, each] as const))("%s, seed %i", (_kind, _seed, each) => replay(each));
});
