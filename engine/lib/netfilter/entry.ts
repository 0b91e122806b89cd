// One entry of a table (struct ipt_entry, ip6t_entry): conditions on the packet, matches, a target, counters.

import { concat, text, utf8 } from "../bytes";
import { formatIp, ipBytes } from "../inet";
import {
	align8,
	type Counters,
	ENTRY,
	EXTENSION_HEADER,
	F_GOTO,
	type Family,
	INV,
	IP6T_F_PROTO,
	readCounters,
	writeCounters,
	XT_EXTENSION_MAXNAMELEN,
} from "./constants";
import { type Match, matchRow } from "./match";
import { type Extension, targetRow } from "./target";

/** An address with its mask ("255.255.0.0"), both as text. */
export interface AddressCondition {
	address: string;
	mask: string;
	invert?: boolean;
}
/** A name, or a beginning of names that ends in "+". */
export interface InterfaceCondition {
	name: string;
	invert?: boolean;
}
/** What a rule asks of a packet. What is missing is not asked. */
export interface Conditions {
	source?: AddressCondition;
	destination?: AddressCondition;
	in?: InterfaceCondition;
	out?: InterfaceCondition;
	protocol?: { number: number; invert?: boolean };
	matches: Match[];
}
/** A standard target as the kernel has it: VERDICT or the offset of where to go on. */
export type EntryTarget =
	| { kind: "standard"; verdict: number; goto?: boolean }
	| { kind: "error"; name: string }
	| { kind: "extension"; extension: Extension };
export interface Entry extends Conditions {
	target: EntryTarget;
	counters: Counters;
}

export type DecodeProblem = { problem: "ENOENT" | "EINVAL"; what: string };

// ---- encoding

function extension(name: string, revision: number, data: Uint8Array): Uint8Array {
	const bytes = new Uint8Array(EXTENSION_HEADER + align8(data.length));
	new DataView(bytes.buffer).setUint16(0, bytes.length, true);
	bytes.set(utf8(name).subarray(0, XT_EXTENSION_MAXNAMELEN - 1), 2);
	bytes[2 + XT_EXTENSION_MAXNAMELEN] = revision;
	bytes.set(data, EXTENSION_HEADER);
	return bytes;
}
function encodeTarget(family: Family, target: EntryTarget): Uint8Array {
	if (target.kind === "standard") return extension("", 0, new Uint8Array(new Int32Array([target.verdict]).buffer));
	if (target.kind === "error") {
		const name = new Uint8Array(30);
		name.set(utf8(target.name).subarray(0, 29));
		return extension("ERROR", 0, name);
	}
	const row = targetRow(family, target.extension.name)!;
	return extension(target.extension.name, row.revision, row.encode(target.extension as never));
}
export function encodeEntry(family: Family, entry: Entry): Uint8Array {
	const at = ENTRY[family];
	const head = new Uint8Array(at.size);
	const view = new DataView(head.buffer);
	let invert = 0;
	const address = (condition: AddressCondition | undefined, index: 0 | 1, bit: number): void => {
		if (!condition) return;
		const mask = ipBytes(condition.mask);
		head.set(
			ipBytes(condition.address).map((byte, i) => byte & mask[i]!),
			index * at.address,
		);
		head.set(mask, (index + 2) * at.address);
		if (condition.invert) invert |= bit;
	};
	address(entry.source, 0, INV.SRCIP);
	address(entry.destination, 1, INV.DSTIP);
	const device = (condition: InterfaceCondition | undefined, index: 0 | 1, bit: number): void => {
		if (!condition?.name) return;
		const open = condition.name.endsWith("+");
		const name = utf8(open ? condition.name.slice(0, -1) : condition.name).subarray(0, 15);
		// The name that programs show keeps its "+"; the mask says how much of it is compared.
		head.set(utf8(condition.name).subarray(0, 15), at.names + index * 16);
		head.fill(0xff, at.names + 32 + index * 16, at.names + 32 + index * 16 + name.length + (open ? 0 : 1));
		if (condition.invert) invert |= bit;
	};
	device(entry.in, 0, INV.VIA_IN);
	device(entry.out, 1, INV.VIA_OUT);
	let flags = entry.target.kind === "standard" && entry.target.goto ? F_GOTO[family] : 0;
	if (entry.protocol) {
		view.setUint16(at.protocol, entry.protocol.number, true);
		if (family === "inet6") flags |= IP6T_F_PROTO;
		if (entry.protocol.invert) invert |= INV.PROTO;
	}
	head[at.flags] = flags;
	head[at.invert] = invert;
	const matches = entry.matches.map((match) => {
		const row = matchRow(match.name)!;
		return extension(match.name, row.revision, row.encode(match as never));
	});
	const target = encodeTarget(family, entry.target);
	const targetOffset = at.size + matches.reduce((sum, { length }) => sum + length, 0);
	view.setUint16(at.targetOffset, targetOffset, true);
	view.setUint16(at.nextOffset, targetOffset + target.length, true);
	writeCounters(view, at.counters, entry.counters);
	return concat([head, ...matches, target]);
}
/** Where a standard target has its verdict, in the bytes of an entry. */
export const verdictAt = (family: Family, view: DataView): number =>
	view.getUint16(ENTRY[family].targetOffset, true) + EXTENSION_HEADER;

