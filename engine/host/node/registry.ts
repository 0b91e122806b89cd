// `drydock registry`: our registry on a port of this host.

import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serveConnection } from "../../lib/http/serve";
import type { Duplex } from "../../lib/stream";
import type { HostStream } from "../../port";
import { registryHandler } from "../../registry/handle";
import { httpHandler } from "../../registry/serve";
import { RegistryStore } from "../../registry/store";
import { nodeFiles } from "./files";
import { listen } from "./listen";

/** Serves until SIGINT or SIGTERM. Without `state` what was pushed is gone at the end. */
export async function serveRegistry(options: { host: string; port: number; state?: string }): Promise<number> {
	const folder = options.state ?? mkdtempSync(join(tmpdir(), "drydock-registry-"));
	const store = new RegistryStore(nodeFiles(folder));
	const handle = httpHandler(
		registryHandler(store, {
			random: (bytes) => {
				bytes.set(randomBytes(bytes.length));
				return bytes;
			},
		}),
	);
	const server = await listen(
		{ host: options.host, port: options.port },
		(stream) => void serveConnection(duplex(stream), handle).catch(() => {}),
	);
	process.stderr.write(`registry: listening on ${options.host}:${server.port}\n`);
	await new Promise<void>((resolve) => {
		process.once("SIGINT", resolve);
		process.once("SIGTERM", resolve);
	});
	await server.close();
	if (!options.state) rmSync(folder, { recursive: true, force: true });
	return 0;
}

const duplex = (stream: HostStream): Duplex => ({
	read: () => stream.read(),
	write: (bytes) => stream.write(bytes),
	closeWrite: async () => stream.end(),
	close: async () => stream.destroy(),
});
