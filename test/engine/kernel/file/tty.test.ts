// The line discipline against the kernel's own: recorded cases of random keys, output and settings (record-tty.py).

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { FileDescription } from "../../../../engine/kernel/file/description";
import { FIONREAD, plainArgument, pointerTo, TCFLSH, TCSETS } from "../../../../engine/kernel/file/ioctl";
import { TerminalFile } from "../../../../engine/kernel/file/tty/file";
import { Pty, PtyMaster } from "../../../../engine/kernel/file/tty/pty";
import { encodeTermios } from "../../../../engine/kernel/file/tty/termios";
import { base64, bytes, outcome, testTask } from "./machine";

type Settings = { iflag: number; oflag: number; lflag: number; cc: number[] };
type Step = { do: [string, (string | number | Settings)?]; is: string | number; out: string };
interface Case {
	seed: number;
	steps: Step[];
}
const cases = JSON.parse(readFileSync(new URL("data/tty.json", import.meta.url), "utf8")) as Case[];
const O_RDWR = 2;
const O_NONBLOCK = 0o4000;

function replay({ steps }: Case): void {
	const task = testTask();
	const pty = new Pty(task.kernel, 0, 0, () => {});
	const master = new FileDescription(new PtyMaster(pty, undefined), O_RDWR | O_NONBLOCK).hold();
	const slave = new FileDescription(new TerminalFile(pty.terminal), O_RDWR | O_NONBLOCK).hold();
	const act = ([name, argument]: Step["do"]): string | number => {
		switch (name) {
			case "type":
				return outcome(master.operations.write(master, task, bytes(argument as string)));
			case "write":
				return outcome(slave.operations.write(slave, task, bytes(argument as string)));
			case "read": {
				const into = new Uint8Array(argument as number);
				const result = outcome(slave.operations.read(slave, task, into));
				return typeof result === "number" ? base64(into.subarray(0, result)) : result;
			}
			case "set": {
				const { cc, ...flags } = argument as Settings;
				const image = encodeTermios({ ...flags, cflag: 0o277, cc: Uint8Array.from(cc) });
				return outcome(slave.operations.ioctl(slave, task, TCSETS, pointerTo(image)));
			}
			case "pending": {
				const into = new Int32Array(1);
				slave.operations.ioctl(slave, task, FIONREAD, pointerTo(new Uint8Array(into.buffer)));
				return into[0]!;
			}
			default:
				return outcome(slave.operations.ioctl(slave, task, TCFLSH, plainArgument(argument as number)));
		}
	};
	for (const [index, step] of steps.entries()) {
		const is = act(step.do);
		const into = new Uint8Array(65536);
		const count = outcome(master.operations.read(master, task, into));
		const out = typeof count === "number" ? base64(into.subarray(0, count)) : "";
		const where = `step ${index}: ${JSON.stringify(step.do)}`;
		expect({ where, is, out }).toEqual({ where, is: step.is, out: step.out });
	}
}

describe("line discipline, as the kernel's", () => {
	test.each(cases.map((each) => [each.seed, each] as const))("seed %i", (_seed, each) => replay(each));
});
