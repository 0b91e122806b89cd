// --sig-proxy: signals that reach the client go on to the container's process.

import { SIGNALS, type SignalName } from "../../lib/linux";
import type { Cli } from "../cli";

/** These are the client's own affair, or cannot be caught. */
const KEPT = new Set<SignalName>(["SIGKILL", "SIGSTOP", "SIGCHLD", "SIGPIPE", "SIGURG", "SIGWINCH", "SIGTTIN", "SIGTTOU"]);
const FORWARDED = (Object.keys(SIGNALS) as SignalName[]).filter((name) => !KEPT.has(name));
/** A program cannot go on after these, whatever it is told. */
const FAULTS = new Set<SignalName>(["SIGSEGV", "SIGILL", "SIGFPE", "SIGBUS", "SIGTRAP", "SIGSYS", "SIGABRT", "SIGPROF"]);

/** A container that ignores ^C would hold its client for ever: the third time the client goes. */
const PATIENCE = 3;
const TERMINATION = new Set<SignalName>(["SIGINT", "SIGTERM"]);

async function forceExit(cli: Cli): Promise<void> {
	await cli.err.write(`\ngot ${PATIENCE} SIGTERM/SIGINTs, forcefully exiting\n`);
	cli.sys.exit(1);
}

/** Returns what ends it. */
export async function forwardSignals(cli: Cli, container: string): Promise<() => Promise<void>> {
	const names = FORWARDED.filter((name) => !FAULTS.has(name));
	let terminations = 0;
	await Promise.all(
		names.map((name) => {
			const send = (): void => {
				if (TERMINATION.has(name) && ++terminations >= PATIENCE) void forceExit(cli).catch(() => {});
				else void cli.client.done("POST", `/containers/${container}/kill`, { query: { signal: name } }).catch(() => {});
			};
			return cli.sys.sigaction(SIGNALS[name], send).catch(() => {});
		}),
	);
	return async () => {
		await Promise.all(names.map((name) => cli.sys.sigaction(SIGNALS[name], "default").catch(() => {})));
	};
}
