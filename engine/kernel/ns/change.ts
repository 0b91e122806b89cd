// unshare(2) and setns(2): a task leaves the namespaces it is in for new ones, or for those of another.

import { ERRNO } from "../../lib/errno";
import { mayInspect } from "../proc/access";
import { ALL_CAPABILITIES, CAP, capable, capableIn } from "../proc/capability";
import { CLONE } from "../proc/clone-flags";
import type { PidNamespaceRecord } from "../proc/pid";
import type { TaskRecord } from "../proc/task";
import { createNamespaces, credentialsWithin, kindsOf, NAMESPACE_FLAGS } from "./create";
import { setNamespaces } from "./enter";
import { CLONE_NEW, type Namespace, type Namespaces } from "./namespaces";

const UNSHARABLE = NAMESPACE_FLAGS | CLONE.FS | CLONE.FILES | CLONE.SIGHAND | CLONE.VM | CLONE.THREAD | CLONE.SYSVSEM;

export function unshare(task: TaskRecord, flags: number): number {
	if (flags & ~UNSHARABLE) return -ERRNO.EINVAL;
	const { process } = task;
	const alone = process.tasks.size === 1;
	if (flags & (CLONE.THREAD | CLONE.SIGHAND | CLONE.VM | CLONE.NEWUSER) && !alone) return -ERRNO.EINVAL;
	if (flags & CLONE.NEWPID && task.namespaces.pid !== task.namespaces.pidForChildren) return -ERRNO.EINVAL;
	const entered = createNamespaces(task, flags);
	if (typeof entered === "number") return entered;
	if (flags & CLONE.FILES) task.files = task.files.own();
	task.fs = { ...entered.fs };
	task.credentials = entered.credentials;
	task.identity = entered.identity;
	setNamespaces(task, entered.namespaces);
	const kinds = kindsOf(flags);
	if (kinds.length > 0) task.kernel.trace.emit("kernel", { type: "namespace", pid: process.pid, kinds, how: "unshare" });
	return 0;
}

/** setns(2) to one namespace; `type` is CLONE_NEW* or 0. EINVAL, EPERM. */
export function enter(task: TaskRecord, namespace: Namespace, type: number): number {
	const { kind } = namespace;
	if (type !== 0 && type !== CLONE_NEW[kind]) return -ERRNO.EINVAL;
	if (kind === "user") return enterUser(task, namespace as Namespaces["user"]);
	if (!capableIn(task, namespace.owner, CAP.SYS_ADMIN)) return -ERRNO.EPERM;
	if (!capable(task, kind === "mnt" ? CAP.SYS_CHROOT : CAP.SYS_ADMIN)) return -ERRNO.EPERM;
	const next: Namespaces = { ...task.namespaces };
	if (kind === "pid") {
		const own = task.namespaces.pid as PidNamespaceRecord;
		if (!own.contains(namespace as PidNamespaceRecord)) return -ERRNO.EINVAL;
		next.pidForChildren = namespace as PidNamespaceRecord;
	} else {
		Object.assign(next, { [kind]: namespace });
	}
	if (kind === "mnt") {
		if (task.process.tasks.size > 1) return -ERRNO.EINVAL;
		const { place } = (namespace as Namespaces["mnt"]).root;
		task.fs = { ...task.fs, root: place, cwd: place };
	}
	setNamespaces(task, next);
	task.kernel.trace.emit("kernel", { type: "namespace", pid: task.process.pid, kinds: [kind], how: "setns" });
	return 0;
}

/** setns(2) with a pidfd: several of the target's namespaces at once, all or none. */
export function enterAll(task: TaskRecord, target: TaskRecord, flags: number): number {
	if (flags === 0 || flags & ~NAMESPACE_FLAGS) return -ERRNO.EINVAL;
	if (target.process.zombie) return -ERRNO.ESRCH;
	if (!mayInspect(task, target)) return -ERRNO.EPERM;
	const before = { namespaces: task.namespaces, fs: task.fs, credentials: task.credentials, identity: { ...task.identity } };
	const { mnt, user } = before.namespaces;
	// What is left must not go while it may still be come back to.
	mnt.hold?.();
	before.namespaces.net.hold?.();
	let failed = 0;
	// The user namespace first, whose capabilities open the others; the mount namespace last.
	for (const kind of ["user", "cgroup", "ipc", "uts", "net", "pid", "mnt"] as const) {
		if (!(flags & CLONE_NEW[kind]) || failed < 0) continue;
		if (kind === "user" && target.namespaces.user === user) failed = -ERRNO.EINVAL;
		else failed = enter(task, target.namespaces[kind], 0);
	}
	if (failed < 0) {
		setNamespaces(task, before.namespaces);
		Object.assign(task, { fs: before.fs, credentials: before.credentials, identity: before.identity });
	}
	mnt.drop?.();
	before.namespaces.net.drop?.();
	return failed;
}

function enterUser(task: TaskRecord, user: Namespaces["user"]): number {
	if (user === task.namespaces.user || task.process.tasks.size > 1) return -ERRNO.EINVAL;
	if (!capableIn(task, user, CAP.SYS_ADMIN)) return -ERRNO.EPERM;
	setNamespaces(task, { ...task.namespaces, user });
	task.credentials = credentialsWithin(user, task.credentials);
	Object.assign(task.identity, { permitted: ALL_CAPABILITIES, bounding: ALL_CAPABILITIES, inheritable: 0n, ambient: 0n });
	return 0;
}
