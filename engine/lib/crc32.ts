// CRC-32 as gzip has it (RFC 1952 section 8), four bytes at a time.

const TABLES = Array.from({ length: 4 }, () => new Int32Array(256));
for (let n = 0; n < 256; n++) {
	let c = n;
	for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
	TABLES[0]![n] = c;
}
for (let n = 0; n < 256; n++) {
	for (let k = 1; k < 4; k++) {
		const c = TABLES[k - 1]![n]!;
		TABLES[k]![n] = TABLES[0]![c & 0xff]! ^ (c >>> 8);
	}
}
const [t0, t1, t2, t3] = TABLES as [Int32Array, Int32Array, Int32Array, Int32Array];

/** Goes on from the checksum of what came before (0 at the beginning). */
export function crc32(bytes: Uint8Array, before = 0): number {
	let c = ~before;
	let at = 0;
	for (const end = bytes.length - 3; at < end; at += 4) {
		c ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
		c = t3[c & 0xff]! ^ t2[(c >>> 8) & 0xff]! ^ t1[(c >>> 16) & 0xff]! ^ t0[c >>> 24]!;
	}
	for (; at < bytes.length; at++) c = t0[(c ^ bytes[at]!) & 0xff]! ^ (c >>> 8);
	return ~c >>> 0;
}
