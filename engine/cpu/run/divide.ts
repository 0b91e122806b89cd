// Signed division of 128 bits by 64, for the quotients that one 64-bit division cannot give. See interpret/quotient.ts for the unsigned one.

/** The quotient of high:low / divisor, signed and rounded towards zero; or, when `ask` is not 0, 1 if it does not fit 64 bits. */
export function divideS(high: bigint, low: bigint, divisor: bigint, ask: bigint): bigint {
	const quotient = ((high << 64n) | BigInt.asUintN(64, low)) / divisor;
	if (ask === 0n) return quotient;
	return BigInt.asIntN(64, quotient) === quotient ? 0n : 1n;
}
