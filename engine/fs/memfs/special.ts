// Symlinks, and what memfs only keeps the inode of: device nodes, fifos, sockets.

import { bytesFromName } from "../../lib/bytes";
import type { MemFs } from "./memfs";
import { MemNode, type Metadata } from "./node";

export class MemSymlink extends MemNode {
	override readonly size: number;

	constructor(
		fs: MemFs,
		ino: number,
		meta: Metadata,
		readonly target: string,
	) {
		super(fs, ino, meta);
		this.size = bytesFromName(target).length;
	}
	override readlink(): string {
		return this.target;
	}
}

export class MemSpecial extends MemNode {
	override readonly size = 0;
}
