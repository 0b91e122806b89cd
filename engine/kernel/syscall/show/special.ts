// Calls whose arguments are not shown one by one in their order.

import type { ShownCall } from "./call";
import { kinds } from "./kinds";
import { signals } from "./structures";
import { pointer } from "./text";

const CLONE = { SETTLS: 0x80000, PARENT_SETTID: 0x100000, CHILD_CLEARTID: 0x200000, CHILD_SETTID: 0x1000000 };

function clone(call: ShownCall): string[] {
	const [flags, stack, parentTid, childTid, tls] = call.args;
	const words = [`child_stack=${pointer(stack)}`, `flags=${kinds.cloneFlags.show(call, flags, 0)}`];
	if (flags & CLONE.PARENT_SETTID)
		words.push(`parent_tid=${call.succeeded ? kinds.outInt.show(call, parentTid, 2) : pointer(parentTid)}`);
	if (flags & CLONE.SETTLS) words.push(`tls=${pointer(tls)}`);
	if (flags & (CLONE.CHILD_SETTID | CLONE.CHILD_CLEARTID)) words.push(`child_tidptr=${pointer(childTid)}`);
	return words;
}
/** How many of futex's arguments each operation looks at: WAIT … WAIT_REQUEUE_PI. */
const FUTEX_ARGUMENTS: Readonly<Record<number, number>> = {
	0: 4,
	1: 3,
	3: 5,
	4: 6,
	5: 6,
	6: 4,
	7: 2,
	8: 2,
	9: 6,
	10: 6,
	11: 5,
	12: 6,
	13: 4,
};
const BITSET = new Set([9, 10]);
const COUNTED = new Set([3, 4, 5, 12]);
function futex(call: ShownCall): string[] {
	const operation = call.argument(1) & 0x7f;
	const [word, , value, fourth, second, sixth] = call.args;
	const shown = [
		pointer(word),
		kinds.futexOperation.show(call, call.argument(1), 1),
		String(operation === 0 || operation === 9 ? value | 0 : value >>> 0),
		COUNTED.has(operation) ? String(fourth | 0) : operation === 10 ? "NULL" : kinds.futexArgument.show(call, fourth, 3),
		pointer(second),
		BITSET.has(operation)
			? sixth >>> 0 === 0xffffffff
				? "FUTEX_BITSET_MATCH_ANY"
				: `0x${(sixth >>> 0).toString(16)}`
			: String(sixth | 0),
	];
	return shown.slice(0, FUTEX_ARGUMENTS[operation] ?? 6);
}
/** The mask that comes back with the frame. */
const signalReturn = (call: ShownCall): string[] => [`{mask=${signals(call.task.mask)}}`];

export const special: Readonly<Record<string, (call: ShownCall) => string[]>> = { clone, futex, rt_sigreturn: signalReturn };
