// The chunked transfer coding (RFC 9112 section 7.1), both ways.
//
//     chunk = size-in-hex [; extensions] CRLF data CRLF … last chunk = 0 CRLF trailer CRLF

import { concat, utf8 } from "../bytes";
import type { ByteReader } from "../reader";
import { MalformedMessage, readFields } from "./parse";

const CRLF = utf8("\r\n");
export const LAST_CHUNK = utf8("0\r\n\r\n");

/** One chunk around the bytes, which must not be none (that would be the end); in pieces where copying many would cost more. */
export function chunk(bytes: Uint8Array): Uint8Array[] {
	const pieces = [utf8(`${bytes.length.toString(16)}\r\n`), bytes, CRLF];
	return bytes.length > LARGE ? pieces : [concat(pieces)];
}
const LARGE = 16 * 1024;

/** The body's bytes, to its last chunk and trailer. */
export async function* readChunked(reader: ByteReader): AsyncGenerator<Uint8Array> {
	for (;;) {
		const size = await chunkSize(reader);
		if (size === 0) {
			await readFields(reader);
			return;
		}
		yield* readLength(reader, size);
		if ((await line(reader)) !== "") throw new MalformedMessage(400, "malformed chunked encoding");
	}
}

/** Exactly `length` bytes, in the pieces in which they come. */
export async function* readLength(reader: ByteReader, length: number): AsyncGenerator<Uint8Array> {
	for (let left = length; left > 0; ) {
		const piece = await reader.read(left);
		if (piece === null) throw new MalformedMessage(400, "unexpected EOF");
		left -= piece.length;
		yield piece;
	}
}

/** All up to the end of the connection. */
export async function* readToEnd(reader: ByteReader): AsyncGenerator<Uint8Array> {
	for (let piece = await reader.read(); piece !== null; piece = await reader.read()) yield piece;
}

async function chunkSize(reader: ByteReader): Promise<number> {
	const digits = (await line(reader)).split(";")[0]!.trim();
	if (!/^[0-9a-fA-F]{1,12}$/.test(digits)) throw new MalformedMessage(400, "invalid byte in chunk length");
	return Number.parseInt(digits, 16);
}

async function line(reader: ByteReader): Promise<string> {
	try {
		const read = await reader.line(4096);
		if (read === null) throw new MalformedMessage(400, "unexpected EOF");
		return read;
	} catch (error) {
		if (error instanceof RangeError) throw new MalformedMessage(400, "chunk header too long");
		throw error;
	}
}
