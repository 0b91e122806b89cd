// Attributes of netlink messages (man 7 rtnetlink): struct rtattr, a length and a type of 16 bits each, then the value, aligned to 4.

import { concat, text as decodeText, utf8 } from "../bytes";
import { formatIp, parseIp } from "../inet";
import { align4 } from "./message";

const HEADER = 4;
export const NLA_F_NESTED = 0x8000;
const NLA_TYPE_MASK = 0x3fff;

export type Attribute = readonly [type: number, value: Uint8Array];
/** By type; of those that come twice, the last. */
export type Attributes = ReadonlyMap<number, Uint8Array>;

/** In the order given; undefined ones are left out. */
export function encodeAttributes(items: ReadonlyArray<Attribute | undefined>): Uint8Array<ArrayBuffer> {
	const parts: Uint8Array[] = [];
	for (const item of items) {
		if (!item) continue;
		const [type, value] = item;
		const head = new Uint8Array(HEADER);
		const view = new DataView(head.buffer);
		view.setUint16(0, HEADER + value.length, true);
		view.setUint16(2, type, true);
		parts.push(head, value, new Uint8Array(align4(value.length) - value.length));
	}
	return concat(parts);
}
/** One after the other, as nested lists have the same type many times. */
export function* eachAttribute(bytes: Uint8Array, start = 0): Generator<Attribute> {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	for (let at = start; at + HEADER <= bytes.length; ) {
		const length = view.getUint16(at, true);
		if (length < HEADER || at + length > bytes.length) return;
		yield [view.getUint16(at + 2, true) & NLA_TYPE_MASK, bytes.subarray(at + HEADER, at + length)];
		at += align4(length);
	}
}
export const decodeAttributes = (bytes: Uint8Array, start = 0): Attributes => new Map(eachAttribute(bytes, start));

// ---- values by their kind: a builder, and how it is read back

export const u8 = (type: number, value: number): Attribute => [type, Uint8Array.of(value)];
export const u16 = (type: number, value: number): Attribute => [type, new Uint8Array(new Uint16Array([value]).buffer)];
export const u32 = (type: number, value: number): Attribute => [type, new Uint8Array(new Uint32Array([value]).buffer)];
export const u64 = (type: number, value: bigint): Attribute => [type, new Uint8Array(new BigUint64Array([value]).buffer)];
/** Ends in NUL. */
export const text = (type: number, value: string): Attribute => [type, utf8(`${value}\0`)];
export const bytes = (type: number, value: Uint8Array): Attribute => [type, value];
/** "10.0.0.1" as 4 bytes, an IPv6 address as 16. */
export const address = (type: number, value: string): Attribute => [type, parseIp(value) ?? new Uint8Array(4)];
export const nested = (type: number, items: ReadonlyArray<Attribute | undefined>, flag = 0): Attribute => [
	type | flag,
	encodeAttributes(items),
];

const viewOf = (value: Uint8Array): DataView => new DataView(value.buffer, value.byteOffset, value.length);
/** Whatever its width: 1, 2 or 4 bytes. */
export function asNumber(value: Uint8Array): number {
	const view = viewOf(value);
	return value.length >= 4 ? view.getUint32(0, true) : value.length >= 2 ? view.getUint16(0, true) : (value[0] ?? 0);
}
export const asU64 = (value: Uint8Array): bigint => viewOf(value).getBigUint64(0, true);
/** To the first NUL. */
export function asText(value: Uint8Array): string {
	const end = value.indexOf(0);
	return decodeText(end < 0 ? value : value.subarray(0, end));
}
/** Undefined for what is neither 4 nor 16 bytes long. */
export const asAddress = (value: Uint8Array): string | undefined =>
	value.length === 4 || value.length === 16 ? formatIp(value) : undefined;
