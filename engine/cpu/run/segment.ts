// Whether an access to a non-canonical address went through the stack segment: then it is a stack fault, which Linux reports as
// SIGBUS, not a general protection fault. The instruction that faulted is looked at once more.

import { BASE, Decoder } from "../decode/decoder";
import { forms } from "../decode/forms";
import { slotOfRegister } from "../interpret/layout";
import type { Bank } from "./bank";

const RSP = 4;
const RBP = 5;
/** Instructions with an access to [rSP] or [rBP] besides that of their operand. */
const STACK = /^(push|pop|pushf|popf|call|call indirect|ret|ret imm|enter|leave)$/;
/** How far from rSP or rBP those may be. */
const NEAR = 512n;

const decoder = new Decoder();

export function throughStack({ guest, view }: Bank, rip: number, address: bigint): boolean {
	decoder.decode(guest, rip);
	const form = forms[decoder.form];
	if (!form) return false;
	const register = (number: number): bigint => view.getBigUint64(slotOfRegister(number), true);
	const near = (number: number): boolean => BigInt.asUintN(64, address - register(number) + NEAR) < 2n * NEAR;
	if (STACK.test(form.row.name) && (near(RSP) || near(RBP))) return true;
	const { base, place, segment } = decoder;
	return place !== "r" && segment === BASE.none && (base === RSP || base === RBP);
}
