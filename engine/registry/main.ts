// registry as a program of the machine: serves what is under a directory on a TCP port, and collects its garbage.
//
//     registry serve [CONFIG]                           as distribution's does; with flags of its own in place of a file
//     registry garbage-collect [--dry-run] [--delete-untagged] CONFIG

import { utf8 } from "../lib/bytes";
import { messageOf } from "../lib/errors";
import { makeDirectories, readText, writeAll } from "../lib/files";
import { serveConnection } from "../lib/http/serve";
import { SIGNALS } from "../lib/linux";
import { acceptAll } from "../lib/socket";
import type { Port } from "../port";
import type { NativeMain, Sys } from "../sys";
import { type Command, parseArguments, USAGE, UsageError, VERSION } from "./arguments";
import { sysFiles } from "./files";
import { collectGarbage } from "./garbage";
import { openRegistry } from "./open";
import { httpHandler } from "./serve";
import { RegistryStore } from "./store/store";

export const registry =
	({ port }: { port: Pick<Port, "random"> }): NativeMain =>
	async (sys, argv) => {
		try {
			const command = await parseArguments(argv.slice(1), (path) => readText(sys, path));
			if (command.kind === "print") {
				await writeAll(sys, 1, utf8(command.words));
				return 0;
			}
			await makeDirectories(sys, command.config.root);
			return await (command.kind === "serve" ? serve(sys, port, command) : collect(sys, command));
		} catch (error) {
			const usage = error instanceof UsageError;
			await writeAll(sys, 2, utf8(usage ? `registry: ${error.message}\n${USAGE}` : `registry: ${messageOf(error)}\n`));
			return usage ? 2 : 1;
		}
	};

const nowOf = (sys: Sys) => (): number => Number(sys.now() / 1_000_000n);

async function serve(sys: Sys, port: Pick<Port, "random">, { config }: Command & { kind: "serve" }): Promise<number> {
	const { handle, purge } = await openRegistry(config, {
		files: sysFiles(sys, config.root),
		now: nowOf(sys),
		random: (bytes) => port.random(bytes),
		readText: (path) => readText(sys, path),
	});
	const listening = await sys.socket("inet", "stream");
	await sys.bind(listening, { family: "inet", address: config.address, port: config.port });
	await sys.listen(listening, 128);
	for (const signal of [SIGNALS.SIGTERM, SIGNALS.SIGINT])
		await sys.sigaction(signal, () => void sys.close(listening).catch(() => {}));
	// a client that is gone is an error of a write, not our end
	await sys.sigaction(SIGNALS.SIGPIPE, () => {});
	await writeAll(sys, 2, utf8(`registry ${VERSION}: listening on ${config.address}:${config.port}\n`));
	await purge();
	const answer = httpHandler(handle);
	await acceptAll(sys, listening, (stream) => serveConnection(stream, answer));
	return 0;
}

async function collect(sys: Sys, { config, dryRun, deleteUntagged }: Command & { kind: "garbage-collect" }): Promise<number> {
	const store = new RegistryStore(sysFiles(sys, config.root), nowOf(sys));
	const report = (line: string): Promise<void> => writeAll(sys, 1, utf8(`${line}\n`));
	await collectGarbage(store, { dryRun, deleteUntagged, report });
	return 0;
}
