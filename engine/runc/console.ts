// The container's terminal: a pty made inside the container (its own devpts), the inner end as /dev/console and stdin,
// stdout and stderr, the outer end sent over the console socket to whoever asked for it. (runc's docs/terminals.md)

import { utf8 } from "../lib/bytes";
import { exists, isErrno } from "../lib/files";
import { MS, O } from "../lib/linux";
import type { Process } from "../oci/runtime/spec";
import type { Sys } from "../sys";
import { doing } from "./errors";

/** Connects on the host's side, before the socket's path is out of sight. */
export async function connectConsole(sys: Sys, path: string): Promise<number> {
	const fd = await sys.socket("unix", "stream");
	await doing(`connecting to console socket ${path}`, () => sys.connect(fd, { family: "unix", path }));
	return fd;
}

/** Runs with the container's root as "/" and as its root user. `mountConsole` is for the first process only. */
export async function setupConsole(sys: Sys, process: Process, socket: number, mountConsole: boolean): Promise<void> {
	const { fd: master, path } = await doing("open /dev/ptmx", () => sys.openpt("/dev/pts/ptmx"));
	if (process.consoleSize) {
		await sys.setwinsize(master, { rows: process.consoleSize.height, cols: process.consoleSize.width });
	}
	await sys.chown(path, process.user.uid, process.user.gid).catch(() => {});
	if (mountConsole) await doing("mounting /dev/console", () => bindConsole(sys, path));
	await sys.sendmsg(socket, utf8("/dev/ptmx"), [master]);
	await sys.close(master);
	await sys.close(socket);
	const inner = await sys.open(path, O.RDWR | O.NOCTTY);
	for (const stdio of [0, 1, 2]) await sys.dup3(inner, stdio, 0);
	if (inner > 2) await sys.close(inner);
	await sys.setctty(0);
}

async function bindConsole(sys: Sys, path: string): Promise<void> {
	if (!(await exists(sys, "/dev/console"))) {
		const umask = await sys.umask(0);
		try {
			await sys.close(await sys.open("/dev/console", O.WRONLY | O.CREAT | O.CLOEXEC, 0o666));
		} catch (error) {
			if (!isErrno(error, "EEXIST")) throw error;
		}
		await sys.umask(umask);
	}
	await sys.mount(path, "/dev/console", "bind", MS.BIND, "");
}
