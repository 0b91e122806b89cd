// Connected descriptors as streams, and UNIX sockets to listen on and to dial: what a native program builds its servers and
// clients from. It stands beside sys.ts, since lib/ knows no system calls.

import type { Duplex } from "./lib/stream";
import { type Sys, SysError } from "./sys";

const CHUNK = 64 * 1024;

/** A stream over one descriptor (a socket), or over one to read from and one to write to (pipes). Closing it closes them. */
export function sysStream(sys: Sys, input: number, output = input): Duplex {
	let open = true;
	return {
		async read() {
			if (!open) return null;
			try {
				const bytes = await sys.read(input, CHUNK);
				return bytes.length === 0 ? null : bytes;
			} catch (error) {
				// closed by us while the read was under way
				if (!open && error instanceof SysError && error.errno === "EBADF") return null;
				throw error;
			}
		},
		write: (bytes) => writeAll(sys, output, bytes),
		async closeWrite() {
			if (!open) return;
			if (input === output) await sys.shutdown(output, "write").catch(ignoreNotConnected);
			else await sys.close(output);
		},
		async close() {
			if (!open) return;
			open = false;
			// wakes a read of ours that is under way, which close(2) alone would leave asleep
			if (input === output) await sys.shutdown(input, "both").catch(ignoreNotConnected);
			await sys.close(input);
			if (input !== output) await sys.close(output).catch(() => {});
		},
	};
}

/** write(2) until everything is taken. */
export async function writeAll(sys: Sys, fd: number, bytes: Uint8Array): Promise<void> {
	for (let at = 0; at < bytes.length; ) at += await sys.write(fd, at === 0 ? bytes : bytes.subarray(at));
}

/** @throws SysError ENOENT where there is no socket, ECONNREFUSED where nobody listens on it */
export async function dialUnix(sys: Sys, path: string): Promise<Duplex> {
	const fd = await sys.socket("unix", "stream", SOCK_CLOEXEC);
	try {
		await sys.connect(fd, { family: "unix", path });
	} catch (error) {
		await sys.close(fd);
		throw error;
	}
	return sysStream(sys, fd);
}

/**
 * Listens on a UNIX socket; a stale one of the same path is removed before. Resolves when it can be dialled.
 * `closed` rejects if accepting fails for another reason than close().
 */
export async function listenUnix(
	sys: Sys,
	path: string,
	onConnection: (stream: Duplex) => void,
	mode = 0o660,
): Promise<{ close(): Promise<void>; closed: Promise<void> }> {
	await sys.unlink(path).catch((error: unknown) => {
		if (!(error instanceof SysError && error.errno === "ENOENT")) throw error;
	});
	const fd = await sys.socket("unix", "stream", SOCK_CLOEXEC);
	await sys.bind(fd, { family: "unix", path });
	await sys.chmod(path, mode);
	await sys.listen(fd, 128);
	let open = true;
	const closed = (async () => {
		while (open) {
			try {
				onConnection(sysStream(sys, await sys.accept(fd)));
			} catch (error) {
				if (!open) return;
				if (error instanceof SysError && (error.errno === "ECONNABORTED" || error.errno === "EINTR")) continue;
				throw error;
			}
		}
	})();
	return {
		closed,
		async close() {
			open = false;
			await sys.shutdown(fd, "both").catch(ignoreNotConnected);
			await sys.close(fd);
			await sys.unlink(path).catch(() => {});
		},
	};
}

const SOCK_CLOEXEC = 0o2000000;

function ignoreNotConnected(error: unknown): void {
	if (!(error instanceof SysError && (error.errno === "ENOTCONN" || error.errno === "EBADF"))) throw error;
}
