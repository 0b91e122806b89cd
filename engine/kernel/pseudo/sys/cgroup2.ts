// cgroup2: the tree of kernel/cgroup as directories (Documentation/admin-guide/cgroup-v2). mkdir makes a group, rmdir removes it.

import { S_IFDIR, S_IFMT } from "../../../fs/vfs/mode";
import type { Inode, NewNode } from "../../../fs/vfs/types";
import { ERRNO, type Errno } from "../../../lib/errno";
import type { Cgroup, CgroupInode } from "../../cgroup/types";
import type { Kernel } from "../../task";
import { PseudoDirectory, PseudoFile, PseudoFs, type PseudoNode } from "../tree";
import { cgroupFiles } from "./cgroup-files";

const CGROUP2_SUPER_MAGIC = 0x63677270;

export class CgroupFs extends PseudoFs {
	readonly root: CgroupDirectory;
	private readonly directories = new WeakMap<Cgroup, CgroupDirectory>();

	private constructor(kernel: Kernel, top: Cgroup) {
		super(kernel, "cgroup2", CGROUP2_SUPER_MAGIC);
		this.root = this.directoryOf(top);
	}
	/** One for each group that is the root of a cgroup namespace. */
	static of(kernel: Kernel, top: Cgroup): CgroupFs {
		let known = mounted.get(kernel);
		if (!known) {
			known = new WeakMap();
			mounted.set(kernel, known);
		}
		let fs = known.get(top);
		if (!fs) {
			fs = new CgroupFs(kernel, top);
			known.set(top, fs);
		}
		return fs;
	}
	directoryOf(group: Cgroup): CgroupDirectory {
		let directory = this.directories.get(group);
		if (!directory) {
			directory = new CgroupDirectory(this, group);
			this.directories.set(group, directory);
		}
		return directory;
	}
}
const mounted = new WeakMap<Kernel, WeakMap<Cgroup, CgroupFs>>();

export class CgroupDirectory extends PseudoDirectory implements CgroupInode {
	private readonly files = new Map<string, PseudoFile>();

	constructor(
		private readonly cgroupfs: CgroupFs,
		readonly group: Cgroup,
	) {
		super(cgroupfs, [], 0o755);
	}
	protected override get links(): number {
		return 2 + this.group.children.size;
	}
	private file(name: string): PseudoFile | undefined {
		const row = cgroupFiles.get(name);
		if (!row?.present(this.group)) return undefined;
		let made = this.files.get(name);
		if (!made) {
			made = new PseudoFile(this.cgroupfs, row.text(this.group));
			this.files.set(name, made);
		}
		return made;
	}
	protected override find(name: string): PseudoNode | undefined {
		const child = this.group.children.get(name);
		return child ? this.cgroupfs.directoryOf(child) : this.file(name);
	}
	protected override *list(): Generator<[string, PseudoNode]> {
		for (const name of cgroupFiles.keys()) {
			const file = this.file(name);
			if (file) yield [name, file];
		}
		for (const [name, child] of this.group.children) yield [name, this.cgroupfs.directoryOf(child)];
	}
	override make(name?: string, node?: NewNode): Inode | Errno {
		if (name === undefined || !node || (node.mode & S_IFMT) !== S_IFDIR) return -ERRNO.EPERM;
		if (name.includes("\n")) return -ERRNO.EINVAL;
		const made = this.cgroupfs.kernel.cgroups.create(this.group, name);
		if (typeof made === "number") return made;
		const directory = this.cgroupfs.directoryOf(made);
		if (node.uid !== 0 || node.gid !== 0) directory.setAttributes({ uid: node.uid, gid: node.gid });
		return directory;
	}
	override rmdir(name: string): Errno | 0 {
		const child = this.group.children.get(name);
		if (!child) return cgroupFiles.has(name) ? -ERRNO.ENOTDIR : -ERRNO.ENOENT;
		return this.cgroupfs.kernel.cgroups.remove(child);
	}
}
