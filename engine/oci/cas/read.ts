// Digest → bytes, checked: nothing that was read from a store or a network is used before its digest is known to be right.

import { concat } from "../../lib/bytes";
import { algorithmOf, checkDigest, createDigester, type Digest } from "../../lib/digest";
import { dataLoss } from "../../lib/errors";

type Bytes = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/**
 * Passes the bytes on; fails at their end when they are not what the digest names.
 * @throws EngineError dataLoss
 */
export async function* verified(source: Bytes, digest: Digest, size?: number): AsyncGenerator<Uint8Array> {
	const digester = await createDigester(algorithmOf(checkDigest(digest)));
	for await (const piece of source) {
		digester.update(piece);
		if (size !== undefined && digester.size > size) throw wrongSize(digest, digester.size, size);
		yield piece;
	}
	if (size !== undefined && digester.size !== size) throw wrongSize(digest, digester.size, size);
	const actual = digester.digest();
	if (actual !== digest) throw dataLoss(`unexpected commit digest ${actual}, expected ${digest}: failed precondition`);
}
const wrongSize = (digest: Digest, actual: number, expected: number) =>
	dataLoss(`unexpected commit size ${actual}, expected ${expected}: ${digest}: failed precondition`);

/** All of it, checked, for documents that are small. */
export async function readVerified(source: Bytes, digest: Digest, size?: number): Promise<Uint8Array> {
	const parts: Uint8Array[] = [];
	for await (const piece of verified(source, digest, size)) parts.push(piece);
	return concat(parts);
}
