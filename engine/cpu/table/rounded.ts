// SSE operations whose result depends on MXCSR's rounding mode. WebAssembly rounds to nearest; for the other modes a tier
// calls a function with the number of the operation in this list.

export const ROUNDED = [
	"f32x4 add",
	"f32x4 sub",
	"f32x4 mul",
	"f32x4 div",
	"f32x4 sqrt",
	"f64x2 add",
	"f64x2 sub",
	"f64x2 mul",
	"f64x2 div",
	"f64x2 sqrt",
	/** The low two lanes of the result. */
	"f32x4 from f64x2",
	"f32x4 from i32x4",
	/** The low lane. */
	"f32x4 from i64",
	"f64x2 from i64",
] as const;
export type RoundedOperation = (typeof ROUNDED)[number];
