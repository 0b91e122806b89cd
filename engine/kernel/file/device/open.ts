// Device nodes: what opening one by its number gives. One row a device (Documentation/admin-guide/devices.txt).

import { CAP_SYS_ADMIN, major, makedev, minor } from "../../../fs/vfs/mode";
import { inodeAt, rootDentry, throughMounts } from "../../../fs/vfs/mount";
import { capable } from "../../../fs/vfs/permission";
import { ERRNO, type Errno } from "../../../lib/errno";
import type { Task } from "../../task";
import type { FileOperations, Place } from "../description";
import { O_NOCTTY, O_NONBLOCK } from "../flags";
import { reads } from "../pipe";
import { consoleTerminal } from "../tty/console";
import { TerminalFile } from "../tty/file";
import type { Pty } from "../tty/pty";
import { PtyMaster } from "../tty/pty";
import type { Terminal } from "../tty/terminal";
import { FullDevice, KernelLogDevice, NullDevice, RandomDevice, ZeroDevice } from "./memory";

/** A devpts file system (pseudo/devpts.ts) as opening a pty sees it. */
export interface PtyRegistry {
	readonly ptys: ReadonlyMap<number, Pty>;
	/** The next free number; ENOSPC at the instance's limit. */
	allocate(task: Task): Pty | Errno;
}
const hasPtys = (fs: unknown): fs is PtyRegistry => fs instanceof Object && "ptys" in fs && "allocate" in fs;

type Opener = (task: Task, place: Place, flags: number, device: number) => FileOperations | Errno;

const memory: Record<number, Opener> = {
	3: () => new NullDevice("/dev/null"),
	5: () => new ZeroDevice("/dev/zero"),
	7: () => new FullDevice("/dev/full"),
	8: () => new RandomDevice("/dev/random"),
	9: () => new RandomDevice("/dev/urandom"),
	11: () => new KernelLogDevice("/dev/kmsg"),
};

/** A terminal becomes the controlling one of a session leader that has none (man 4 tty). */
function openTerminal(task: Task, terminal: Terminal | undefined, flags: number, mayControl = true): FileOperations | Errno {
	if (!terminal) return -ERRNO.ENXIO;
	if (terminal.exclusive && !capable(task.credentials, CAP_SYS_ADMIN)) return -ERRNO.EBUSY;
	const { process } = task;
	const leads = process.pid === process.sid && !process.terminal && terminal.session === 0;
	if (mayControl && leads && !(flags & O_NOCTTY) && reads(flags)) terminal.control(process);
	return new TerminalFile(terminal);
}
const openOwn: Opener = (task, _place, flags) =>
	openTerminal(task, task.process.terminal as Terminal | undefined, flags | O_NONBLOCK, false);
const openConsole: Opener = (task, _place, flags) => openTerminal(task, consoleTerminal(task.kernel, 0), flags, false);
const openVirtual: Opener = (task, _place, flags, device) =>
	openTerminal(task, consoleTerminal(task.kernel, minor(device)), flags, minor(device) !== 0);

/** The devpts instance that a ptmx node belongs to: its own file system, or what is mounted on `pts` beside it. */
const openPtmx: Opener = (task, place) => {
	let registry: unknown = place.dentry.inode.fs;
	if (!hasPtys(registry)) {
		const pts = place.dentry.parent?.lookup("pts");
		if (!pts || typeof pts === "number") return -ERRNO.ENODEV;
		const mounted = throughMounts({ mount: place.mount, dentry: pts });
		if (mounted.dentry !== rootDentry(mounted.mount.fs)) return -ERRNO.ENODEV;
		registry = mounted.mount.fs;
	}
	if (!hasPtys(registry)) return -ERRNO.ENODEV;
	const pty = registry.allocate(task);
	return typeof pty === "number" ? pty : new PtyMaster(pty, registry);
};
const openSlave: Opener = (task, place, flags, device) => {
	const registry = place.dentry.inode.fs;
	const pty = hasPtys(registry) ? registry.ptys.get(minor(device)) : undefined;
	if (!pty || pty.locked || pty.terminal.otherClosed) return -ERRNO.EIO;
	return openTerminal(task, pty.terminal, flags);
};

const devices = new Map<number, Opener>([
	...Object.entries(memory).map(([number, opener]): [number, Opener] => [makedev(1, Number(number)), opener]),
	[makedev(5, 0), openOwn],
	[makedev(5, 1), openConsole],
	[makedev(5, 2), openPtmx],
]);
const TTY_MAJOR = 4;
const UNIX98_PTY_SLAVE_MAJOR = 136;

/** open(2) of a character device. ENXIO where there is no such device. */
export function openDevice(task: Task, place: Place, flags: number): FileOperations | Errno {
	const { rdev } = inodeAt(place).attributes();
	const opener =
		devices.get(rdev) ??
		(major(rdev) === TTY_MAJOR && minor(rdev) < 64
			? openVirtual
			: major(rdev) === UNIX98_PTY_SLAVE_MAJOR
				? openSlave
				: undefined);
	return opener ? opener(task, place, flags, rdev) : -ERRNO.ENXIO;
}
