// The caller's terminal made raw for the time of a session, and its size told to the container.

import { SIGNALS } from "../../lib/linux";
import { raw } from "../../lib/termios";
import type { Cli } from "../cli";

/** Returns what puts the terminal back; does nothing where input is no terminal. */
export async function makeRaw(cli: Cli): Promise<() => Promise<void>> {
	if (!cli.stdinTerminal) return async () => {};
	const before = await cli.sys.tcgetattr(0);
	await cli.sys.tcsetattr(0, raw(before));
	let restored = false;
	return async () => {
		if (restored) return;
		restored = true;
		await cli.sys.tcsetattr(0, before).catch(() => {});
	};
}

const RETRIES = 10;

/** Tells `path` (…/resize) the terminal's size now and at every change. Returns what ends it. */
export async function followSize(cli: Cli, path: string): Promise<() => Promise<void>> {
	const tellNow = async (): Promise<boolean> => {
		const size = await cli.windowSize(cli.out.terminal ? 1 : 0);
		if (!size || (size.rows === 0 && size.cols === 0)) return true;
		try {
			await cli.client.done("POST", path, { query: { h: size.rows, w: size.cols } });
			return true;
		} catch {
			return false;
		}
	};
	// one after the other, each with the size as it is then: the last that is told is the last that there was
	let last = Promise.resolve(true);
	const tell = (): Promise<boolean> => {
		last = last.then(tellNow);
		return last;
	};
	let ended = false;
	const insist = async (): Promise<void> => {
		for (let attempt = 1; attempt <= RETRIES && !ended; attempt++) {
			if (await tell()) return;
			await cli.sys.nanosleep(10 * attempt);
		}
		if (!ended) await cli.err.line("failed to resize tty, using default size");
	};
	await cli.sys.sigaction(SIGNALS.SIGWINCH, () => void tell());
	// the process may not have its terminal yet: the first attempts may fail
	if (!(await tell())) void insist();
	return async () => {
		ended = true;
		await cli.sys.sigaction(SIGNALS.SIGWINCH, "default").catch(() => {});
	};
}
