// One command line on each side: natively in a chroot, and in a process of the engine. Same environment, same empty /w.

import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { HostInput, HostOutput } from "../../../engine/boot/streams";
import { MemFs } from "../../../engine/fs/memfs/memfs";
import type { FileDescription } from "../../../engine/kernel/file/description";
import { type TestMachine, testMachine } from "../../engine/kernel/proc/machine";
import { suiteCpu } from "../cpu";
import type { CommandLine } from "./cases";
import { emptyDirectory, fillRoot } from "./root";

export interface Outcome {
	code: number;
	stdout: string;
	stderr: string;
}

export const environment = { PATH: "/bin:/sbin:/usr/bin:/usr/sbin", HOME: "/root", TZ: "UTC" };
/** In mount and pid namespaces of its own, with a /proc of its own; PID 1 there waits for the shell and hands its code on. */
const APART = [
	...["--mount", "--pid", "--fork", "sh", "-c"],
	'mount -t proc proc "$0/proc" && chroot "$0" /bin/sh -c "$1"; exit $?',
];
/** A command line that does not end is killed, and differs. */
const PATIENCE = 20_000;

export function runNative(root: string, [, script, stdin]: CommandLine): Outcome {
	rmSync(join(root, "w"), { recursive: true, force: true });
	mkdirSync(join(root, "w"));
	const result = spawnSync("unshare", [...APART, root, inside(script)], {
		env: environment as unknown as NodeJS.ProcessEnv,
		input: stdin ?? "",
		encoding: "latin1",
		timeout: PATIENCE,
		maxBuffer: 64 << 20,
	});
	const code = result.status ?? 128 + (result.signal ? 1 : 0);
	return { code, stdout: result.stdout, stderr: result.stderr };
}
/** The script's own words come in the errors that the shell prints, so both sides get exactly the same. */
const inside = (script: string): string => `cd /w; umask 022; ${script}`;

export interface EngineRunner {
	run(line: CommandLine): Promise<Outcome>;

	readonly machine: TestMachine;
	close(): Promise<void>;
}

export function engineRunner(busybox: string): EngineRunner {
	let device = 20;
	const context = { now: () => BigInt(Date.now()) * 1_000_000n, newDevice: () => ++device };
	const rootFs = new MemFs(context, { type: "ext4", mode: 0o755 });
	fillRoot(rootFs.root, busybox);
	const cpu = suiteCpu();
	const machine = testMachine({ rootFs, cpu });
	const { kernel } = machine;

	const shell = (command: string, stdin = ""): Promise<Outcome> =>
		new Promise((resolve) => {
			const input = new HostInput();
			input.push(Uint8Array.from(stdin, (character) => character.charCodeAt(0)));
			input.end();
			const outcome: Outcome = { code: -1, stdout: "", stderr: "" };
			const timer = setTimeout(() => {
				for (const process of [...kernel.machine.processes()]) {
					if (process.pid > 1) kernel.kill(process, 9);
				}
			}, PATIENCE);
			// Whoever holds an end of a pipe keeps it open: the outcome is complete when both are closed and the shell has ended.
			let open = 3;
			const closed = (): void => {
				if (--open > 0) return;
				clearTimeout(timer);
				resolve(outcome);
			};
			const collect = (into: "stdout" | "stderr"): FileDescription =>
				kernel.pipeEnd(
					new HostOutput((bytes, taken) => {
						for (const byte of bytes) outcome[into] += String.fromCharCode(byte);
						taken();
					}, closed),
					1,
				);
			const started = kernel.spawn({
				path: "/bin/sh",
				argv: ["/bin/sh", "-c", command],
				env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
				fds: [kernel.pipeEnd(input, 0), collect("stdout"), collect("stderr")],
				onExit(status) {
					outcome.code = status & 0x7f ? 128 + (status & 0x7f) : status >> 8;
					closed();
				},
			});
			if (typeof started === "number") throw new Error(`spawn: ${started}`);
		});
	const ready = machine.run(async (sys) => {
		await sys.mount("proc", "/proc", "proc", 0, "");
		return 0;
	});
	return {
		machine,
		async run([, script, stdin]) {
			await ready;
			emptyDirectory(rootFs.root, "w");
			return shell(inside(script), stdin);
		},
		close: () => machine.shutdown(),
	};
}
