// Sockets of another network namespace. A socket belongs for good to the namespace in which it was opened, so a helper goes there,
// opens what is wanted and passes it back: dockerd itself never leaves its own.

import { text, utf8 } from "../lib/bytes";
import { messageOf, systemError } from "../lib/errors";
import { CLONE, O } from "../lib/linux";
import type { Sys } from "../sys";

const ROOM = 1 << 12;

/**
 * @param namespace such as /proc/PID/ns/net
 * @param open runs as the helper, in the namespace; the descriptors that it answers are passed back
 * @throws EngineError system with what went wrong there
 */
export async function openInside(sys: Sys, namespace: string, open: (inside: Sys) => Promise<number[]>): Promise<number[]> {
	const [here, there] = await sys.socketpair("unix", "dgram", O.CLOEXEC);
	const pid = await sys.clone({
		flags: 0,
		argv: ["dockerd-setns", namespace],
		main: async (inside) => {
			try {
				await enter(inside, namespace);
				await inside.sendmsg(there, utf8("ok"), await open(inside));
			} catch (error) {
				await inside.sendmsg(there, utf8(messageOf(error)), []);
			}
			return 0;
		},
	});
	try {
		await sys.close(there);
		const { bytes, fds } = await sys.recvmsg(here, ROOM);
		const answer = text(bytes);
		if (answer !== "ok") throw systemError(`${namespace}: ${answer}`);
		return fds;
	} finally {
		await sys.wait4(pid);
		await sys.close(here);
	}
}

async function enter(sys: Sys, namespace: string): Promise<void> {
	const fd = await sys.open(namespace, O.RDONLY | O.CLOEXEC);
	await sys.setns(fd, CLONE.NEWNET);
	await sys.close(fd);
}
