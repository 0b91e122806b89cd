// What COPY and ADD copy from: a tree of files, wherever it is.

export interface ContextEntry {
	name: string;
	type: "file" | "directory" | "symlink" | "special";
	/** 07777 */
	mode: number;
	uid: number;
	gid: number;
	size: number;
	/** Nanoseconds since 1970. */
	mtime: bigint;
	/** Of a symlink. */
	target?: string;
	/** Of a device or a FIFO: its type (S_IFMT) and the device's number. */
	node?: { type: number; rdev: number };
	/** The same for all names of one file (hard links); a file of one name has none. */
	inode?: string;
	/** Extended attributes, where it has any. */
	xattrs?: Array<[name: string, value: Uint8Array]>;
}
/** Paths are clean and relative; "" is the root. Nothing here follows symlinks. */
export interface BuildContext {
	stat(path: string): Promise<ContextEntry | undefined>;
	/** In order of the names. */
	list(path: string): Promise<ContextEntry[]>;
	read(path: string): AsyncIterable<Uint8Array>;
}

export const below = (directory: string, name: string): string => (directory === "" ? name : `${directory}/${name}`);
