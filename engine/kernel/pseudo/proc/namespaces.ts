// /proc/PID/ns: a magic link for each namespace, to a file of nsfs that stands for it (setns(2), bind mounts).

import { S_IFREG } from "../../../fs/vfs/mode";
import { Dentry, detachedMount, type Mount, type Place } from "../../../fs/vfs/mount";
import { ERRNO } from "../../../lib/errno";
import { FileDescription, type FileOperations, type IoctlMemory, POLLIN, POLLOUT } from "../../file/description";
import { O_RDONLY } from "../../file/flags";
import { install } from "../../file/ops/context";
import type { SpecialInode } from "../../file/special";
import type { NamespaceFile } from "../../ns/file";
import { CLONE_NEW, type Namespace, type Namespaces, type PidNamespace, type UserNamespace } from "../../ns/namespaces";
import { fromOutside } from "../../ns/user";
import { CLONE } from "../../proc/clone-flags";
import type { Kernel, Task } from "../../task";
import type { WaitQueue } from "../../wait";
import { PseudoDirectory, PseudoFs, PseudoNode } from "../tree";

const NSFS_MAGIC = 0x6e736673;
const INITIAL_TIME = 0xeffffffa;

/** What the links lead to: the namespaces of tasks, and the time namespace, which all share. */
type LinkedNamespace = Omit<Namespace, "kind"> & { readonly kind: Namespace["kind"] | "time" };

class NsFs extends PseudoFs {
	readonly root: PseudoNode;
	constructor(kernel: Kernel) {
		super(kernel, "nsfs", NSFS_MAGIC);
		this.root = new PseudoDirectory(this);
	}
}
class NamespaceNode extends PseudoNode implements NamespaceFile, SpecialInode {
	constructor(
		fs: PseudoFs,
		readonly namespace: LinkedNamespace,
	) {
		super(fs, S_IFREG, 0o444);
	}
	override attributes() {
		return { ...super.attributes(), ino: this.namespace.inode };
	}
	override identity(): object {
		return this.namespace;
	}
	openFile(): FileOperations {
		this.namespace.hold?.();
		return new NamespaceHandle(this.namespace);
	}
	mounted(): void {
		this.namespace.hold?.();
	}
	unmounted(): void {
		this.namespace.drop?.();
	}
}
/** Requests of ioctl_ns(2). */
const NS = { GET_USERNS: 0xb701, GET_PARENT: 0xb702, GET_NSTYPE: 0xb703, GET_OWNER_UID: 0xb704 } as const;

const isNested = (namespace: LinkedNamespace): namespace is UserNamespace | PidNamespace =>
	namespace.kind === "user" || namespace.kind === "pid";
/** A descriptor for a namespace that another leads to. EPERM for one outside of what the caller is in. */
function openRelated(task: Task, related: UserNamespace | PidNamespace | undefined): number {
	const own: Namespace = related?.kind === "pid" ? task.namespaces.pid : task.namespaces.user;
	for (let at: typeof related = related; at; at = at.parent) {
		if (at === own) return openNamespace(task, related!);
	}
	return -ERRNO.EPERM;
}
function openNamespace(task: Task, namespace: Namespace): number {
	const place = namespacePlace(task.kernel, namespace);
	const node = place.dentry.inode as NamespaceNode;
	return install(task, new FileDescription(node.openFile(), O_RDONLY, place, node), true);
}

/** An open one: it keeps the namespace, and answers where it stands among the others. */
class NamespaceHandle implements FileOperations {
	readonly label = "";
	constructor(private readonly namespace: LinkedNamespace) {}
	read(): number {
		return -ERRNO.EINVAL;
	}
	write(): number {
		return -ERRNO.EBADF;
	}
	poll(): number {
		return POLLIN | POLLOUT;
	}
	queues(): readonly WaitQueue[] {
		return [];
	}
	ioctl(_file: FileDescription, task: Task, request: number, memory: IoctlMemory): number {
		const { namespace } = this;
		switch (request) {
			case NS.GET_USERNS:
				return openRelated(task, namespace.kind === "user" ? (namespace as UserNamespace).parent : namespace.owner);
			case NS.GET_PARENT:
				return isNested(namespace) ? openRelated(task, namespace.parent) : -ERRNO.EINVAL;
			case NS.GET_NSTYPE:
				return namespace.kind === "time" ? CLONE.NEWTIME : CLONE_NEW[namespace.kind];
			case NS.GET_OWNER_UID: {
				if (namespace.kind !== "user") return -ERRNO.EINVAL;
				const uid = fromOutside(task.namespaces.user, "uidMap", (namespace as UserNamespace).creator);
				return memory.write(new Uint8Array(Uint32Array.of(uid).buffer)) ? 0 : -ERRNO.EFAULT;
			}
			default:
				return -ERRNO.ENOTTY;
		}
	}
	release(): void {
		this.namespace.drop?.();
	}
}

const mounts = new WeakMap<Kernel, Mount>();
const nodes = new WeakMap<LinkedNamespace, NamespaceNode>();

export const namespaceLabel = ({ kind, inode }: LinkedNamespace): string => `${kind}:[${inode}]`;

export function namespacePlace(kernel: Kernel, namespace: LinkedNamespace): Place {
	let mount = mounts.get(kernel);
	if (!mount) {
		mount = detachedMount(new NsFs(kernel));
		mounts.set(kernel, mount);
	}
	let node = nodes.get(namespace);
	if (!node) {
		node = new NamespaceNode(mount.fs as PseudoFs, namespace);
		nodes.set(namespace, node);
	}
	return { mount, dentry: new Dentry(node, undefined, namespaceLabel(namespace)) };
}

/** The initial time namespace, which is the only one. */
const times = new WeakMap<UserNamespace, LinkedNamespace>();
function timeNamespace(all: Namespaces): LinkedNamespace {
	let owner = all.user;
	while (owner.parent) owner = owner.parent;
	let namespace = times.get(owner);
	if (!namespace) {
		namespace = { kind: "time", inode: INITIAL_TIME, owner };
		times.set(owner, namespace);
	}
	return namespace;
}

/** The links by name. */
export const NAMESPACE_LINKS: ReadonlyArray<[name: string, of: (all: Namespaces) => LinkedNamespace]> = [
	["cgroup", (all) => all.cgroup],
	["ipc", (all) => all.ipc],
	["mnt", (all) => all.mnt],
	["net", (all) => all.net],
	["pid", (all) => all.pid],
	["pid_for_children", (all) => all.pidForChildren],
	["time", timeNamespace],
	["time_for_children", timeNamespace],
	["user", (all) => all.user],
	["uts", (all) => all.uts],
];
