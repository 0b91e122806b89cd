// SSE arithmetic in the rounding modes that WebAssembly does not have.
export function rounded(_view: DataView, _operation: number, _a: number, _b: number): bigint {
	return 0n;
}
