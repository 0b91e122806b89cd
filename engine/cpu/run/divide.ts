// 128-bit by 64-bit division, for the quotients that one 64-bit division cannot give.

/** The low 64 bits of high:low / divisor, unsigned. */
export function divideU(high: bigint, low: bigint, divisor: bigint): bigint {
	return ((BigInt.asUintN(64, high) << 64n) | BigInt.asUintN(64, low)) / BigInt.asUintN(64, divisor);
}

/** The quotient of high:low / divisor, signed and rounded towards zero; or, when `ask` is not 0, 1 if it does not fit 64 bits. */
export function divideS(high: bigint, low: bigint, divisor: bigint, ask: bigint): bigint {
	const quotient = ((high << 64n) | BigInt.asUintN(64, low)) / divisor;
	if (ask === 0n) return quotient;
	return BigInt.asIntN(64, quotient) === quotient ? 0n : 1n;
}
