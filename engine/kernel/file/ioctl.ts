// ioctl request numbers (asm-generic/ioctls.h, sockios.h) and access to an ioctl's argument.

import { ERRNO } from "../../lib/errno";
import type { IoctlMemory } from "./description";

export const TCGETS = 0x5401;
export const TCSETS = 0x5402;
export const TCSETSW = 0x5403;
export const TCSETSF = 0x5404;
export const TCGETA = 0x5405;
export const TCSETA = 0x5406;
export const TCSETAW = 0x5407;
export const TCSETAF = 0x5408;
export const TCSBRK = 0x5409;
export const TCXONC = 0x540a;
export const TCFLSH = 0x540b;
export const TIOCEXCL = 0x540c;
export const TIOCNXCL = 0x540d;
export const TIOCSCTTY = 0x540e;
export const TIOCGPGRP = 0x540f;
export const TIOCSPGRP = 0x5410;
export const TIOCOUTQ = 0x5411;
export const TIOCSTI = 0x5412;
export const TIOCGWINSZ = 0x5413;
export const TIOCSWINSZ = 0x5414;
export const FIONREAD = 0x541b;
export const TIOCCONS = 0x541d;
export const TIOCPKT = 0x5420;
export const FIONBIO = 0x5421;
export const TIOCNOTTY = 0x5422;
export const TIOCSETD = 0x5423;
export const TIOCGETD = 0x5424;
export const TCSBRKP = 0x5425;
export const TIOCSBRK = 0x5427;
export const TIOCCBRK = 0x5428;
export const TIOCGSID = 0x5429;
export const TCGETS2 = 0x802c542a;
export const TCSETS2 = 0x402c542b;
export const TIOCGPTN = 0x80045430;
export const TIOCSPTLCK = 0x40045431;
export const TIOCGDEV = 0x80045432;
export const TIOCSIG = 0x40045436;
export const TIOCVHANGUP = 0x5437;
export const TIOCGPKT = 0x80045438;
export const TIOCGPTLCK = 0x80045439;
export const TIOCGPTPEER = 0x5441;
export const FIONCLEX = 0x5450;
export const FIOCLEX = 0x5451;
export const FIOASYNC = 0x5452;
export const FIBMAP = 1;
export const FIGETBSZ = 2;
export const FIOQSIZE = 0x5460;
export const FICLONE = 0x40049409;
export const FICLONERANGE = 0x4020940d;
export const FIDEDUPERANGE = 0xc0189436;
export const FS_IOC_GETFLAGS = 0x80086601;
export const RNDGETENTCNT = 0x80045200;
export const VT_OPENQRY = 0x5600;
export const KDGKBTYPE = 0x4b33;

/** The int at the argument, or EFAULT. Results can be negative, so the error is undefined here. */
export function readInt(memory: IoctlMemory): number | undefined {
	const bytes = memory.read(4);
	return bytes && new DataView(bytes.buffer, bytes.byteOffset, 4).getInt32(0, true);
}
export function writeInt(memory: IoctlMemory, value: number): number {
	const bytes = new Uint8Array(4);
	new DataView(bytes.buffer).setInt32(0, value, true);
	return memory.write(bytes) ? 0 : -ERRNO.EFAULT;
}

/** For calls by native programs: an argument without bytes behind it. */
export const plainArgument = (argument: number): IoctlMemory => ({
	argument,
	read: () => undefined,
	write: () => false,
	at: plainArgument,
});
/** An argument that points at these bytes: what the ioctl writes is found in them afterwards. */
export const pointerTo = (bytes: Uint8Array): IoctlMemory => ({
	argument: 0,
	read: (length) => bytes.slice(0, length),
	write: (from) => {
		bytes.set(from.subarray(0, bytes.length));
		return true;
	},
	at: plainArgument,
});
