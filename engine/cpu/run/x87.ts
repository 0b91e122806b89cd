// x87.
export function x87(_view: DataView, _operation: number, _operand: bigint): bigint {
	return 0n;
}
