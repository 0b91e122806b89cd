// Is a file an archive? ADD unpacks those that are, compressed or not, whatever they are called.

import { concat } from "../../lib/bytes";
import { decompress, peek } from "../../lib/decompress";
import { notImplemented } from "../../lib/errors";
import { checksums, readNumber } from "../../lib/tar/header";

const BLOCK = 512;
const REFUSED: ReadonlyArray<[name: string, magic: readonly number[]]> = [
	["bzip2", [0x42, 0x5a, 0x68]],
	["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
];
/** Compressed in a way that nothing here undoes: its name. */
export const unsupportedCompression = (head: Uint8Array): string | undefined =>
	REFUSED.find(([, magic]) => magic.every((byte, at) => head[at] === byte))?.[0];

/** The tar in a file, or undefined when it is none. @throws EngineError notImplemented for bzip2 and xz */
export async function archiveOf(content: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array> | undefined> {
	const outer = await beginning(content);
	const refused = unsupportedCompression(outer.head);
	if (refused) throw notImplemented(`ADD: ${refused} archives are not supported`);
	const { compression, whole } = await peek(outer.all);
	if (compression === "none") return isTar(outer.head) ? whole : undefined;
	const inner = await beginning(decompress(whole, compression)).catch(() => undefined);
	return inner && isTar(inner.head) ? inner.all : undefined;
}

function isTar(head: Uint8Array): boolean {
	if (head.length < BLOCK || head[0] === 0) return false;
	try {
		return readNumber(head, 148, 8) === checksums(head).unsigned;
	} catch {
		return false;
	}
}

/** The first block, and all of it again. */
async function beginning(source: AsyncIterable<Uint8Array>): Promise<{ head: Uint8Array; all: AsyncIterable<Uint8Array> }> {
	const iterator = source[Symbol.asyncIterator]();
	const parts: Uint8Array[] = [];
	for (let have = 0; have < BLOCK; ) {
		const next = await iterator.next();
		if (next.done) break;
		parts.push(next.value);
		have += next.value.length;
	}
	const head = concat(parts);
	return {
		head,
		all: (async function* () {
			if (head.length > 0) yield head;
			for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
		})(),
	};
}
