// Netlink messages (man 7 netlink): struct nlmsghdr and what follows it; the whole is aligned to 4 bytes.

import { concat } from "../bytes";
import { struct } from "../struct";

export interface NetlinkMessage {
	/** NLMSG_* or a family's own, such as RTM_NEWLINK. */
	type: number;
	/** NLM_F_*. */
	flags: number;
	seq: number;
	/** The port of the sender or receiver; 0 is the kernel. */
	pid: number;
	body: Uint8Array;
}

const header = struct({ length: "u32", type: "u16", flags: "u16", seq: "u32", pid: "u32" });
export const NLMSG_HDRLEN = header.size;
export const align4 = (length: number): number => (length + 3) & ~3;

export function encodeMessage({ type, flags, seq, pid, body }: NetlinkMessage): Uint8Array<ArrayBuffer> {
	const length = header.size + body.length;
	return concat([header.encode({ length, type, flags, seq, pid }), body, new Uint8Array(align4(length) - length)]);
}

/** Every message in a datagram; a broken rest is left out, as the kernel does. */
export function decodeMessages(bytes: Uint8Array): NetlinkMessage[] {
	const messages: NetlinkMessage[] = [];
	for (let at = 0; at + header.size <= bytes.length; ) {
		const { length, ...rest } = header.decode(bytes, at);
		if (length < header.size || at + length > bytes.length) break;
		messages.push({ ...rest, body: bytes.subarray(at + header.size, at + length) });
		at += align4(length);
	}
	return messages;
}
