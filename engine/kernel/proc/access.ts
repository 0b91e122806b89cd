// Who may look into whom (man 2 ptrace, "Ptrace access mode checking"): /proc's links, pidfd_getfd, process_vm_readv, kcmp.

import type { Task } from "../task";
import { CAP, capableIn } from "./capability";

/** PTRACE_MODE_READ or ATTACH with real ids: the same user all through and nothing to hide, or CAP_SYS_PTRACE over it. */
export function mayInspect(asker: Task, target: Task): boolean {
	if (asker.process === target.process) return true;
	const { identity } = target;
	const sameUser = [identity.euid, identity.ruid, identity.suid].every((id) => id === asker.identity.ruid);
	const sameGroup = [identity.egid, identity.rgid, identity.sgid].every((id) => id === asker.identity.rgid);
	const more = identity.permitted & ~asker.identity.permitted;
	if (sameUser && sameGroup && more === 0n && target.process.dumpable === 1) return true;
	return capableIn(asker, target.namespaces.user, CAP.SYS_PTRACE);
}
