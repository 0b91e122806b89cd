// registry as a program of the machine: serves what is under a directory on a TCP port.

import { utf8 } from "../lib/bytes";
import { messageOf } from "../lib/errors";
import { makeDirectories, writeAll } from "../lib/files";
import { serveConnection } from "../lib/http/serve";
import { acceptAll } from "../lib/socket";
import type { Port } from "../port";
import type { NativeMain, Sys } from "../sys";
import { sysFiles } from "./files";
import { registryHandler } from "./handle";
import { httpHandler } from "./serve";
import { RegistryStore } from "./store";

const USAGE = "Usage: registry [--port PORT] [--address ADDRESS] [--root DIRECTORY]\n";
const DEFAULTS = { port: "5000", address: "0.0.0.0", root: "/var/lib/registry" };
type Options = typeof DEFAULTS;

export const registry =
	({ port }: { port: Pick<Port, "random"> }): NativeMain =>
	async (sys, argv) => {
		const options = parse(argv.slice(1));
		if (!options) return fail(sys, USAGE, 2);
		try {
			await makeDirectories(sys, options.root);
			const listening = await sys.socket("inet", "stream");
			await sys.bind(listening, { family: "inet", address: options.address, port: Number(options.port) });
			await sys.listen(listening, 128);
			const store = new RegistryStore(sysFiles(sys, options.root));
			const handle = httpHandler(registryHandler(store, { random: (bytes) => port.random(bytes) }));
			await acceptAll(sys, listening, (stream) => serveConnection(stream, handle));
			return 0;
		} catch (error) {
			return fail(sys, `registry: ${messageOf(error)}\n`, 1);
		}
	};

/** undefined for what is no option. */
function parse(args: string[]): Options | undefined {
	const options = { ...DEFAULTS };
	for (let at = 0; at < args.length; at++) {
		const match = /^--(port|address|root)(?:=(.*))?$/.exec(args[at]!);
		const value = match?.[2] ?? args[++at];
		if (!match || value === undefined) return undefined;
		options[match[1] as keyof Options] = value;
	}
	return /^\d{1,5}$/.test(options.port) ? options : undefined;
}

async function fail(sys: Sys, words: string, code: number): Promise<number> {
	await writeAll(sys, 2, utf8(words));
	return code;
}
