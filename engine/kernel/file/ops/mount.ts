// Operations on the tree of mounts (man 2 mount, umount2, pivot_root), by the caller's mount namespace.

import { S_IFDIR, typeOf } from "../../../fs/vfs/mode";
import { inodeAt, type Mount, MS, pathOf, samePlace, throughMounts, UMOUNT_NOFOLLOW } from "../../../fs/vfs/mount";
import { isWatched, notifyUnmounted } from "../../../fs/vfs/notify";
import type { FileSystem } from "../../../fs/vfs/types";
import { resolve } from "../../../fs/vfs/walk";
import { ERRNO, type Errno } from "../../../lib/errno";
import type { UserNamespace } from "../../ns/namespaces";
import { CAP, capableIn } from "../../proc/capability";
import type { Task } from "../../task";
import type { Place } from "../description";
import { contextOf } from "./context";

const MS_MGC_MASK = 0xffff0000;
const MS_MGC_VAL = 0xc0ed0000;
const PROPAGATION = MS.SHARED | MS.PRIVATE | MS.SLAVE | MS.UNBINDABLE;

/** May the task change its tree of mounts? Its capabilities must be over the user namespace that owns the tree. */
export const mayMount = (task: Task): boolean => capableIn(task, task.namespaces.mnt.owner, CAP.SYS_ADMIN);
const flagNames = (flags: number): string[] =>
	Object.entries(MS)
		.filter(([, bit]) => (flags & bit) !== 0)
		.map(([name]) => `MS_${name}`);

export function mount(task: Task, source: string, target: string, type: string, flags: number, data: string): 0 | Errno {
	if ((flags & MS_MGC_MASK) >>> 0 === MS_MGC_VAL) flags &= ~MS_MGC_MASK;
	const place = resolve(contextOf(task), target);
	if (typeof place === "number") return place;
	if (!mayMount(task)) return -ERRNO.EPERM;
	const result = mountAt(task, source, place, type, flags, data);
	if (typeof result === "number" && result < 0) return result;
	const path = pathOf(place, task.fs.root, true).path;
	task.kernel.trace.emit("kernel", {
		type: "mount",
		pid: task.process.pid,
		source,
		target: path,
		fstype: type,
		flags: flagNames(flags),
	});
	return 0;
}
function mountAt(task: Task, source: string, target: Place, type: string, flags: number, data: string): Mount | 0 | Errno {
	const namespace = task.namespaces.mnt;
	if (flags & MS.REMOUNT) {
		// The mount's own flags are the namespace's; those of the file system, whoever's it is.
		if (!(flags & MS.BIND) && !capableIn(task, ownerOf(task, target.mount.fs), CAP.SYS_ADMIN)) return -ERRNO.EPERM;
		return namespace.remount(target, flags);
	}
	if (flags & (MS.BIND | MS.MOVE)) {
		if (source === "") return -ERRNO.EINVAL;
		const from = resolve(contextOf(task), source);
		if (typeof from === "number") return from;
		return flags & MS.BIND ? namespace.bind(from, target, (flags & MS.REC) !== 0) : namespace.move(from, target);
	}
	if (flags & PROPAGATION) return namespace.setPropagation(target, flags);
	if (type === "") return -ERRNO.EINVAL;
	const found = task.kernel.fileSystemTypes.get(type);
	if (!found) return -ERRNO.ENODEV;
	const owner = ownerByType(task, type);
	if (!owner || !capableIn(task, owner, CAP.SYS_ADMIN)) return -ERRNO.EPERM;
	const fs = found.create(task, source, flags, data);
	if (typeof fs !== "number" && !owners.has(fs)) owners.set(fs, owner);
	return typeof fs === "number" ? fs : namespace.mount(target, fs, source || "none", flags);
}

