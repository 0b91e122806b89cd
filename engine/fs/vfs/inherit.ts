// What a new inode takes from the directory that it is made in (inode_init_owner).

import { S_IFDIR, S_IFMT, S_ISGID } from "./mode";
import type { Attributes, NewNode } from "./types";

/** In a directory with the setgid bit, what is made gets the directory's group, and directories the bit as well. */
export function inherit(directory: Pick<Attributes, "mode" | "gid">, node: NewNode): NewNode {
	if ((directory.mode & S_ISGID) === 0) return node;
	const mode = (node.mode & S_IFMT) === S_IFDIR ? node.mode | S_ISGID : node.mode;
	return { ...node, mode, gid: directory.gid };
}
