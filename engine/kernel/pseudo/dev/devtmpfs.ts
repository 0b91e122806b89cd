// devtmpfs: the machine's device nodes. There is one, and every mount shows it.

import { MemFs } from "../../../fs/memfs/memfs";
import { makedev, S_IFCHR, S_IFDIR, S_IFLNK } from "../../../fs/vfs/mode";
import type { Kernel } from "../../task";
import { newDevice } from "../tree";

const TTY_GROUP = 5;
const CONSOLES = 8;
type Node = [name: string, major: number, minor: number, mode: number, gid?: number];
const nodes: Node[] = [
	["null", 1, 3, 0o666],
	["zero", 1, 5, 0o666],
	["full", 1, 7, 0o666],
	["random", 1, 8, 0o666],
	["urandom", 1, 9, 0o666],
	["kmsg", 1, 11, 0o644],
	["tty", 5, 0, 0o666, TTY_GROUP],
	["console", 5, 1, 0o600],
	["ptmx", 5, 2, 0o666, TTY_GROUP],
	...Array.from({ length: CONSOLES + 1 }, (_, number): Node => [`tty${number}`, 4, number, 0o620, TTY_GROUP]),
];
const links: Record<string, string> = {
	fd: "/proc/self/fd",
	stdin: "/proc/self/fd/0",
	stdout: "/proc/self/fd/1",
	stderr: "/proc/self/fd/2",
};

const made = new WeakMap<Kernel, MemFs>();
export function devtmpfs(kernel: Kernel): MemFs {
	const there = made.get(kernel);
	if (there) return there;
	const context = { now: () => kernel.now(), newDevice: () => newDevice(kernel) };
	const fs = new MemFs(context, { name: "devtmpfs", options: "mode=755", mode: 0o755 });
	const root = { uid: 0, gid: 0 };
	for (const [name, major, minor, mode, gid = 0] of nodes)
		fs.root.make(name, { mode: S_IFCHR | mode, uid: 0, gid, rdev: makedev(major, minor) });
	for (const [name, target] of Object.entries(links)) fs.root.make(name, { mode: S_IFLNK | 0o777, ...root, target });
	for (const name of ["pts", "shm", "mqueue"]) fs.root.make(name, { mode: S_IFDIR | 0o755, ...root });
	made.set(kernel, fs);
	return fs;
}
