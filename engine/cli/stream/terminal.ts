// The caller's terminal made raw for the time of a session, and its size told to the container.

import { SIGNALS } from "../../lib/linux";
import type { Termios } from "../../sys";
import type { Cli } from "../cli";

const IFLAG = { IGNBRK: 0o1, BRKINT: 0o2, PARMRK: 0o10, ISTRIP: 0o40, INLCR: 0o100, IGNCR: 0o200, ICRNL: 0o400, IXON: 0o2000 };
const LFLAG = { ISIG: 0o1, ICANON: 0o2, ECHO: 0o10, ECHONL: 0o100, IEXTEN: 0o100000 };
const OPOST = 0o1;
const CSIZE_PARENB = 0o60 | 0o400;
const CS8 = 0o60;
const VTIME = 5;
const VMIN = 6;

const all = (flags: Record<string, number>): number => Object.values(flags).reduce((sum, flag) => sum | flag, 0);

/** As cfmakeraw(3). */
function raw(mode: Termios): Termios {
	const cc = mode.cc.slice();
	cc[VMIN] = 1;
	cc[VTIME] = 0;
	return {
		iflag: mode.iflag & ~all(IFLAG),
		oflag: mode.oflag & ~OPOST,
		lflag: mode.lflag & ~all(LFLAG),
		cflag: (mode.cflag & ~CSIZE_PARENB) | CS8,
		cc,
	};
}

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
	const tell = async (): Promise<boolean> => {
		const size = await cli.windowSize(cli.out.terminal ? 1 : 0);
		if (!size || (size.rows === 0 && size.cols === 0)) return true;
		try {
			await cli.client.done("POST", path, { query: { h: size.rows, w: size.cols } });
			return true;
		} catch {
			return false;
		}
	};
	let ended = false;
	const insist = async (): Promise<void> => {
		for (let attempt = 1; attempt <= RETRIES && !ended; attempt++) {
			if (await tell()) return;
			await cli.sys.nanosleep(10 * attempt);
		}
		if (!ended) await cli.err.line("failed to resize tty, using default size");
	};
	// the process may not have its terminal yet: the first attempts may fail
	if (!(await tell())) void insist();
	await cli.sys.sigaction(SIGNALS.SIGWINCH, () => void tell());
	return async () => {
		ended = true;
		await cli.sys.sigaction(SIGNALS.SIGWINCH, "default").catch(() => {});
	};
}
