// Base64 (RFC 4648) as headers carry it: written in the standard alphabet, read in that and in the one for URLs.

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

export function encodeBase64(bytes: Uint8Array): string {
	let out = "";
	for (let at = 0; at < bytes.length; at += 3) {
		const [a = 0, b = 0, c = 0] = bytes.subarray(at, at + 3);
		const bits = (a << 16) | (b << 8) | c;
		const digits = [bits >> 18, (bits >> 12) & 63, (bits >> 6) & 63, bits & 63].map((digit) => ALPHABET[digit]!);
		const count = Math.min(3, bytes.length - at);
		out += digits.slice(0, count + 1).join("") + "=".repeat(3 - count);
	}
	return out;
}

/** Padding may be there or not; a character that is no digit counts as 63. */
export function decodeBase64(encoded: string): Uint8Array {
	const standard = encoded.replace(/=+$/, "").replaceAll("-", "+").replaceAll("_", "/");
	const digits = [...standard].map((digit) => ALPHABET.indexOf(digit) & 63);
	const bytes: number[] = [];
	for (let at = 0; at + 1 < digits.length; at += 4) {
		const [a = 0, b = 0, c, d] = digits.slice(at, at + 4);
		bytes.push((a << 2) | (b >> 4));
		if (c !== undefined) bytes.push(((b & 15) << 4) | (c >> 2));
		if (d !== undefined) bytes.push((((c ?? 0) & 3) << 6) | d);
	}
	return Uint8Array.from(bytes);
}
