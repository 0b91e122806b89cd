// Whom a system call means by a number: 0 is the caller.

import { type ProcessRecord, taskRecord } from "../proc/process";
import type { GuestTask } from "./row";

export function processOf(task: GuestTask, pid: number): ProcessRecord | undefined {
	if (pid === 0) return taskRecord(task).process;
	const found = task.kernel.findTask(pid, task.namespaces.pid);
	return found && taskRecord(found).process;
}
