// The interface of iptables: socket options of a raw socket (linux/netfilter_ipv4/ip_tables.h). A whole table is read and replaced.

import { concat } from "../../../lib/bytes";
import { ERRNO, type Errno } from "../../../lib/errno";
import { type Family, SO, type TableName, XT_EXTENSION_MAXNAMELEN } from "../../../lib/netfilter/constants";
import { matchRevision } from "../../../lib/netfilter/match";
import { decodeAddCounters, decodeReplace, ENTRIES_HEAD, encodeInfo, nameAt } from "../../../lib/netfilter/table";
import { targetRevision } from "../../../lib/netfilter/target";
import { CAP, capableIn } from "../../proc/capability";
import type { Task } from "../../task";
import type { NetStack } from "../stack";
import { Ruleset } from "./ruleset";

/** Where a program wants something beside the answer: the old counters of SET_REPLACE. False: EFAULT. */
export type WriteAt = (address: number, bytes: Uint8Array) => boolean;

const allowed = (stack: NetStack, task: Task): boolean => !stack.owner || capableIn(task, stack.owner, CAP.NET_ADMIN);

/** Undefined for an option that is not iptables'. */
export function getTableOption(
	stack: NetStack,
	task: Task,
	family: Family,
	option: number,
	before: Uint8Array,
): Uint8Array | Errno | undefined {
	const names = SO[family];
	if (
		option < names.GET_INFO ||
		option > names.GET_REVISION_TARGET ||
		(option > names.GET_ENTRIES && option < names.GET_REVISION_MATCH)
	)
		return undefined;
	if (!allowed(stack, task)) return -ERRNO.EPERM;
	if (option === names.GET_REVISION_MATCH || option === names.GET_REVISION_TARGET)
		return revision(family, option === names.GET_REVISION_MATCH, before);
	const table = stack.netfilter.table(family, nameAt(before));
	if (!table) return -ERRNO.ENOENT;
	if (option === names.GET_INFO) return encodeInfo(table.blob);
	if (option !== names.GET_ENTRIES || before.length < ENTRIES_HEAD) return -ERRNO.EINVAL;
	const size = new DataView(before.buffer, before.byteOffset).getUint32(32, true);
	if (before.length !== ENTRIES_HEAD + size) return -ERRNO.EINVAL;
	if (size !== table.blob.size) return -ERRNO.EAGAIN;
	return concat([before.subarray(0, ENTRIES_HEAD), table.entries()]);
}
/** struct xt_get_revision: a name and the revision that the program would like. */
function revision(family: Family, match: boolean, before: Uint8Array): Uint8Array | Errno {
	if (before.length !== XT_EXTENSION_MAXNAMELEN + 1) return -ERRNO.EINVAL;
	const name = nameAt(before.subarray(0, XT_EXTENSION_MAXNAMELEN));
	const highest = match ? matchRevision(name) : targetRevision(family, name);
	if (highest === undefined) return -ERRNO.ENOENT;
	return before[XT_EXTENSION_MAXNAMELEN]! > highest ? -ERRNO.EPROTONOSUPPORT : before;
}

export function setTableOption(
	stack: NetStack,
	task: Task,
	family: Family,
	option: number,
	bytes: Uint8Array,
	write?: WriteAt,
): Errno | 0 | undefined {
	const names = SO[family];
	if (option !== names.SET_REPLACE && option !== names.SET_ADD_COUNTERS) return undefined;
	if (!allowed(stack, task)) return -ERRNO.EPERM;
	if (option === names.SET_ADD_COUNTERS) {
		const added = decodeAddCounters(bytes);
		if (!added) return -ERRNO.EINVAL;
		return stack.netfilter.table(family, added.name)?.addCounters(added.counters) ?? -ERRNO.ENOENT;
	}
	const asked = decodeReplace(bytes);
	if (!asked) return -ERRNO.EINVAL;
	const before = stack.netfilter.table(family, asked.name);
	if (!before) return -ERRNO.ENOENT;
	if (asked.validHooks !== before.blob.validHooks) return -ERRNO.EINVAL;
	if (asked.numCounters !== before.size) return -ERRNO.EINVAL;
	const made = Ruleset.parse(family, asked, before);
	if (typeof made === "number") return made;
	const wrong = made.check();
	if (wrong !== 0) return wrong;
	if (asked.counters !== 0 && write && !write(asked.counters, before.counters())) return -ERRNO.EFAULT;
	stack.netfilter.replace(family, asked.name as TableName, made);
	return 0;
}
