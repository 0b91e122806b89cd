// The few things that a registry does with files, and how a program does them by system calls.

import { isErrno, makeDirectories, replaceFile, writeAll } from "../lib/files";
import { O } from "../lib/linux";
import { dirname } from "../lib/path";
import type { Sys } from "../sys";

/** Paths are relative to the registry's root. */
export interface Files {
	/** undefined where there is no such file. */
	size(path: string): Promise<number | undefined>;
	read(path: string, offset: number, length: number): AsyncIterable<Uint8Array>;
	/** The whole file at once: a reader sees the old or the new one. */
	replace(path: string, bytes: Uint8Array): Promise<void>;
	append(path: string, bytes: Uint8Array): Promise<void>;
	rename(from: string, to: string): Promise<void>;
	remove(path: string): Promise<void>;
}

const CHUNK = 256 * 1024;

export function sysFiles(sys: Sys, root: string): Files {
	const at = (path: string): string => `${root}/${path}`;
	const made = new Set<string>();
	const makeWay = async (path: string): Promise<void> => {
		const directory = dirname(path);
		if (made.has(directory)) return;
		await makeDirectories(sys, directory);
		made.add(directory);
	};
	return {
		async size(path) {
			try {
				return (await sys.stat(at(path))).size;
			} catch (error) {
				if (isErrno(error, "ENOENT", "ENOTDIR")) return undefined;
				throw error;
			}
		},
		async *read(path, offset, length) {
			const fd = await sys.open(at(path), O.RDONLY | O.CLOEXEC);
			try {
				for (let from = offset; from < offset + length; ) {
					const piece = await sys.pread(fd, Math.min(CHUNK, offset + length - from), from);
					if (piece.length === 0) return;
					from += piece.length;
					yield piece;
				}
			} finally {
				await sys.close(fd);
			}
		},
		async replace(path, bytes) {
			await makeWay(at(path));
			await replaceFile(sys, at(path), bytes);
		},
		async append(path, bytes) {
			const fd = await sys.open(at(path), O.WRONLY | O.CREAT | O.APPEND | O.CLOEXEC, 0o644);
			try {
				await writeAll(sys, fd, bytes);
			} finally {
				await sys.close(fd);
			}
		},
		async rename(from, to) {
			await makeWay(at(to));
			await sys.rename(at(from), at(to));
		},
		async remove(path) {
			await sys.unlink(at(path)).catch((error: unknown) => {
				if (!isErrno(error, "ENOENT")) throw error;
			});
		},
	};
}
