// The registry's files on the real disk, and the registry on a real port: for tests that bring outside clients.

import net from "node:net";
import { nodeFiles as engineFiles } from "../../../engine/host/node/files";
import { serveConnection } from "../../../engine/lib/http/serve";
import type { Duplex } from "../../../engine/lib/stream";
import type { Files } from "../../../engine/registry/files";
import { type RegistryOptions, registryHandler } from "../../../engine/registry/handle";
import { httpHandler } from "../../../engine/registry/serve";
import { RegistryStore } from "../../../engine/registry/store/store";

/** What a test leaves need not survive a power cut. */
export const nodeFiles = (root: string): Files => engineFiles(root, { durable: false });

let seed = 1;
export const random = (bytes: Uint8Array) =>
	bytes.map(() => {
		seed = (seed * 1103515245 + 12345) & 0x7fffffff;
		return seed >> 16;
	});

/** Serves on a free port of the loopback; `hosts` names it. */
export async function serveRegistry(root: string, options: Partial<RegistryOptions> = {}) {
	const store = new RegistryStore(nodeFiles(root), Date.now);
	const handle = registryHandler(store, { random, ...options });
	const seen: string[] = [];
	const server = net.createServer((socket) => {
		void serveConnection(duplexOf(socket), (request, responder) => {
			seen.push(`${request.method} ${request.target}`);
			return httpHandler(handle)(request, responder);
		});
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const { port } = server.address() as net.AddressInfo;
	return { store, handle, seen, host: `127.0.0.1:${port}`, close: () => new Promise((resolve) => server.close(resolve)) };
}

export function duplexOf(socket: net.Socket): Duplex {
	const incoming = socket[Symbol.asyncIterator]();
	socket.on("error", () => {});
	return {
		read: async () => (await incoming.next()).value ?? null,
		write: (bytes) => new Promise((resolve, reject) => socket.write(bytes, (error) => (error ? reject(error) : resolve()))),
		closeWrite: async () => void socket.end(),
		close: async () => void socket.destroySoon(),
	};
}
