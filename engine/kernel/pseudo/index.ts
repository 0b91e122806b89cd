// The file system types that mount(2) knows: the kernel's own, and those of fs/ that a program can mount.

import { tmpfsFromOptions } from "../../fs/memfs/options";
import { overlayFromOptions } from "../../fs/overlay/options";
import type { FileSystem, FsContext } from "../../fs/vfs/types";
import type { Tracer } from "../../trace/event";
import { contextOf } from "../file/ops/context";
import type { FileSystemType } from "../filesystems";
import { mqueueOf } from "../ipc/mqueue";
import type { Kernel } from "../task";
import { DevptsFs } from "./dev/devpts";
import { devtmpfs } from "./dev/devtmpfs";
import { ProcFs } from "./proc/proc";
import { CgroupFs } from "./sys/cgroup2";
import { SysFs } from "./sys/sysfs";
import { newDevice } from "./tree";

const contextFor = (kernel: Kernel): FsContext => ({ now: () => kernel.now(), newDevice: () => newDevice(kernel) });
const inMemory = (kernel: Kernel): FsContext => ({
	...contextFor(kernel),
	account: (file, bytes) => kernel.cgroups.chargeFile(file, bytes),
});

export interface FileSystemTypeOptions {
	/** The machine's disk, mounted as type "drydock". */
	disk?: FileSystem;
	/** Hears of copy-up, whiteouts and opaque directories. */
	trace?: Tracer;
}

export function fileSystemTypes({ disk, trace }: FileSystemTypeOptions = {}): FileSystemType[] {
	const nodev = (name: string, create: FileSystemType["create"]): FileSystemType => ({ name, nodev: true, create });
	const types = [
		nodev("sysfs", (task) => new SysFs(task.kernel, task.namespaces.net)),
		nodev("tmpfs", ({ kernel }, _source, _flags, data) => tmpfsFromOptions(data, inMemory(kernel), kernel.memory.total)),
		// Each mount is an instance of its own, as since Linux 5.8.
		nodev("proc", ({ kernel, namespaces: { pid } }) => new ProcFs(kernel, pid)),
		nodev("cgroup2", ({ kernel, namespaces }) =>
			CgroupFs.of(kernel, kernel.cgroups.find(namespaces.cgroup.root) ?? kernel.cgroups.root),
		),
		nodev("devtmpfs", ({ kernel }) => devtmpfs(kernel)),
		nodev("devpts", ({ kernel }, _source, _flags, data) => DevptsFs.create(kernel, data)),
		nodev("mqueue", mqueueOf),
		nodev("overlay", (task, _source, _flags, data) =>
			overlayFromOptions(contextOf(task), data, contextFor(task.kernel), trace, () => task.kernel.current?.process.pid ?? 0),
		),
	];
	return disk ? [...types, { name: "drydock", nodev: false, create: () => disk }] : types;
}
