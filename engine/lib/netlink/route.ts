// The structures at the head of NETLINK_ROUTE's messages (man 7 rtnetlink), and a body: such a head with its attributes.

import { concat } from "../bytes";
import { type Struct, struct } from "../struct";
import { type Attribute, type Attributes, decodeAttributes, encodeAttributes } from "./attribute";
import { align4 } from "./message";

/** struct ifinfomsg: RTM_*LINK. */
export const ifinfomsg = struct({ family: "u8", _pad: "u8", type: "u16", index: "i32", flags: "u32", change: "u32" });
/** struct ifaddrmsg: RTM_*ADDR. */
export const ifaddrmsg = struct({ family: "u8", prefixlen: "u8", flags: "u8", scope: "u8", index: "u32" });
/** struct rtmsg: RTM_*ROUTE. */
export const rtmsg = struct({
	family: "u8",
	dst_len: "u8",
	src_len: "u8",
	tos: "u8",
	table: "u8",
	protocol: "u8",
	scope: "u8",
	type: "u8",
	flags: "u32",
});
/** struct ndmsg: RTM_*NEIGH. */
export const ndmsg = struct({ family: "u8", _pad1: "u8", _pad2: "u16", ifindex: "i32", state: "u16", flags: "u8", type: "u8" });
/** struct fib_rule_hdr: RTM_*RULE. */
export const fib_rule_hdr = struct({
	family: "u8",
	dst_len: "u8",
	src_len: "u8",
	tos: "u8",
	table: "u8",
	_res1: "u8",
	_res2: "u8",
	action: "u8",
	flags: "u32",
});
/** struct rtgenmsg: dumps of whatever family, RTM_*NSID. */
export const rtgenmsg = struct({ family: "u8", _pad1: "u8", _pad2: "u16" });

export type IfInfo = ReturnType<(typeof ifinfomsg)["decode"]>;
export type IfAddr = ReturnType<(typeof ifaddrmsg)["decode"]>;
export type RtMsg = ReturnType<(typeof rtmsg)["decode"]>;
export type NdMsg = ReturnType<(typeof ndmsg)["decode"]>;

/** A message's body: `head` as `layout` has it, then attributes. */
export const body = <T>(layout: Struct<T>, head: Partial<T>, items: ReadonlyArray<Attribute | undefined> = []): Uint8Array =>
	concat([layout.encode(head), encodeAttributes(items)]);

export const parseBody = <T>(layout: Struct<T>, bytes: Uint8Array): { head: T; attributes: Attributes } => ({
	head: layout.decode(bytes),
	attributes: decodeAttributes(bytes, align4(layout.size)),
});
