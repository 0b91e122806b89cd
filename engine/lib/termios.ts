// A terminal's raw mode: every byte as it comes, none changed, none echoed. cfmakeraw(3), and read(2) answers from one byte on.

import type { Termios } from "../sys";

const IFLAG = { IGNBRK: 0o1, BRKINT: 0o2, PARMRK: 0o10, ISTRIP: 0o40, INLCR: 0o100, IGNCR: 0o200, ICRNL: 0o400, IXON: 0o2000 };
const LFLAG = { ISIG: 0o1, ICANON: 0o2, ECHO: 0o10, ECHONL: 0o100, IEXTEN: 0o100000 };
const OPOST = 0o1;
const CSIZE_PARENB = 0o60 | 0o400;
const CS8 = 0o60;
const VTIME = 5;
const VMIN = 6;

const all = (flags: Record<string, number>): number => Object.values(flags).reduce((sum, flag) => sum | flag, 0);

export function raw(mode: Termios): Termios {
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
