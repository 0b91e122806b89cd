// Which files' pages a process uses: its control group is told (cgroup/cache.ts). What is in memory anyway (tmpfs) was counted when it
// was written.

import type { Inode } from "../../fs/vfs/types";
import type { Task } from "../task";

export function usePages(task: Task, opened: Inode, offset: number, length: number): void {
	const inode = opened.backing ?? opened;
	if (inode.fs.type !== "tmpfs") task.kernel.cgroups.cached(task.process, inode, offset, length);
}
/** A mapping: as far as the file goes. */
export function mapPages(task: Task, inode: Inode, offset: number, length: number): void {
	const within = Math.min(length, inode.attributes().size - offset);
	if (within > 0) usePages(task, inode, offset, within);
}
