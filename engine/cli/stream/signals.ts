// --sig-proxy: signals that reach the client go on to the container's process.

import { SIGNALS, type SignalName } from "../../lib/linux";
import type { Cli } from "../cli";

/** These are the client's own affair, or cannot be caught. */
const KEPT = new Set<SignalName>(["SIGKILL", "SIGSTOP", "SIGCHLD", "SIGPIPE", "SIGURG", "SIGWINCH", "SIGTTIN", "SIGTTOU"]);
const FORWARDED = (Object.keys(SIGNALS) as SignalName[]).filter((name) => !KEPT.has(name));
/** A program cannot go on after these, whatever it is told. */
const FAULTS = new Set<SignalName>(["SIGSEGV", "SIGILL", "SIGFPE", "SIGBUS", "SIGTRAP", "SIGSYS", "SIGABRT", "SIGPROF"]);

/** Returns what ends it. */
export async function forwardSignals(cli: Cli, container: string): Promise<() => Promise<void>> {
	const names = FORWARDED.filter((name) => !FAULTS.has(name));
	await Promise.all(
		names.map((name) => {
			const send = () =>
				void cli.client.done("POST", `/containers/${container}/kill`, { query: { signal: name } }).catch(() => {});
			return cli.sys.sigaction(SIGNALS[name], send).catch(() => {});
		}),
	);
	return async () => {
		await Promise.all(names.map((name) => cli.sys.sigaction(SIGNALS[name], "default").catch(() => {})));
	};
}
