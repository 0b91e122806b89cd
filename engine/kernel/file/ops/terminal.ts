// Operations on terminals for programs that pass structures: tcgetattr(3) and its family, over the same ioctls.

import { pathOf } from "../../../fs/vfs/mount";
import { ERRNO, type Errno } from "../../../lib/errno";
import type { Termios, WinSize } from "../../../sys";
import type { Task } from "../../task";
import { type Blocked, whenDone } from "../../wait";
import { O_CLOEXEC, O_NOCTTY, O_RDWR } from "../flags";
import { plainArgument, pointerTo, TCGETS, TCSETS, TIOCGWINSZ, TIOCSCTTY, TIOCSPGRP, TIOCSWINSZ } from "../ioctl";
import { PtyMaster } from "../tty/pty";
import { decodeTermios, encodeTermios, TERMIOS_SIZE } from "../tty/termios";
import { fileOf } from "./context";
import { ioctl } from "./io";
import { open } from "./path";

export const isatty = (task: Task, fd: number): boolean | Errno => {
	const result = tcgetattr(task, fd);
	if (result === -ERRNO.EBADF) return -ERRNO.EBADF;
	return typeof result !== "number";
};
export function tcgetattr(task: Task, fd: number): Termios | Errno {
	const bytes = new Uint8Array(TERMIOS_SIZE);
	const result = ioctl(task, fd, TCGETS, 0, pointerTo(bytes));
	return typeof result === "number" && result < 0 ? result : decodeTermios(bytes);
}
export const tcsetattr = (task: Task, fd: number, termios: Termios): number | Blocked =>
	ioctl(task, fd, TCSETS, 0, pointerTo(encodeTermios(termios)));
export function getwinsize(task: Task, fd: number): WinSize | Errno {
	const size = new Uint16Array(4);
	const result = ioctl(task, fd, TIOCGWINSZ, 0, pointerTo(new Uint8Array(size.buffer)));
	return typeof result === "number" && result < 0 ? result : { rows: size[0]!, cols: size[1]! };
}
export const setwinsize = (task: Task, fd: number, { rows, cols }: WinSize): number | Blocked =>
	ioctl(task, fd, TIOCSWINSZ, 0, pointerTo(new Uint8Array(new Uint16Array([rows, cols, 0, 0]).buffer)));
export const setctty = (task: Task, fd: number): number | Blocked => ioctl(task, fd, TIOCSCTTY, 0, plainArgument(0));
export const tcsetpgrp = (task: Task, fd: number, pgid: number): number | Blocked =>
	ioctl(task, fd, TIOCSPGRP, 0, pointerTo(new Uint8Array(new Int32Array([pgid]).buffer)));

/** posix_openpt, unlockpt and ptsname (man 3) in one. */
export function openpt(
	task: Task,
	ptmx = "/dev/ptmx",
): { fd: number; path: string; number: number } | Errno | Blocked<{ fd: number; path: string; number: number } | Errno> {
	return whenDone(open(task, ptmx, O_RDWR | O_NOCTTY | O_CLOEXEC), (fd) => {
		if (fd < 0) return fd;
		const file = fileOf(task, fd);
		if (typeof file === "number") return file;
		if (!(file.operations instanceof PtyMaster)) return -ERRNO.ENOTTY;
		const { pty } = file.operations;
		pty.locked = false;
		return { fd, path: slavePath(task, file.operations), number: pty.number };
	});
}
/** Where the instance is mounted that the pty belongs to; /dev/pts where that cannot be seen. */
function slavePath(task: Task, { pty, registry }: PtyMaster): string {
	for (const mount of task.namespaces.mnt.mounts) {
		if ((mount.fs as unknown) !== registry) continue;
		const { path, reachable } = pathOf(mount.place, task.fs.root, true);
		if (reachable) return `${path}/${pty.number}`;
	}
	return `/dev/pts/${pty.number}`;
}
