// How large a file may become: RLIMIT_FSIZE, and the largest offset that there is.

import { ERRNO } from "../../../lib/errno";
import type { Task } from "../../task";
import { RLIMIT_FSIZE, SIGXFSZ } from "../flags";
import { MAX_OFFSET } from "../regular";

/** 0, or EFBIG, with SIGXFSZ where it is the process's own limit. */
export function beyondLimit(task: Task, size: number): number {
	if (size > MAX_OFFSET) return -ERRNO.EFBIG;
	if (size <= (task.process.limits.get(RLIMIT_FSIZE)?.soft ?? Number.POSITIVE_INFINITY)) return 0;
	task.kernel.signalSelf(task, SIGXFSZ);
	return -ERRNO.EFBIG;
}
