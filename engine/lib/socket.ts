// UNIX sockets of the kernel as Duplex streams, for the programs that speak HTTP and rpc over them.

import type { Sys } from "../sys";
import { inTurns, isErrno, writeAll } from "./files";
import { POLL } from "./linux";
import type { Duplex } from "./stream";

const CHUNK = 1 << 18;
/** From here on it is worth not to be copied. */
const LARGE = 16 * 1024;

/** A connected stream socket (or any descriptor that reads and writes) as a Duplex; it owns the descriptor. */
export function duplexOf(sys: Sys, fd: number): Duplex {
	let open = true;
	let writing: Promise<void> = Promise.resolve();
	return {
		async read() {
			if (!open) return null;
			try {
				const bytes = await sys.read(fd, CHUNK);
				return bytes.length > 0 ? bytes : null;
			} catch (error) {
				// Closing it under a reader ends the reading; a peer that is gone has nothing more to say.
				if (!open || isErrno(error, "ECONNRESET")) return null;
				throw error;
			}
		},
		write(bytes) {
			// One writer after the other: a partial write must not let another's bytes in between.
			const turn = writing.then(() => (bytes.length < LARGE ? writeAll(sys, fd, bytes) : sendAll(sys, fd, bytes)));
			writing = turn.catch(() => {});
			return turn;
		},
		async closeWrite() {
			await writing;
			if (open) await sys.shutdown(fd, "write").catch(() => {});
		},
		async close() {
			if (!open) return;
			open = false;
			// A read under way must end: shutdown wakes it, close alone does not.
			await sys.shutdown(fd, "both").catch(() => {});
			await sys.close(fd).catch(() => {});
		},
	};
}

/** As writeAll, of what will not change any more. */
const sendAll = (sys: Sys, fd: number, bytes: Uint8Array): Promise<void> => inTurns(bytes, (rest) => sys.sendto(fd, rest));

/** Whether a UNIX socket's peer has closed it, not only said that it sends no more (unix(7): both ways are shut then, poll says POLLHUP). */
export async function hungUp(sys: Sys, fd: number): Promise<boolean> {
	const [polled] = await sys.poll([{ fd, events: 0, revents: 0 }], 0);
	return ((polled?.revents ?? 0) & POLL.HUP) !== 0;
}

/** @throws SysError ENOENT, ECONNREFUSED when nobody listens */
export async function connectUnix(sys: Sys, path: string): Promise<number> {
	const fd = await sys.socket("unix", "stream");
	try {
		await sys.connect(fd, { family: "unix", path });
	} catch (error) {
		await sys.close(fd);
		throw error;
	}
	return fd;
}
/** As connectUnix, as a stream. */
export const dialUnix = async (sys: Sys, path: string): Promise<Duplex> => duplexOf(sys, await connectUnix(sys, path));

const SOL_SOCKET = 1;
const SO_PEERCRED = 17;
/** struct ucred: pid, uid, gid, 32 bits each. */
const UCRED = 12;

/** The process that connected to this UNIX socket (unix(7), SO_PEERCRED); undefined where there is none to tell of. */
export async function peerOf(sys: Sys, fd: number): Promise<number | undefined> {
	try {
		const ucred = await sys.getsockopt(fd, SOL_SOCKET, SO_PEERCRED, UCRED);
		return new DataView(ucred.buffer, ucred.byteOffset).getInt32(0, true) || undefined;
	} catch {
		return undefined;
	}
}

/** Binds and listens; a socket file left by a dead server is replaced. */
export async function listenUnix(sys: Sys, path: string, backlog = 128): Promise<number> {
	await sys.unlink(path).catch(() => {});
	const fd = await sys.socket("unix", "stream");
	await sys.bind(fd, { family: "unix", path });
	await sys.listen(fd, backlog);
	return fd;
}

/** Hands each connection with its descriptor to `serve`, which is not waited for; ends when the listening socket is closed. */
export async function acceptAll(sys: Sys, fd: number, serve: (stream: Duplex, fd: number) => Promise<void>): Promise<void> {
	for (;;) {
		let connection: number;
		try {
			connection = await sys.accept(fd);
		} catch (error) {
			if (isErrno(error, "EINTR", "ECONNABORTED")) continue;
			if (isErrno(error, "EBADF", "EINVAL")) return;
			throw error;
		}
		const stream = duplexOf(sys, connection);
		void serve(stream, connection)
			.catch(() => {})
			.finally(() => stream.close());
	}
}
