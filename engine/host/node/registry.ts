// `drydock registry`: our registry on a port of this host.

import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serveConnection } from "../../lib/http/serve";
import type { Duplex } from "../../lib/stream";
import type { HostStream } from "../../port";
import { parseArguments, USAGE, UsageError } from "../../registry/arguments";
import type { Config } from "../../registry/config/config";
import { collectGarbage } from "../../registry/garbage";
import { openRegistry } from "../../registry/open";
import { httpHandler } from "../../registry/serve";
import { RegistryStore } from "../../registry/store/store";
import { nodeFiles } from "./files";
import { listen } from "./listen";

/** The arguments are those of the machine's own registry, and --host and --state as drydock's other commands have them. */
export async function runRegistry(args: readonly string[]): Promise<number> {
	const own = args.map((arg) => arg.replace(/^--host(?==|$)/, "--address").replace(/^--state(?==|$)/, "--root"));
	const has = (name: string): boolean => own.some((arg) => arg === name || arg.startsWith(`${name}=`));
	try {
		const command = await parseArguments(own, async (path) => readFileSync(path, "utf8"));
		if (command.kind === "print") {
			process.stdout.write(command.words);
			return 0;
		}
		if (command.kind === "garbage-collect") {
			const { config, dryRun, deleteUntagged } = command;
			const report = (line: string): void => void process.stdout.write(`${line}\n`);
			await collectGarbage(new RegistryStore(nodeFiles(config.root), Date.now), { dryRun, deleteUntagged, report });
			return 0;
		}
		const file = own.some((arg) => /\.ya?ml$/.test(arg));
		if (!file && !has("--port")) throw new UsageError("--port NUMBER is needed");
		const address = file || has("--address") ? command.config.address : "127.0.0.1";
		return await serve({ ...command.config, address }, file || has("--root"));
	} catch (error) {
		if (!(error instanceof UsageError)) throw error;
		process.stderr.write(`drydock: registry: ${error.message}\n${USAGE}`);
		return 2;
	}
}

/** Serves until SIGINT or SIGTERM. What is not to be kept is gone at the end. */
async function serve(config: Config, keep: boolean): Promise<number> {
	const root = keep ? config.root : mkdtempSync(join(tmpdir(), "drydock-registry-"));
	mkdirSync(root, { recursive: true });
	const { handle, purge } = await openRegistry(config, {
		files: nodeFiles(root, { durable: keep }),
		now: Date.now,
		random: (bytes) => {
			bytes.set(randomBytes(bytes.length));
			return bytes;
		},
		readText: async (path) => readFileSync(path, "utf8"),
	});
	await purge();
	const timer = config.purge && setInterval(() => void purge().catch(() => {}), config.purge.interval);
	const answer = httpHandler(handle);
	const server = await listen(
		{ host: config.address, port: config.port },
		(stream) => void serveConnection(duplex(stream), answer).catch(() => {}),
	);
	process.stderr.write(`registry: listening on ${config.address}:${server.port}\n`);
	await new Promise<void>((resolve) => {
		process.once("SIGINT", resolve);
		process.once("SIGTERM", resolve);
	});
	clearInterval(timer);
	await server.close();
	if (!keep) rmSync(root, { recursive: true, force: true });
	return 0;
}

const duplex = (stream: HostStream): Duplex => ({
	read: () => stream.read(),
	write: (bytes) => stream.write(bytes),
	closeWrite: async () => stream.end(),
	close: async () => stream.destroy(),
});
