// A program of the host whose three streams are the caller's, as a process started by ssh without a terminal.

import type { MachineKernel } from "../kernel";
import { concat, text } from "../lib/bytes";
import { isError, strerror } from "../lib/errno";
import { SIGNALS } from "../lib/linux";
import { shellCode } from "../sys";
import type { HostProcess, SpawnHostOptions } from "./host";
import { HostInput, HostOutput } from "./streams";

const environment = [
	"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
	"HOME=/root",
	"USER=root",
	"LANG=C.UTF-8",
];
const O_RDONLY = 0;
const O_WRONLY = 1;
const HIGH_WATER = 1 << 16;

/** @throws Error when the program cannot be started */
export function spawnOnHost(kernel: MachineKernel, argv: string[], options: SpawnHostOptions): HostProcess {
	const input = new HostInput();
	const output = (take: SpawnHostOptions["stdout"]) => kernel.pipeEnd(new HostOutput(take), O_WRONLY);
	let exit = (_code: number): void => {};
	const status = new Promise<number>((resolve) => {
		exit = resolve;
	});
	const process = kernel.spawn({
		path: argv[0],
		argv,
		env: options.env ?? environment,
		cwd: options.cwd ?? "/root",
		fds: [kernel.pipeEnd(input, O_RDONLY), output(options.stdout), output(options.stderr)],
		setsid: true,
		onExit: (encoded) => exit(shellCode(encoded)),
	});
	if (typeof process === "number") throw new Error(`${argv[0]}: ${isError(process) ? strerror(process) : process}`);
	return {
		pid: process.pid,
		write: (bytes) => {
			input.push(bytes);
			return input.whenBelow(HIGH_WATER);
		},
		end: () => input.end(),
		kill: (signal) => kernel.kill(process, signal),
		exited: status,
	};
}

/** A command line in the host's shell, to its end; after `timeoutMs` it is killed and the code is 137. */
export async function runOnHost(
	kernel: MachineKernel,
	command: string,
	{ timeoutMs, stdin }: { timeoutMs?: number; stdin?: Uint8Array } = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
	const parts: { stdout: Uint8Array[]; stderr: Uint8Array[] } = { stdout: [], stderr: [] };
	const collect = (into: Uint8Array[]) => (bytes: Uint8Array, taken: () => void) => {
		into.push(bytes);
		taken();
	};
	const child = spawnOnHost(kernel, ["/bin/sh", "-lc", command], {
		stdout: collect(parts.stdout),
		stderr: collect(parts.stderr),
	});
	if (stdin) void child.write(stdin);
	child.end();
	const timer = timeoutMs === undefined ? undefined : kernel.machine.timer(timeoutMs, () => child.kill(SIGNALS.SIGKILL));
	const code = await child.exited;
	timer?.cancel();
	return { code, stdout: text(concat(parts.stdout)), stderr: text(concat(parts.stderr)) };
}
