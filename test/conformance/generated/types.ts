// The scalar types of generated programs, and values of them as C constants.

import type { Random } from "../../engine/cpu/oracle/random";

export interface Type {
	/** In C. */
	readonly name: string;
	readonly kind: "signed" | "unsigned" | "float";
	readonly bits: number;
	/** What operations are done in, so that nothing overflows: an unsigned type at least as wide as int, or the type itself. */
	readonly wide: string;
	/** To printf. */
	readonly format: string;
}

const integer = (kind: "signed" | "unsigned", bits: number): Type => ({
	name: `${kind === "signed" ? "" : "u"}int${bits}_t`,
	kind,
	bits,
	wide: bits === 64 ? "uint64_t" : "uint32_t",
	format: bits === 64 ? (kind === "signed" ? "%ld" : "%lu") : kind === "signed" ? "%d" : "%u",
});

export const INTEGERS: readonly Type[] = [8, 16, 32, 64].flatMap((bits) => [integer("signed", bits), integer("unsigned", bits)]);

const float = (name: string, bits: number, format: string): Type => ({ name, kind: "float", bits, wide: name, format });
export const FLOATS: readonly Type[] = [float("float", 32, "%a"), float("double", 64, "%a"), float("long double", 80, "%La")];

export const TYPES: readonly Type[] = [...INTEGERS, ...FLOATS];
export const INT = INTEGERS[4]!;
export const LONG = INTEGERS[6]!;
export const UNSIGNED_LONG = INTEGERS[7]!;
export const DOUBLE = FLOATS[1]!;

const EDGES = [0n, 1n, 2n, 3n, 7n, 10n, 0x7fn, 0x80n, 0xffn, 0x7fffn, 0x8000n, 0x7fffffffn, 0x80000000n, 0x7fffffffffffffffn];
const REALS = ["0.0", "-0.0", "1.0", "-1.5", "0.1", "3.25e10", "-7e-5", "1e300", "4.9e-324", "0x1.fffffep127", "2147483648.0"];

/** A constant expression of the type. */
export function constant(type: Type, random: Random): string {
	if (type.kind === "float") {
		const value = random.oneIn(3) ? random.pick(REALS) : `${random.below(20000) - 10000}.${random.below(1000)}`;
		return `((${type.name})${value})`;
	}
	const value = random.oneIn(3) ? random.pick(EDGES) : random.oneIn(2) ? BigInt(random.below(100)) : random.u64();
	return `((${type.name})0x${value.toString(16)}ull)`;
}
