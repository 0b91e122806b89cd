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
/** The mask that comes back with the frame. */
const signalReturn = (call: ShownCall): string[] => [`{mask=${signals(call.task.mask)}}`];

export const special: Readonly<Record<string, (call: ShownCall) => string[]>> = { clone, rt_sigreturn: signalReturn };
