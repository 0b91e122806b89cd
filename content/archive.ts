// An archive of `docker save`, compressed by gzip, as tasks look into it.

import type { Witness } from "./lesson";

const BLOCK = 512;

/** @throws TypeError where the file is cut short, as while it is written */
const gunzip = async (bytes: Uint8Array): Promise<Uint8Array> => {
	const unzipped = new Blob([bytes.slice()]).stream().pipeThrough(new DecompressionStream("gzip"));
	return new Uint8Array(await new Response(unzipped).arrayBuffer());
};

/** A file of a tar by its whole name (ustar: name at 0, octal size at 124). */
function fileIn(tar: Uint8Array, wanted: string): string | undefined {
	const text = (from: number, length: number): string =>
		new TextDecoder().decode(tar.subarray(from, from + length)).replace(/\0[\s\S]*$/, "");
	for (let at = 0; at + BLOCK <= tar.length && tar[at] !== 0; ) {
		const size = Number.parseInt(text(at + 124, 12).trim(), 8) || 0;
		if (text(at, 100) === wanted) return text(at + BLOCK, size);
		at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
	}
	return undefined;
}

/** Names of the images in a gzipped archive: `busybox:latest`; none where the file is no such archive. */
export async function savedImages(machine: Witness, path: string): Promise<string[]> {
	const bytes = await machine.readFile(path).catch(() => undefined);
	if (bytes?.[0] !== 0x1f || bytes[1] !== 0x8b) return [];
	try {
		const manifest = fileIn(await gunzip(bytes), "manifest.json");
		const listed = manifest ? (JSON.parse(manifest) as Array<{ RepoTags: string[] | null }>) : [];
		return listed.flatMap(({ RepoTags }) => RepoTags ?? []);
	} catch {
		return [];
	}
}
