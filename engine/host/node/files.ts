// A registry's files on the real disk.

import { appendFileSync, createReadStream, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Files } from "../../registry/files";

const missing = (error: unknown): boolean => ["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "");

export function nodeFiles(root: string): Files {
	const at = (path: string): string => join(root, path);
	const makeWay = (path: string): void => void mkdirSync(dirname(path), { recursive: true });
	return {
		async size(path) {
			try {
				return statSync(at(path)).size;
			} catch (error) {
				if (missing(error)) return undefined;
				throw error;
			}
		},
		async *read(path, offset, length) {
			if (length > 0) yield* createReadStream(at(path), { start: offset, end: offset + length - 1 }) as AsyncIterable<Uint8Array>;
		},
		async replace(path, bytes) {
			makeWay(at(path));
			writeFileSync(at(`${path}.part`), bytes);
			renameSync(at(`${path}.part`), at(path));
		},
		async append(path, bytes) {
			makeWay(at(path));
			appendFileSync(at(path), bytes);
		},
		async rename(from, to) {
			makeWay(at(to));
			renameSync(at(from), at(to));
		},
		async remove(path) {
			rmSync(at(path), { force: true });
		},
	};
}
