// RFLAGS bits, condition codes, and how the arithmetic flags are kept: lazily, as the operands that they follow from.

export const FLAG = { C: 0x1, P: 0x4, A: 0x10, Z: 0x40, S: 0x80, D: 0x400, O: 0x800 } as const;
export const ALL_FLAGS = FLAG.C | FLAG.P | FLAG.A | FLAG.Z | FLAG.S | FLAG.O;

/** Condition codes in the manual's order; an odd one is the negation of the one before. */
export const CONDITIONS = ["o", "no", "b", "ae", "e", "ne", "be", "a", "s", "ns", "p", "np", "l", "ge", "le", "g"] as const;
const { C, P, Z, S, O } = FLAG;
/** The flags that a condition code reads. */
export const CONDITION_READS: readonly number[] = CONDITIONS.map(
	(_, code) => [O, C, Z, C | Z, S, P, S | O, S | O | Z][code >> 1]!,
);
export const CC = { O: 0, B: 2, E: 4, S: 8, P: 10 } as const;

/**
 * The arithmetic flags are (kind, a, b, r), all sign-extended to 64 bits from the operand's size:
 *
 * - SUB: r = a - b. CF is a <u b, OF and AF follow from a, b and r.
 * - ADD: r = a + b. CF is r <u a.
 * - BITS: a has CF in bit 0, AF in bit 4, OF in bit 11; bit 63 sets SF where r cannot (ZF and SF together).
 *   PF is the parity of r xor b, so that b = 1 turns it round.
 *
 * ZF is always r = 0; SF is the sign of r, PF the parity of its low byte.
 */
export const LAZY = { SUB: 0, ADD: 1, BITS: 2 } as const;
