// A registry's files on the real disk. What is there is whole: a file is written beside, brought to the disk and renamed over.

import {
	appendFileSync,
	closeSync,
	createReadStream,
	fsyncSync,
	mkdirSync,
	openSync,
	readdirSync,
	renameSync,
	rmSync,
	statSync,
	writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { Files } from "../../registry/files";
import { plain } from "./bytes";

const missing = (error: unknown): boolean => ["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "");
let parts = 0;

/** @param options.durable false where what a power cut takes can be made anew */
export function nodeFiles(root: string, { durable = true }: { durable?: boolean } = {}): Files {
	const at = (path: string): string => join(root, path);
	const makeWay = (path: string): void => void mkdirSync(dirname(path), { recursive: true });
	const sync = (path: string): void => {
		if (!durable) return;
		const fd = openSync(path, "r");
		try {
			fsyncSync(fd);
		} finally {
			closeSync(fd);
		}
	};
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
			if (length === 0) return;
			for await (const piece of createReadStream(at(path), { start: offset, end: offset + length - 1 })) yield plain(piece);
		},
		async replace(path, bytes) {
			makeWay(at(path));
			// two writers of one file at a time, in two processes even, must not write into the same part
			const part = `${at(path)}.${process.pid}-${++parts}.part`;
			const fd = openSync(part, "w");
			try {
				for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
				if (durable) fsyncSync(fd);
			} finally {
				closeSync(fd);
			}
			renameSync(part, at(path));
		},
		async append(path, bytes) {
			makeWay(at(path));
			appendFileSync(at(path), bytes);
		},
		async rename(from, to) {
			makeWay(at(to));
			sync(at(from));
			renameSync(at(from), at(to));
			sync(dirname(at(to)));
		},
		async remove(path) {
			rmSync(at(path), { force: true, recursive: true });
		},
		async list(path) {
			try {
				return readdirSync(at(path))
					.filter((name) => !name.endsWith(".part"))
					.sort();
			} catch (error) {
				if (missing(error)) return [];
				throw error;
			}
		},
	};
}
