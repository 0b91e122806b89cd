// The site's images on this server's disk, for the registry to read. Nothing is ever written from here.

import { createReadStream } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Files } from "@/engine/registry/files";

/** @param root what set-up built; see engine/registry/store/layout.ts */
export function readOnlyFiles(root: string): Files {
	const at = (path: string): string => join(root, path);
	const refuse = async (): Promise<never> => {
		throw new Error("the site's images are read-only");
	};
	return {
		async size(path) {
			try {
				return (await stat(at(path))).size;
			} catch (error) {
				if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
				throw error;
			}
		},
		async *read(path, offset, length) {
			if (length === 0) return;
			// What is small comes in one piece; a layer comes as it is asked for.
			if (offset === 0 && length < 65_536) yield (await readFile(at(path))).subarray(0, length);
			else yield* createReadStream(at(path), { start: offset, end: offset + length - 1 }) as AsyncIterable<Uint8Array>;
		},
		async list(path) {
			try {
				return (await readdir(at(path))).sort();
			} catch (error) {
				if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return [];
				throw error;
			}
		},
		replace: refuse,
		append: refuse,
		rename: refuse,
		remove: refuse,
	};
}
