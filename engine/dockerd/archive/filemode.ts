// Linux's st_mode as Go's os.FileMode, which is what Docker sends in path stats.

import { S_IF } from "../../lib/linux";

const TYPES: Record<number, number> = {
	[S_IF.DIR]: 0x80000000,
	[S_IF.LNK]: 0x08000000,
	[S_IF.BLK]: 0x04000000,
	[S_IF.CHR]: 0x04200000,
	[S_IF.IFO]: 0x02000000,
	[S_IF.SOCK]: 0x01000000,
};
const SETUID = 0x00800000;
const SETGID = 0x00400000;
const STICKY = 0x00100000;

export function goFileMode(mode: number): number {
	let out = (mode & 0o777) + (TYPES[mode & S_IF.MT] ?? 0);
	if (mode & 0o4000) out += SETUID;
	if (mode & 0o2000) out += SETGID;
	if (mode & 0o1000) out += STICKY;
	return out;
}
