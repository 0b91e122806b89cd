// `drydock sh`: the host's shell on this terminal, or one command with our streams.

import type { Host } from "../../boot";
import { SIGNALS } from "../../lib/linux";

/** Ends with the command's status. */
export async function runShell(host: Host, command: string | undefined): Promise<number> {
	const interactive = process.stdin.isTTY && process.stdout.isTTY && command === undefined;
	const code = await (interactive ? onTerminal(host) : withStreams(host, command));
	await host.shutdown();
	return code;
}

function onTerminal(host: Host): Promise<number> {
	const { stdin, stdout } = process;
	const size = () => ({ rows: stdout.rows || 24, cols: stdout.columns || 80 });
	const console = host.openConsole(size());
	stdin.setRawMode(true);
	stdin.on("data", (bytes) => console.write(bytes));
	stdout.on("resize", () => console.resize(size()));
	console.onData((bytes, taken) => void stdout.write(bytes, () => taken()));
	return new Promise((resolve) => {
		console.onExit((code) => {
			stdin.setRawMode(false);
			stdin.pause();
			resolve(code);
		});
	});
}

async function withStreams(host: Host, command: string | undefined): Promise<number> {
	const argv = command === undefined ? ["/bin/sh", "-l"] : ["/bin/sh", "-lc", command];
	const pass = (stream: NodeJS.WriteStream) => (bytes: Uint8Array, taken: () => void) => void stream.write(bytes, () => taken());
	const child = host.spawn(argv, { stdout: pass(process.stdout), stderr: pass(process.stderr) });
	for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => child.kill(SIGNALS[name]));
	void feed(child);
	const code = await child.exited;
	process.stdin.destroy();
	return code;
}

async function feed(child: { write(bytes: Uint8Array): Promise<void>; end(): void }): Promise<void> {
	try {
		for await (const bytes of process.stdin) await child.write(bytes);
	} catch {
		// our input was closed: so is the program's
	}
	child.end();
}
