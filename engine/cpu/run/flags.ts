// RFLAGS from and to the lazy flags in a bank, by the same rules as the emitted code (table/flags.ts).

import { LAYOUT } from "../interpret/layout";
import { ALL_FLAGS, FLAG, LAZY } from "../table/flags";

/** TF, DF, NT, AC, ID. */
const SYSTEM = FLAG.D | 0x100 | 0x4000 | 0x40000 | 0x200000;

/** CF PF AF ZF SF OF, the system flags, bit 1 and IF. */
export function flagsImage(view: DataView): number {
	const kind = view.getInt32(LAYOUT.flagKind, true);
	const a = view.getBigInt64(LAYOUT.flagA, true);
	const b = view.getBigInt64(LAYOUT.flagB, true);
	const r = view.getBigInt64(LAYOUT.flagR, true);
	const bits = kind === LAZY.BITS;
	const unsigned = (value: bigint): bigint => BigInt.asUintN(64, value);
	let image = 0x202 | (view.getInt32(LAYOUT.system, true) & SYSTEM);
	const set = (flag: number, condition: boolean): void => {
		if (condition) image |= flag;
	};
	set(FLAG.Z, r === 0n);
	set(FLAG.S, (bits ? r | a : r) < 0n);
	let parity = Number((bits ? r ^ b : r) & 0xffn);
	parity ^= parity >> 4;
	parity ^= parity >> 2;
	parity ^= parity >> 1;
	set(FLAG.P, (parity & 1) === 0);
	if (bits) return image | Number(a & BigInt(FLAG.C | FLAG.A | FLAG.O));
	set(FLAG.A, ((a ^ b ^ r) & 16n) !== 0n);
	if (kind === LAZY.ADD) {
		set(FLAG.C, unsigned(r) < unsigned(a));
		set(FLAG.O, ((a ^ r) & (b ^ r)) < 0n);
	} else {
		set(FLAG.C, unsigned(a) < unsigned(b));
		set(FLAG.O, ((a ^ b) & (a ^ r)) < 0n);
	}
	return image;
}

export function arithmeticFlags(view: DataView, image: number): void {
	const zero = (image & FLAG.Z) !== 0;
	const sign = (image & FLAG.S) !== 0;
	const even = zero || sign;
	const both = zero && sign ? -(1n << 63n) : 0n;
	view.setInt32(LAYOUT.flagKind, LAZY.BITS, true);
	view.setBigInt64(LAYOUT.flagA, BigInt(image & ALL_FLAGS & (FLAG.C | FLAG.A | FLAG.O)) | both, true);
	view.setBigInt64(LAYOUT.flagB, ((image & FLAG.P) !== 0) === even ? 0n : 1n, true);
	view.setBigInt64(LAYOUT.flagR, zero ? 0n : sign ? -1n : 1n, true);
	view.setInt32(LAYOUT.system, image & SYSTEM, true);
}
