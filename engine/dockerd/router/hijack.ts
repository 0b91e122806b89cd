// A connection that becomes a process's streams: the answer's head goes alone, what the process says follows.

import { compareVersions } from "../../api/version";
import type { Duplex } from "../../lib/stream";
import type { Sys } from "../../sys";
import { MULTIPLEXED_STREAM, RAW_STREAM } from "../stream/frame";
import type { Context } from "./route";

/**
 * Milliseconds between the head of the answer and the first output. Python's SDK reads the head with a buffer and then the connection
 * itself: what comes along with the head is lost to it, and nothing that a socket offers says that its peer has read. Docker's daemon
 * writes one right after the other (of 100 attachments to a log beside a busy machine's other work, dockerd 20.10 lost the log of 96).
 */
const HEAD_ALONE = 50;

export const streamType = (tty: boolean, version: string): string =>
	!tty && compareVersions(version, "1.42") >= 0 ? MULTIPLEXED_STREAM : RAW_STREAM;

/**
 * Answers with the head and gives the connection. Where the client asked for an upgrade, what is written within HEAD_ALONE of the head
 * waits for the rest of it; what comes later, and what the client sends, waits for nothing.
 *
 * @throws SysError EPIPE, ECONNRESET
 */
export async function hijack({ daemon, request, responder }: Context, contentType: string): Promise<Duplex> {
	const connection = await responder.upgrade("tcp", { "content-type": contentType });
	return request.headers.upgrade === undefined ? connection : afterHead(connection, daemon.sys);
}

/** @param connection has just had the head written to it */
function afterHead(connection: Duplex, sys: Pick<Sys, "nanosleep">): Duplex {
	// A wait that is broken off (the daemon ends) only ends early.
	const alone = sys.nanosleep(HEAD_ALONE).catch(() => {});
	return {
		read: () => connection.read(),
		write: async (bytes) => {
			await alone;
			await connection.write(bytes);
		},
		closeWrite: () => connection.closeWrite(),
		close: () => connection.close(),
	};
}
