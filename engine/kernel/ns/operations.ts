// The operations on namespaces and on the names of the machine that system calls and native programs share.

import { ERRNO } from "../../lib/errno";
import { KERNEL_RELEASE } from "../../lib/linux";
import { CAP, capableIn } from "../proc/capability";
import { CLONE } from "../proc/clone-flags";
import { pidFileOf } from "../proc/pidfd";
import { taskRecord } from "../proc/process";
import type { Task } from "../task";
import { enter, enterAll, unshare } from "./change";
import { namespaceOf } from "./file";
import type { Namespace } from "./namespaces";

/** What uname(2) says besides the names of the uts namespace. */
export const RELEASE = KERNEL_RELEASE;
export const VERSION = "#1 SMP PREEMPT_DYNAMIC";
const NAME_MAX = 64;

export const namespaceOperations = {
	unshare: (task: Task, flags: number) => unshare(taskRecord(task), flags),
	setns(task: Task, fd: number, type: number) {
		const file = task.files.get(fd);
		if (!file) return -ERRNO.EBADF;
		const namespace = namespaceOf(file);
		// Everybody is in the only time namespace already.
		if (namespace?.kind === "time") return type === 0 || type === CLONE.NEWTIME ? 0 : -ERRNO.EINVAL;
		if (namespace) return enter(taskRecord(task), namespace as Namespace, type);
		const pidFile = pidFileOf(task, fd);
		return typeof pidFile === "number" ? -ERRNO.EINVAL : enterAll(taskRecord(task), pidFile.process.leader, type);
	},
	sethostname: (task: Task, name: string) => setName(task, "hostname", name),
	setdomainname: (task: Task, name: string) => setName(task, "domainname", name),
	uname: (task: Task) => ({
		sysname: "Linux",
		nodename: task.namespaces.uts.hostname,
		release: RELEASE,
		version: VERSION,
		machine: "x86_64",
	}),
};

function setName(task: Task, which: "hostname" | "domainname", name: string): number {
	const { uts } = task.namespaces;
	if (!capableIn(task, uts.owner, CAP.SYS_ADMIN)) return -ERRNO.EPERM;
	if (name.length > NAME_MAX) return -ERRNO.EINVAL;
	uts[which] = name;
	return 0;
}
