// What a directory takes on the disk, as du(1) counts: blocks, each inode once.

import { isDirectory } from "../../lib/linux";
import type { Sys } from "../../sys";

export interface Usage {
	/** Bytes. */
	size: number;
	inodes: number;
}

export async function usageOf(sys: Sys, root: string): Promise<Usage> {
	const seen = new Set<number>();
	const usage: Usage = { size: 0, inodes: 0 };
	const count = async (path: string): Promise<void> => {
		const stat = await sys.lstat(path);
		if (seen.has(stat.ino)) return;
		seen.add(stat.ino);
		usage.size += stat.blocks * 512;
		usage.inodes++;
		if (!isDirectory(stat.mode)) return;
		for (const { name } of await sys.readdir(path)) await count(`${path}/${name}`);
	};
	await count(root);
	return usage;
}
