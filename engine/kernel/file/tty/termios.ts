// struct termios as the kernel lays it out (asm-generic/termbits.h), its bits, and what a fresh terminal has.

import type { Termios } from "../../../sys";

// c_iflag
export const IGNBRK = 0o1;
export const BRKINT = 0o2;
export const PARMRK = 0o10;
export const ISTRIP = 0o40;
export const INLCR = 0o100;
export const IGNCR = 0o200;
export const ICRNL = 0o400;
export const IUCLC = 0o1000;
export const IXON = 0o2000;
export const IXANY = 0o4000;
export const IUTF8 = 0o40000;
// c_oflag
export const OPOST = 0o1;
export const OLCUC = 0o2;
export const ONLCR = 0o4;
export const OCRNL = 0o10;
export const ONOCR = 0o20;
export const ONLRET = 0o40;
export const TABDLY = 0o14000;
export const XTABS = 0o14000;
// c_lflag
export const ISIG = 0o1;
export const ICANON = 0o2;
export const ECHO = 0o10;
export const ECHOE = 0o20;
export const ECHOK = 0o40;
export const ECHONL = 0o100;
export const NOFLSH = 0o200;
export const TOSTOP = 0o400;
export const ECHOCTL = 0o1000;
export const ECHOPRT = 0o2000;
export const ECHOKE = 0o4000;
export const IEXTEN = 0o100000;
export const EXTPROC = 0o200000;
// c_cflag
const B38400 = 0o17;
const CS8 = 0o60;
const CREAD = 0o200;

// c_cc
export const VINTR = 0;
export const VQUIT = 1;
export const VERASE = 2;
export const VKILL = 3;
export const VEOF = 4;
export const VTIME = 5;
export const VMIN = 6;
export const VSTART = 8;
export const VSTOP = 9;
export const VSUSP = 10;
export const VEOL = 11;
export const VREPRINT = 12;
export const VWERASE = 14;
export const VLNEXT = 15;
export const VEOL2 = 16;
const NCCS = 19;

/** tty_std_termios: what every terminal begins with. */
export const initialTermios = (): Termios => ({
	iflag: ICRNL | IXON,
	oflag: OPOST | ONLCR,
	cflag: B38400 | CS8 | CREAD,
	lflag: ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | IEXTEN,
	cc: Uint8Array.of(3, 0x1c, 0x7f, 0x15, 4, 0, 1, 0, 0x11, 0x13, 0x1a, 0, 0x12, 0x0f, 0x17, 0x16, 0, 0, 0),
});

/** 4 words, c_line, c_cc[19]. */
export const TERMIOS_SIZE = 36;
/** The same with c_ispeed and c_ospeed (TCGETS2). */
export const TERMIOS2_SIZE = 44;

export function encodeTermios(termios: Termios, size = TERMIOS_SIZE): Uint8Array {
	const bytes = new Uint8Array(size);
	const view = new DataView(bytes.buffer);
	view.setUint32(0, termios.iflag, true);
	view.setUint32(4, termios.oflag, true);
	view.setUint32(8, termios.cflag, true);
	view.setUint32(12, termios.lflag, true);
	bytes.set(termios.cc.subarray(0, NCCS), 17);
	if (size === TERMIOS2_SIZE) {
		view.setUint32(36, 38400, true);
		view.setUint32(40, 38400, true);
	}
	return bytes;
}
export function decodeTermios(bytes: Uint8Array): Termios {
	const view = new DataView(bytes.buffer, bytes.byteOffset);
	return {
		iflag: view.getUint32(0, true),
		oflag: view.getUint32(4, true),
		cflag: view.getUint32(8, true),
		lflag: view.getUint32(12, true),
		cc: bytes.slice(17, 17 + NCCS),
	};
}
