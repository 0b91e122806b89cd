// Byte arrays and text. File names are bytes to Linux and strings here: bytes that are no UTF-8 travel as lone surrogates
// U+DC80–U+DCFF (as Python's surrogateescape does), so that every name survives the way to a string and back.

const encoder = new TextEncoder();
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder("utf-8", { ignoreBOM: true });

export const EMPTY: Uint8Array<ArrayBuffer> = new Uint8Array(0);

export const utf8 = (text: string): Uint8Array<ArrayBuffer> => encoder.encode(text);
/** Invalid bytes become U+FFFD: for texts, not for names. */
export const text = (bytes: Uint8Array): string => lenient.decode(bytes);
export function isUtf8(bytes: Uint8Array): boolean {
	try {
		strict.decode(bytes);
		return true;
	} catch {
		return false;
	}
}

/** A name's bytes as a string, without loss. */
export function nameFromBytes(bytes: Uint8Array): string {
	let ascii = true;
	for (let i = 0; i < bytes.length && ascii; i++) ascii = bytes[i]! < 0x80;
	if (ascii) return String.fromCharCode.apply(null, bytes as unknown as number[]);
	try {
		return strict.decode(bytes);
	} catch {
		return escapeInvalid(bytes);
	}
}

function escapeInvalid(bytes: Uint8Array): string {
	let out = "";
	for (let at = 0; at < bytes.length; ) {
		const length = sequenceLength(bytes[at]!);
		try {
			if (length === 0 || at + length > bytes.length) throw new RangeError();
			out += strict.decode(bytes.subarray(at, at + length));
			at += length;
		} catch {
			out += String.fromCharCode(0xdc00 | bytes[at]!);
			at++;
		}
	}
	return out;
}
const sequenceLength = (first: number): number =>
	first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;

/** The bytes that a name stands for. */
export function bytesFromName(name: string): Uint8Array<ArrayBuffer> {
	if (!/[\udc80-\udcff]/.test(name)) return encoder.encode(name);
	const parts: Uint8Array[] = [];
	for (const character of name) {
		const code = character.codePointAt(0)!;
		parts.push(code >= 0xdc80 && code <= 0xdcff ? Uint8Array.of(code & 0xff) : encoder.encode(character));
	}
	return concat(parts);
}

export function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
	const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
	let at = 0;
	for (const part of parts) {
		out.set(part, at);
		at += part.length;
	}
	return out;
}

export function equal(a: Uint8Array, b: Uint8Array): boolean {
	if (a.length !== b.length) return false;
	for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
	return true;
}

export function hex(bytes: Uint8Array): string {
	let out = "";
	for (const byte of bytes) out += byte.toString(16).padStart(2, "0");
	return out;
}

/** All of a stream of pieces in one array. */
export async function collect(pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
	const parts: Uint8Array[] = [];
	for await (const piece of pieces) parts.push(piece);
	return concat(parts);
}