/** The user namespaces that file systems belong to; those of the machine's start are the initial one's. */
const owners = new WeakMap<FileSystem, UserNamespace>();
function ownerOf(task: Task, fs: FileSystem): UserNamespace {
	return owners.get(fs) ?? initialOf(task.namespaces.user);
}
function initialOf(user: UserNamespace): UserNamespace {
	return user.parent ? initialOf(user.parent) : user;
}
/** What only whoever is privileged in the initial user namespace mounts is not here (FS_USERNS_MOUNT). */
const IN_USER_NAMESPACES = new Set(["tmpfs", "ramfs", "devpts", "overlay", "mqueue", "proc", "sysfs", "cgroup2"]);
/** Whose a new file system of the type is: of its mounter, or of the namespace that it shows. */
function ownerByType({ namespaces }: Task, type: string): UserNamespace | undefined {
	switch (type) {
		case "proc":
			return namespaces.pid.owner;
		case "sysfs":
			return namespaces.net.owner;
		case "mqueue":
			return namespaces.ipc.owner;
		case "cgroup2":
			return namespaces.cgroup.owner;
		default:
			return IN_USER_NAMESPACES.has(type) ? namespaces.user : initialOf(namespaces.user);
	}
}

export function umount2(task: Task, target: string, flags: number): 0 | Errno {
	if (flags & ~15) return -ERRNO.EINVAL;
	const found = resolve(contextOf(task), target, { followLast: !(flags & UMOUNT_NOFOLLOW) });
	if (typeof found === "number") return found;
	if (!mayMount(task)) return -ERRNO.EPERM;
	// LOOKUP_MOUNTPOINT: "." and "/", too, mean what is mounted on top (pivot_root(2) with "." for both counts on it).
	const place = throughMounts(found);
	const { path } = pathOf(place, task.fs.root, true);
	const result = task.namespaces.mnt.umount(place, flags, (mount) => isBusy(task, mount));
	if (result !== 0) return result;
	task.kernel.trace.emit("kernel", { type: "umount", pid: task.process.pid, target: path });
	if (isWatched() && !isMounted(task, place.mount.fs)) notifyUnmounted(place.mount.fs);
	return 0;
}
/** Is the file system still seen in any namespace? */
function isMounted({ kernel }: Task, fs: FileSystem): boolean {
	const namespaces = new Set([...kernel.processes()].flatMap(({ tasks }) => [...tasks].map((task) => task.namespaces.mnt)));
	return [...namespaces].some(({ mounts }) => [...mounts].some((mount) => mount.fs === fs));
}
/** Does any process have a directory or a file open in it? */
function isBusy({ kernel }: Task, mount: Mount): boolean {
	for (const process of kernel.processes()) {
		if (process.executablePlace?.mount === mount) return true;
		for (const task of process.tasks) {
			if (task.fs.cwd.mount === mount || task.fs.root.mount === mount) return true;
			for (const [, file] of task.files.entries()) if (file.place?.mount === mount) return true;
		}
	}
	return false;
}

export function pivotRoot(task: Task, newRoot: string, putOld: string): 0 | Errno {
	if (!mayMount(task)) return -ERRNO.EPERM;
	const context = contextOf(task);
	const to = resolve(context, newRoot);
	if (typeof to === "number") return to;
	const old = resolve(context, putOld);
	if (typeof old === "number") return old;
	if (typeOf(inodeAt(to)) !== S_IFDIR || typeOf(inodeAt(old)) !== S_IFDIR) return -ERRNO.ENOTDIR;
	const root = task.fs.root;
	const { path } = pathOf(to, root, true);
	const result = task.namespaces.mnt.pivotRoot(root, to, old);
	if (result !== 0) return result;
	// Every process that was at the old root is at the new one now.
	for (const process of task.kernel.processes())
		for (const other of process.tasks) {
			if (samePlace(other.fs.root, root)) other.fs.root = to;
			if (samePlace(other.fs.cwd, root)) other.fs.cwd = to;
		}
	task.kernel.trace.emit("kernel", { type: "pivot_root", pid: task.process.pid, root: path });
	return 0;
}
