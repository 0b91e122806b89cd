// /proc/PID/ns: a magic link for each namespace, to a file of nsfs that stands for it (setns(2), bind mounts).

import { S_IFREG } from "../../../fs/vfs/mode";
import { Dentry, detachedMount, type Mount, type Place } from "../../../fs/vfs/mount";
import { ERRNO } from "../../../lib/errno";
import { type FileOperations, POLLIN, POLLOUT } from "../../file/description";
import type { SpecialInode } from "../../file/special";
import type { NamespaceFile } from "../../ns/file";
import type { Namespace, Namespaces } from "../../ns/namespaces";
import type { Kernel } from "../../task";
import type { WaitQueue } from "../../wait";
import { PseudoDirectory, PseudoFs, PseudoNode } from "../tree";

const NSFS_MAGIC = 0x6e736673;

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
		readonly namespace: Namespace,
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
/** An open one: it keeps the namespace, and can do nothing else. */
class NamespaceHandle implements FileOperations {
	readonly label = "";
	constructor(private readonly namespace: Namespace) {}
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
	ioctl(): number {
		return -ERRNO.ENOTTY;
	}
	release(): void {
		this.namespace.drop?.();
	}
}

const mounts = new WeakMap<Kernel, Mount>();
const nodes = new WeakMap<Namespace, NamespaceNode>();

export const namespaceLabel = ({ kind, inode }: Namespace): string => `${kind}:[${inode}]`;

export function namespacePlace(kernel: Kernel, namespace: Namespace): Place {
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

/** The links by name. */
export const NAMESPACE_LINKS: ReadonlyArray<[name: string, of: (all: Namespaces) => Namespace]> = [
	["cgroup", (all) => all.cgroup],
	["ipc", (all) => all.ipc],
	["mnt", (all) => all.mnt],
	["net", (all) => all.net],
	["pid", (all) => all.pid],
	["pid_for_children", (all) => all.pidForChildren],
	["user", (all) => all.user],
	["uts", (all) => all.uts],
];
