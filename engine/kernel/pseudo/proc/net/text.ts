// What the tables of /proc/net have in common: numbers as the kernel prints them.

import { ipBytes } from "../../../../lib/inet";

export const hex = (value: number, digits: number): string => (value >>> 0).toString(16).toUpperCase().padStart(digits, "0");

/** Words of 32 bits as a little-endian machine prints them: 0100007F. */
export function addressHex(address: string): string {
	const bytes = ipBytes(address);
	let out = "";
	for (let word = 0; word < bytes.length; word += 4) for (let i = 3; i >= 0; i--) out += hex(bytes[word + i]!, 2);
	return out;
}
/** In network order, in small letters: as IPv6's tables have it. */
export const addressPlain = (address: string): string =>
	[...ipBytes(address)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
export const small = (value: number, digits: number): string => hex(value, digits).toLowerCase();
/** Lines of a fixed width, with a newline each. */
export const lines = (width: number, all: readonly string[]): string => all.map((line) => `${line.padEnd(width)}\n`).join("");
