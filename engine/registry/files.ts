// The few things that a registry does with files, and how a program does them by system calls.

import { isErrno, makeDirectories, removeTree, replaceFile, writeAll } from "../lib/files";
import { O } from "../lib/linux";
import { dirname } from "../lib/path";
import type { Sys } from "../sys";

/** Paths are relative to the registry's root. */
export interface Files {
	/** Bytes; undefined where there is no such file. */
	size(path: string): Promise<number | undefined>;
	read(path: string, offset: number, length: number): AsyncIterable<Uint8Array>;
	/** The whole file at once: a reader, and a power cut, see the old or the new one. */
	replace(path: string, bytes: Uint8Array): Promise<void>;
	/** To the end of the file, which is made where it is missing. */
	append(path: string, bytes: Uint8Array): Promise<void>;
	/** A file or a folder; what was written to it is on the disk before its name is. */
	rename(from: string, to: string): Promise<void>;
	/** A file, or a folder with all that is in it; what is not there is no error. */
	remove(path: string): Promise<void>;
	/** The names in a folder, sorted; none where there is no such folder. */
	list(path: string): Promise<string[]>;
}

const CHUNK = 256 * 1024;

export function sysFiles(sys: Sys, root: string): Files {
	const at = (path: string): string => `${root}/${path}`;
	const makeWay = (path: string): Promise<void> => makeDirectories(sys, dirname(path));
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
		remove: (path) => removeTree(sys, at(path)),
		async list(path) {
			try {
				return (await sys.readdir(at(path))).map(({ name }) => name).sort();
			} catch (error) {
				if (isErrno(error, "ENOENT", "ENOTDIR")) return [];
				throw error;
			}
		},
	};
}
