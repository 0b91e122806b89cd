// Is a file an archive? ADD unpacks those that are, compressed or not, whatever they are called.

import { peekArchive, unpacked } from "../../lib/archive";
import { concat } from "../../lib/bytes";
import { checksums, readNumber } from "../../lib/tar/header";
import type { Sys } from "../../sys";

const BLOCK = 512;

/** The tar in a file, or undefined when it is none. */
export async function archiveOf(sys: Sys, content: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array> | undefined> {
	const outer = await beginning(content);
	const { compression, whole } = await peekArchive(outer.all);
	if (compression === "none") return isTar(outer.head) ? whole : undefined;
	const inner = await beginning(unpacked(sys, whole, compression)).catch(() => undefined);
	if (inner && isTar(inner.head)) return inner.all;
	await inner?.close();
	return undefined;
}

function isTar(head: Uint8Array): boolean {
	if (head.length < BLOCK || head[0] === 0) return false;
	try {
		return readNumber(head, 148, 8) === checksums(head).unsigned;
	} catch {
		return false;
	}
}

interface Begun {
	head: Uint8Array;
	/** All of it, the first block included. */
	all: AsyncIterable<Uint8Array>;
	/** Nothing of it is wanted. */
	close(): Promise<void>;
}
async function beginning(source: AsyncIterable<Uint8Array>): Promise<Begun> {
	const iterator = source[Symbol.asyncIterator]();
	const parts: Uint8Array[] = [];
	for (let have = 0; have < BLOCK; ) {
		const next = await iterator.next();
		if (next.done) break;
		parts.push(next.value);
		have += next.value.length;
	}
	const head = concat(parts);
	const close = async (): Promise<void> => {
		await iterator.return?.();
	};
	return {
		head,
		all: (async function* () {
			try {
				if (head.length > 0) yield head;
				for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
			} finally {
				await close();
			}
		})(),
		close,
	};
}
