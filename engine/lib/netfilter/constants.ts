// Numbers of linux/netfilter.h, x_tables.h, ip_tables.h, ip6_tables.h, and what the two families of tables differ in.

import { struct } from "../struct";

export type Family = "inet" | "inet6";
export type HookName = "PREROUTING" | "INPUT" | "FORWARD" | "OUTPUT" | "POSTROUTING";
/** By their numbers. */
export const HOOKS: readonly HookName[] = ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"];
export type TableName = "raw" | "mangle" | "nat" | "filter" | "security";
/** Which hooks a table has chains for, in their order. */
export const TABLE_HOOKS: Readonly<Record<TableName, readonly HookName[]>> = {
	raw: ["PREROUTING", "OUTPUT"],
	mangle: HOOKS,
	nat: ["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"],
	filter: ["INPUT", "FORWARD", "OUTPUT"],
	security: ["INPUT", "FORWARD", "OUTPUT"],
};

/** Level and names of the socket options: SOL_IP, SOL_IPV6; IPT_SO_* and IP6T_SO_*. */
export const SO = {
	inet: {
		level: 0,
		SET_REPLACE: 64,
		SET_ADD_COUNTERS: 65,
		GET_INFO: 64,
		GET_ENTRIES: 65,
		GET_REVISION_MATCH: 66,
		GET_REVISION_TARGET: 67,
	},
	inet6: {
		level: 41,
		SET_REPLACE: 64,
		SET_ADD_COUNTERS: 65,
		GET_INFO: 64,
		GET_ENTRIES: 65,
		GET_REVISION_MATCH: 68,
		GET_REVISION_TARGET: 69,
	},
} as const;

/** What a standard target's verdict says; jumps are offsets, 0 and above. */
export const VERDICT = { DROP: -1, ACCEPT: -2, QUEUE: -4, RETURN: -5 } as const;
export type Verdict = keyof typeof VERDICT;

/** IPT_F_GOTO; IP6T_F_PROTO (a protocol is given), IP6T_F_GOTO. */
export const F_GOTO = { inet: 2, inet6: 4 } as const;
export const IP6T_F_PROTO = 1;
/** IPT_INV_*: which of an entry's own conditions are negated. */
export const INV = { VIA_IN: 1, VIA_OUT: 2, SRCIP: 8, DSTIP: 16, PROTO: 64 } as const;

export const XT_TABLE_MAXNAMELEN = 32;
export const XT_EXTENSION_MAXNAMELEN = 29;
export const align8 = (length: number): number => (length + 7) & ~7;

/** Where the fields of struct ipt_entry and ip6t_entry lie. */
export const ENTRY = {
	inet: { address: 4, names: 16, protocol: 80, flags: 82, invert: 83, targetOffset: 88, nextOffset: 90, counters: 96, size: 112 },
	inet6: {
		address: 16,
		names: 64,
		protocol: 128,
		flags: 131,
		invert: 132,
		targetOffset: 140,
		nextOffset: 142,
		counters: 152,
		size: 168,
	},
} as const;
/** struct xt_entry_match and xt_entry_target: u16 size, name[29], u8 revision. */
export const EXTENSION_HEADER = 32;

/** struct ipt_replace after its name[32]; the arrays of five are hook_entry and underflow. */
export const replaceHead = struct({
	validHooks: "u32",
	numEntries: "u32",
	size: "u32",
	entry0: "u32",
	entry1: "u32",
	entry2: "u32",
	entry3: "u32",
	entry4: "u32",
	under0: "u32",
	under1: "u32",
	under2: "u32",
	under3: "u32",
	under4: "u32",
	numCounters: "u32",
	counters: "u64",
});
/** struct ipt_getinfo after its name[32]. */
export const infoHead = struct({
	validHooks: "u32",
	entry0: "u32",
	entry1: "u32",
	entry2: "u32",
	entry3: "u32",
	entry4: "u32",
	under0: "u32",
	under1: "u32",
	under2: "u32",
	under3: "u32",
	under4: "u32",
	numEntries: "u32",
	size: "u32",
});

export interface Counters {
	packets: number;
	bytes: number;
}
/** struct xt_counters: two numbers of 64 bits. */
export const COUNTERS_SIZE = 16;
const HIGH = 2 ** 32;
export function readCounters(view: DataView, at: number): Counters {
	const number = (start: number): number => view.getUint32(start + 4, true) * HIGH + view.getUint32(start, true);
	return { packets: number(at), bytes: number(at + 8) };
}
export function writeCounters(view: DataView, at: number, { packets, bytes }: Counters): void {
	view.setUint32(at, packets, true);
	view.setUint32(at + 4, packets / HIGH, true);
	view.setUint32(at + 8, bytes, true);
	view.setUint32(at + 12, bytes / HIGH, true);
}
