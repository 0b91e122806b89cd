// Base64 (RFC 4648): the usual alphabet and the one for URLs.

const USUAL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Section 4, with padding. */
export function encodeBase64(bytes: Uint8Array): string {
	let out = "";
	for (let at = 0; at < bytes.length; at += 3) {
		const count = Math.min(3, bytes.length - at) + 1;
		const word = (bytes[at]! << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
		for (let digit = 0; digit < 4; digit++) out += digit < count ? USUAL[(word >> (18 - 6 * digit)) & 63]! : "=";
	}
	return out;
}
/** Section 5, without padding. */
export const encodeBase64Url = (bytes: Uint8Array): string =>
	encodeBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

/** Either alphabet, padded or not. @throws Error for what is neither */
export function decodeBase64(encoded: string): Uint8Array<ArrayBuffer> {
	const digits = encoded.replace(/=+$/, "").replaceAll("-", "+").replaceAll("_", "/");
	const out = new Uint8Array(Math.floor((digits.length * 3) / 4));
	let bits = 0;
	let held = 0;
	let at = 0;
	for (const digit of digits) {
		const value = USUAL.indexOf(digit);
		if (value < 0) throw new Error("illegal base64 data");
		held = ((held << 6) | value) & 0xffff;
		bits += 6;
		if (bits < 8) continue;
		bits -= 8;
		out[at++] = (held >> bits) & 0xff;
	}
	return out;
}
