// Paths that begin at a descriptor (the *at() calls) as far as execveat needs them.

import { resolve } from "../../fs/vfs/walk";
import { ERRNO, type Errno } from "../../lib/errno";
import type { Place } from "../file/description";
import { AT_EMPTY_PATH, AT_SYMLINK_NOFOLLOW } from "../file/flags";
import { contextAt } from "../file/ops/context";
import type { Task } from "../task";

export function place(task: Task, dirfd: number, path: string, flags: number): Place | Errno {
	if (flags & ~(AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW)) return -ERRNO.EINVAL;
	if (path === "" && flags & AT_EMPTY_PATH) {
		const file = task.files.get(dirfd);
		return file ? (file.place ?? -ERRNO.EACCES) : -ERRNO.EBADF;
	}
	const context = contextAt(task, path, dirfd);
	return typeof context === "number" ? context : resolve(context, path, { followLast: !(flags & AT_SYMLINK_NOFOLLOW) });
}
