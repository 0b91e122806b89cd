// SSE floating point beyond what WebAssembly's instructions give: other rounding modes, MXCSR's exception flags, unmasked
// exceptions, denormals flushed to zero, NaNs with the payloads that this architecture gives them. Where one of these may
// matter, a row asks Emitter.careful for the result, which a tier gets from exact arithmetic.

/** Lanes of single or double precision, packed or only the lowest. */
export const FLOATS = ["f32x4", "f64x2", "f32", "f64"] as const;
export type Floats = (typeof FLOATS)[number];

const ARITHMETIC = ["add", "sub", "mul", "div", "sqrt", "min", "max"] as const;
/** By a number of 0 to 7, the predicate of cmpps. */
const PREDICATES = ["eq", "lt", "le", "unord", "neq", "nlt", "nle", "ord"] as const;
/** From, to; a 64-bit integer is in the low lane. */
const CONVERSIONS = [
	"f32 f64",
	"f64 f32",
	"f32x4 f64x2",
	"f64x2 f32x4",
	"i64 f64",
	"i64 f32",
	"i32x4 f32x4",
	"i32x2 f32x2",
	"f64 i32",
	"f64 i64",
	"f32 i32",
	"f32 i64",
	"f64x2 i32x2",
	"f32x4 i32x4",
	"f32x2 i32x2",
	"f64 trunc i32",
	"f64 trunc i64",
	"f32 trunc i32",
	"f32 trunc i64",
	"f64x2 trunc i32x2",
	"f32x4 trunc i32x4",
	"f32x2 trunc i32x2",
] as const;

/** Operations on two vectors, the second of which is the only operand of roots and conversions. */
export const CAREFUL: readonly string[] = [
	...FLOATS.flatMap((type) => ARITHMETIC.map((operation) => `${type} ${operation}`)),
	...FLOATS.flatMap((type) => PREDICATES.map((predicate) => `${type} cmp ${predicate}`)),
	// The result is CF, PF and ZF in their places in RFLAGS.
	...["f32", "f64"].flatMap((type) => [`${type} comi`, `${type} ucomi`]),
	...CONVERSIONS.map((conversion) => `convert ${conversion}`),
];

export function carefulNumber(name: string): number {
	const number = CAREFUL.indexOf(name);
	if (number < 0) throw new Error(`no such operation: ${name}`);
	return number;
}

/** Of one lane, when it is exact and when not: see Emitter.plain. */
export type PlainOperation = `${"f32" | "f64"} ${"add" | "mul" | "div" | "sqrt"}`;
export const PLAIN: readonly PlainOperation[] = (["f32", "f64"] as const).flatMap((type) =>
	(["add", "mul", "div", "sqrt"] as const).map((operation): PlainOperation => `${type} ${operation}`),
);

/** Bits of MXCSR. */
export const MXCSR = {
	precision: 0x20,
	denormalsAreZero: 0x40,
	maskPrecision: 0x1000,
	rounding: 0x6000,
	flushToZero: 0x8000,
} as const;
