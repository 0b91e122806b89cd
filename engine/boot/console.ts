// A terminal of the page or of the Node host, with the host's login shell on it.

import type { MachineKernel } from "../kernel";
import { createPty } from "../kernel/file/tty/console";
import { isError, strerror } from "../lib/errno";
import { SIGNALS } from "../lib/linux";
import { shellCode } from "../sys";
import type { HostConsole } from "./host";

const shellEnvironment = [
	"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
	"HOME=/root",
	"USER=root",
	"LOGNAME=root",
	"SHELL=/bin/sh",
	// No LANG: with one, busybox's shell shows "?" for every character above U+02FF, so for all Korean; without, the bytes as they are.
	"TERM=xterm-256color",
];

/**
 * @param argv what runs on it, with its path first; the login shell unless said otherwise
 * @throws Error when it cannot be started
 */
export function openConsole(
	kernel: MachineKernel,
	size: { rows: number; cols: number },
	argv: string[] = ["/bin/sh", "-l"],
	environment: string[] = shellEnvironment,
): HostConsole {
	const terminal = createPty(kernel.machine, size);
	const exits = new Set<(code: number) => void>();
	let ended: number | undefined;
	const description = terminal.open(kernel.machine.init?.leader.namespaces.mnt);
	const process = kernel.spawn({
		path: argv[0],
		argv,
		env: environment,
		cwd: "/root",
		fds: [description, description, description],
		terminal: true,
		onExit: (status) => {
			ended = shellCode(status);
			for (const listener of exits) listener(ended);
		},
	});
	if (isError(process)) throw new Error(`${argv[0]}: ${strerror(process as number)}`);
	return {
		onData: (listener) => {
			terminal.onOutput = (bytes) => new Promise<void>((taken) => listener(bytes, taken));
		},
		onExit: (listener) => {
			exits.add(listener);
			if (ended !== undefined) listener(ended);
		},
		write: (bytes) => void terminal.input(bytes),
		resize: (next) => terminal.resize(next),
		close: () => {
			terminal.hangup();
			if (ended === undefined && typeof process !== "number") kernel.kill(process, SIGNALS.SIGHUP);
		},
	};
}
