// Inodes that make their own open file: a generated file of /proc keeps the text of its opening, a cgroup file can be polled.

import type { Inode } from "../../fs/vfs/types";
import type { Errno } from "../../lib/errno";
import type { Task } from "../task";
import type { FileOperations } from "./description";

export interface SpecialInode extends Inode {
	/** Called by open(2) after permission checks, in place of Inode.open(). */
	openFile(task: Task, flags: number): FileOperations | Errno;
}
export const isSpecial = (inode: Inode): inode is SpecialInode => "openFile" in inode;
