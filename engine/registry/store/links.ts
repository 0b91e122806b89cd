// Links and other small files: a digest, a time, a list.

import { collect, text, utf8 } from "../../lib/bytes";
import { type Digest, isDigest } from "../../lib/digest";
import type { Files } from "../files";

/** The whole file, or undefined where there is none, or no more. */
export async function readWhole(files: Files, path: string): Promise<Uint8Array | undefined> {
	const size = await files.size(path);
	if (size === undefined) return undefined;
	try {
		return await collect(files.read(path, 0, size));
	} catch (error) {
		// another took it away in between
		if ((await files.size(path)) === undefined) return undefined;
		throw error;
	}
}
export async function readSmall(files: Files, path: string): Promise<string | undefined> {
	const bytes = await readWhole(files, path);
	return bytes === undefined ? undefined : text(bytes);
}
/** The digest in a link; a link that is damaged counts as none. */
export async function readLink(files: Files, path: string): Promise<Digest | undefined> {
	const digest = (await readSmall(files, path))?.trim();
	return digest !== undefined && isDigest(digest) ? digest : undefined;
}
export const writeLink = (files: Files, path: string, digest: Digest): Promise<void> => files.replace(path, utf8(digest));
/** A link that is there already is left alone. */
export async function ensureLink(files: Files, path: string, digest: Digest): Promise<void> {
	if ((await files.size(path)) !== digest.length) await writeLink(files, path, digest);
}

/** The digests in a folder of the form ALGORITHM/HEX. */
export async function digestsIn(files: Files, folder: string): Promise<Digest[]> {
	const out: Digest[] = [];
	for (const algorithm of await files.list(folder)) {
		for (const encoded of await files.list(`${folder}/${algorithm}`)) {
			const digest = `${algorithm}:${encoded}`;
			if (isDigest(digest)) out.push(digest);
		}
	}
	return out;
}
