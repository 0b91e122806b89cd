// What mount(2) can mount: a file system type by its name. fs/ and pseudo/ bring the types, boot hands them to the kernel.

import type { FileSystem } from "../fs/vfs/types";
import type { Errno } from "../lib/errno";
import type { Task } from "./task";

export interface FileSystemType {
	/** As in /proc/filesystems. */
	readonly name: string;
	/** It needs no block device. */
	readonly nodev: boolean;
	/**
	 * Makes the file system that the caller then attaches, or finds the one there is (cgroup2, mqueue of an ipc namespace).
	 * `task` is the one that mounts: proc shows its pid namespace, overlay's paths are seen from it.
	 */
	create(task: Task, source: string, flags: number, data: string): FileSystem | Errno;
}
