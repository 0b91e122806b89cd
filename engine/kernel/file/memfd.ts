// memfd_create(2): a regular file in memory that has no name.

import { MemFs } from "../../fs/memfs/memfs";
import { S_IFREG } from "../../fs/vfs/mode";
import { Dentry, detachedMount, type Mount } from "../../fs/vfs/mount";
import type { Errno } from "../../lib/errno";
import type { Kernel, Task } from "../task";
import { FileDescription } from "./description";
import { O_RDWR } from "./flags";
import { RegularFile } from "./regular";

const DEVICE = 1;
const mounts = new WeakMap<Kernel, Mount>();

function mountOf(kernel: Kernel): Mount {
	let mount = mounts.get(kernel);
	if (!mount) {
		mount = detachedMount(new MemFs({ now: () => kernel.now(), newDevice: () => DEVICE }));
		mounts.set(kernel, mount);
	}
	return mount;
}
export function createMemfd(task: Task, name: string): FileDescription | Errno {
	const mount = mountOf(task.kernel);
	const { uid, gid } = task.credentials;
	const unique = String(task.kernel.nextInode());
	const inode = mount.fs.root.make(unique, { mode: S_IFREG | 0o777, uid, gid });
	if (typeof inode === "number") return inode;
	mount.fs.root.unlink(unique);
	const label = `/memfd:${name} (deleted)`;
	const place = { mount, dentry: new Dentry(inode, undefined, label) };
	return new FileDescription(new RegularFile(inode, label, place), O_RDWR, place, inode);
}