// ---- decoding

const until = (bytes: Uint8Array): string => {
	const end = bytes.indexOf(0);
	return text(end < 0 ? bytes : bytes.subarray(0, end));
};
/** An entry's length in bytes; undefined where it does not fit. */
export function entryLength(family: Family, bytes: Uint8Array, start: number): number | undefined {
	const at = ENTRY[family];
	if (start + at.size > bytes.length) return undefined;
	const length = new DataView(bytes.buffer, bytes.byteOffset).getUint16(start + at.nextOffset, true);
	return length < at.size + EXTENSION_HEADER || start + length > bytes.length ? undefined : length;
}
/** `bytes` is the entry and nothing else. ENOENT for a match or target that is not known, EINVAL for one of a wrong size. */
export function decodeEntry(family: Family, bytes: Uint8Array): Entry | DecodeProblem {
	const at = ENTRY[family];
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	const invert = bytes[at.invert]!;
	const flags = bytes[at.flags]!;
	const address = (index: 0 | 1, bit: number): AddressCondition | undefined => {
		const part = (which: number): Uint8Array => bytes.subarray(which * at.address, (which + 1) * at.address);
		const [value, mask] = [part(index), part(index + 2)];
		if (mask.every((byte) => byte === 0) && !(invert & bit)) return undefined;
		return { address: formatIp(value), mask: formatIp(mask), invert: (invert & bit) !== 0 };
	};
	const device = (index: 0 | 1, bit: number): InterfaceCondition | undefined => {
		const mask = bytes.subarray(at.names + 32 + index * 16, at.names + 48 + index * 16);
		const compared = mask.indexOf(0);
		const name = until(bytes.subarray(at.names + index * 16, at.names + 16 + index * 16));
		if (compared === 0 && !(invert & bit)) return undefined;
		const plain = name.replace(/\+$/, "");
		const exact = compared < 0 || compared > plain.length;
		return { name: exact ? name : `${plain.slice(0, compared)}+`, invert: (invert & bit) !== 0 };
	};
	const protocol = view.getUint16(at.protocol, true);
	const entry: Omit<Entry, "target"> = {
		source: address(0, INV.SRCIP),
		destination: address(1, INV.DSTIP),
		in: device(0, INV.VIA_IN),
		out: device(1, INV.VIA_OUT),
		protocol: protocol !== 0 ? { number: protocol, invert: (invert & INV.PROTO) !== 0 } : undefined,
		matches: [],
		counters: readCounters(view, at.counters),
	};
	const targetOffset = view.getUint16(at.targetOffset, true);
	if (targetOffset + EXTENSION_HEADER > bytes.length) return { problem: "EINVAL", what: "target_offset" };
	const header = (start: number) => ({
		length: view.getUint16(start, true),
		name: until(bytes.subarray(start + 2, start + 2 + XT_EXTENSION_MAXNAMELEN)),
		revision: bytes[start + 2 + XT_EXTENSION_MAXNAMELEN]!,
	});
	for (let start = at.size; start < targetOffset; ) {
		const { length, name, revision } = header(start);
		if (length < EXTENSION_HEADER || start + length > targetOffset) return { problem: "EINVAL", what: name };
		const row = matchRow(name, revision);
		if (!row) return { problem: "ENOENT", what: name };
		if (length - EXTENSION_HEADER !== align8(row.size)) return { problem: "EINVAL", what: name };
		entry.matches.push(row.decode(bytes.subarray(start + EXTENSION_HEADER, start + length)));
		start += length;
	}
	const { length, name, revision } = header(targetOffset);
	if (targetOffset + length > bytes.length || length < EXTENSION_HEADER + 4) return { problem: "EINVAL", what: name };
	const data = bytes.subarray(targetOffset + EXTENSION_HEADER, targetOffset + length);
	if (name === "") {
		const verdict = view.getInt32(targetOffset + EXTENSION_HEADER, true);
		return { ...entry, target: { kind: "standard", verdict, goto: (flags & F_GOTO[family]) !== 0 } };
	}
	if (name === "ERROR") return { ...entry, target: { kind: "error", name: until(data) } };
	const row = targetRow(family, name, revision);
	if (!row) return { problem: "ENOENT", what: name };
	if (data.length !== align8(row.size)) return { problem: "EINVAL", what: name };
	return { ...entry, target: { kind: "extension", extension: row.decode(data) } };
}
