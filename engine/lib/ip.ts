// Subnets (ADDRESS/BITS) and the addresses in them as numbers, so that they can be counted, compared and handed out one by one.
// Text is read as Go's netip does, which is what Docker speaks.

import { formatIp, parseIp as parseBytes } from "./inet";

export interface Ip {
	readonly six: boolean;
	/** In network byte order as one number of 32 or 128 bits. */
	readonly value: bigint;
}
/** `ip` may have bits below the mask; `masked` takes them off. */
export interface Prefix {
	readonly ip: Ip;
	readonly bits: number;
}

export const bitLength = ({ six }: Ip): 32 | 128 => (six ? 128 : 32);

export function parseIp(text: string): Ip | undefined {
	const bytes = parseBytes(text);
	return bytes && { six: bytes.length === 16, value: bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n) };
}
export const isIP = (text: string): boolean => parseBytes(text) !== undefined;
export function ipText(ip: Ip): string {
	const bytes = new Uint8Array(bitLength(ip) / 8);
	for (let at = bytes.length - 1, rest = ip.value; at >= 0; at--, rest >>= 8n) bytes[at] = Number(rest & 0xffn);
	return formatIp(bytes);
}

/** undefined for what is no ADDRESS/BITS. */
export function parsePrefix(text: string): Prefix | undefined {
	const slash = text.lastIndexOf("/");
	const ip = slash < 0 ? undefined : parseIp(text.slice(0, slash));
	const length = text.slice(slash + 1);
	if (!ip || !/^(0|[1-9]\d{0,2})$/.test(length) || Number(length) > bitLength(ip)) return undefined;
	return { ip, bits: Number(length) };
}
export const prefixText = ({ ip, bits }: Prefix): string => `${ipText(ip)}/${bits}`;

const hostBits = ({ ip, bits }: Prefix): bigint => BigInt(bitLength(ip) - bits);
/** How many addresses it has. */
export const sizeOf = (prefix: Prefix): bigint => 1n << hostBits(prefix);
export function masked(prefix: Prefix): Prefix {
	const shift = hostBits(prefix);
	return { ip: { six: prefix.ip.six, value: (prefix.ip.value >> shift) << shift }, bits: prefix.bits };
}
export const lastIp = (prefix: Prefix): Ip => ({
	six: prefix.ip.six,
	value: masked(prefix).ip.value + sizeOf(prefix) - 1n,
});
export const contains = (prefix: Prefix, ip: Ip): boolean =>
	prefix.ip.six === ip.six && ip.value >> hostBits(prefix) === prefix.ip.value >> hostBits(prefix);
/** Do they have an address in common? */
export const overlaps = (a: Prefix, b: Prefix): boolean => (a.bits <= b.bits ? contains(a, b.ip) : contains(b, a.ip));
export const samePrefix = (a: Prefix, b: Prefix): boolean =>
	a.bits === b.bits && a.ip.six === b.ip.six && a.ip.value === b.ip.value;
