// The 512 bytes of FXSAVE (Intel's manual, volume 1, section 10.5.1, the 64-bit layout with REX.W).

import { LAYOUT } from "../interpret/layout";

const MXCSR_MASK = 0xffff;
const REGISTERS = 32;
const XMM = 160;
const SIZE = 512;

/** The bits of a control word that exist; bit 6 reads as set. */
export const controlWord = (value: number): number => (value & 0x1f3f) | 0x40;

/** As after FNINIT, and the MXCSR of a new process. */
export function resetFloatingPoint(view: DataView): void {
	view.setUint32(LAYOUT.x87Control, 0x37f, true);
	view.setUint32(LAYOUT.x87Status, 0, true);
	view.setUint32(LAYOUT.x87Tags, 0, true);
	view.setUint32(LAYOUT.mxcsr, 0x1f80, true);
	clearPlace(view);
}

/** The last instruction and its operand: none. */
export function clearPlace(view: DataView): void {
	view.setUint32(LAYOUT.x87Opcode, 0, true);
	view.setBigUint64(LAYOUT.x87Instruction, 0n, true);
	view.setBigUint64(LAYOUT.x87Operand, 0n, true);
}

export function fxsave(view: DataView): Uint8Array {
	const out = new Uint8Array(SIZE);
	saveTo(view, new DataView(out.buffer));
	return out;
}

export function fxrstor(view: DataView, image: Uint8Array): void {
	restoreFrom(view, new DataView(image.buffer, image.byteOffset, SIZE));
}

/** Writes what FXSAVE defines; the rest of the 512 bytes is left. */
export function saveTo(view: DataView, out: DataView): void {
	const status = view.getUint16(LAYOUT.x87Status, true);
	const top = (status >> 11) & 7;
	out.setUint16(0, view.getUint16(LAYOUT.x87Control, true), true);
	out.setUint16(2, status, true);
	out.setUint8(4, view.getUint8(LAYOUT.x87Tags));
	out.setUint8(5, 0);
	out.setUint16(6, view.getUint16(LAYOUT.x87Opcode, true), true);
	out.setBigUint64(8, view.getBigUint64(LAYOUT.x87Instruction, true), true);
	out.setBigUint64(16, view.getBigUint64(LAYOUT.x87Operand, true), true);
	out.setUint32(24, view.getUint32(LAYOUT.mxcsr, true), true);
	out.setUint32(28, MXCSR_MASK, true);
	for (let i = 0; i < 8; i++) {
		const from = LAYOUT.x87 + 16 * ((top + i) & 7);
		const to = REGISTERS + 16 * i;
		out.setBigUint64(to, view.getBigUint64(from, true), true);
		out.setBigUint64(to + 8, BigInt(view.getUint16(from + 8, true)), true);
	}
	for (let at = 0; at < 256; at += 8) out.setBigUint64(XMM + at, view.getBigUint64(LAYOUT.xmm + at, true), true);
}

export function restoreFrom(view: DataView, image: DataView): void {
	const status = image.getUint16(2, true);
	const top = (status >> 11) & 7;
	const control = controlWord(image.getUint16(0, true));
	const pending = status & ~control & 0x3f;
	view.setUint32(LAYOUT.x87Control, control, true);
	view.setUint32(LAYOUT.x87Status, (status & ~0x8080) | (pending ? 0x8080 : 0), true);
	view.setUint32(LAYOUT.x87Tags, image.getUint8(4), true);
	view.setUint32(LAYOUT.x87Opcode, image.getUint16(6, true) & 0x7ff, true);
	view.setBigUint64(LAYOUT.x87Instruction, image.getBigUint64(8, true), true);
	view.setBigUint64(LAYOUT.x87Operand, image.getBigUint64(16, true), true);
	view.setUint32(LAYOUT.mxcsr, image.getUint32(24, true) & MXCSR_MASK, true);
	for (let i = 0; i < 8; i++) {
		const to = LAYOUT.x87 + 16 * ((top + i) & 7);
		const from = REGISTERS + 16 * i;
		view.setBigUint64(to, image.getBigUint64(from, true), true);
		view.setBigUint64(to + 8, BigInt(image.getUint16(from + 8, true)), true);
	}
	for (let at = 0; at < 256; at += 8) view.setBigUint64(LAYOUT.xmm + at, image.getBigUint64(XMM + at, true), true);
}
