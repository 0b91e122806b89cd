// Receives a terminal from runc: a UNIX socket in a directory of its own, over which the pty's outer end comes (SCM_RIGHTS).

import { isErrno } from "../../lib/files";
import type { Sys } from "../../sys";

export interface ConsoleSocket {
	path: string;
	/** The pty's outer end. */
	receive(): Promise<number>;
	close(): Promise<void>;
}

export async function openConsoleSocket(sys: Sys, directory: string, name: string): Promise<ConsoleSocket> {
	const path = `${directory}/${name}.sock`;
	await sys.unlink(path).catch((error) => {
		if (!isErrno(error, "ENOENT")) throw error;
	});
	const fd = await sys.socket("unix", "stream");
	await sys.bind(fd, { family: "unix", path });
	await sys.listen(fd, 1);
	return {
		path,
		async receive() {
			const connection = await sys.accept(fd);
			try {
				const { fds } = await sys.recvmsg(connection, 4096);
				if (fds.length !== 1) throw new Error(`console socket: expected one descriptor, got ${fds.length}`);
				return fds[0]!;
			} finally {
				await sys.close(connection);
			}
		},
		async close() {
			await sys.close(fd);
			await sys.unlink(path).catch(() => {});
		},
	};
}
