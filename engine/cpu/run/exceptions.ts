// Which si_code Linux gives to a floating-point exception (arch/x86/kernel/fpu/core.c, fpu__exception_code).

import { LAYOUT } from "../interpret/layout";
import { RAISED } from "./softfloat";

const FPE_FLTDIV = 3;
const FPE_FLTOVF = 4;
const FPE_FLTUND = 5;
const FPE_FLTRES = 6;
const FPE_FLTINV = 7;

/** Raised and not masked, in the order of the status word. */
export function simdExceptions(view: DataView): number {
	const mxcsr = view.getUint32(LAYOUT.mxcsr, true);
	return mxcsr & ~(mxcsr >> 7) & 0x3f;
}

export function x87Exceptions(view: DataView): number {
	return view.getUint16(LAYOUT.x87Status, true) & ~view.getUint16(LAYOUT.x87Control, true) & 0x3f;
}

export function floatingCode(exceptions: number): number {
	if (exceptions & RAISED.invalid) return FPE_FLTINV;
	if (exceptions & RAISED.divide) return FPE_FLTDIV;
	if (exceptions & RAISED.overflow) return FPE_FLTOVF;
	if (exceptions & (RAISED.underflow | RAISED.denormal)) return FPE_FLTUND;
	return exceptions & RAISED.inexact ? FPE_FLTRES : 0;
}
