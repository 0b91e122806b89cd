// The site's images on this server's disk, for the registry to read. Nothing is ever written from here.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { nodeFiles } from "@/engine/host/node/files";
import type { Files } from "@/engine/registry/files";

/** What is small comes in one piece; a layer comes as it is asked for. */
const SMALL = 65_536;

/** @param root what set-up built; see engine/registry/store/layout.ts */
export function readOnlyFiles(root: string): Files {
	const files = nodeFiles(root);
	const refuse = async (): Promise<never> => {
		throw new Error("the site's images are read-only");
	};
	return {
		...files,
		async *read(path, offset, length) {
			if (length === 0) return;
			if (offset === 0 && length < SMALL) yield (await readFile(join(root, path))).subarray(0, length);
			else yield* files.read(path, offset, length);
		},
		replace: refuse,
		append: refuse,
		rename: refuse,
		remove: refuse,
	};
}
