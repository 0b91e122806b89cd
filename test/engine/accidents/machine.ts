// Whole machines for accidents: booted as `bin/drydock sh` boots one, but with a storage and a network of the test's own.
// docker.io is the site's own registry; every other name is what the test says.

import { fileURLToPath } from "node:url";
import { boot, type Host } from "../../../engine/boot";
import { nodeAssets } from "../../../engine/host/node/assets";
import { nodeFetch, SITE_ORIGIN } from "../../../engine/host/node/fetch";
import { nodePort } from "../../../engine/host/node/port";
import { siteRegistry } from "../../../engine/host/node/site-registry";
import { memoryStorage } from "../../../engine/host/node/storage";
import type { Fetch, Storage } from "../../../engine/port";

const file = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const site = nodeFetch(siteRegistry(file(".drydock/registry")));

export interface Answer {
	code: number;
	stdout: string;
	stderr: string;
}
export interface Machine {
	host: Host;
	/** A command line in the host's shell; killed after 20 s (code 137). */
	sh(command: string, stdin?: Uint8Array): Promise<Answer>;
	/** As sh, for what must work. @throws Error with what it printed */
	ok(command: string): Promise<string>;
	/** The registry of all names but docker.io. */
	network: { fetch: Fetch };
}

export async function startMachine(options: { storage?: Storage; memory?: number } = {}): Promise<Machine> {
	const network: Machine["network"] = {
		fetch: async ({ url }) => {
			throw new Error(`dial tcp: lookup ${new URL(url).host}: no such host`);
		},
	};
	const host = await boot({
		port: nodePort({
			storage: options.storage ?? memoryStorage(),
			fetch: (request) => (request.url.startsWith(SITE_ORIGIN) ? site(request) : network.fetch(request)),
		}),
		assets: await nodeAssets(new URL("../../../public/engine/", import.meta.url)),
		registries: { "docker.io": SITE_ORIGIN },
		memory: options.memory,
	});
	const sh = (command: string, stdin?: Uint8Array): Promise<Answer> => host.run(command, { timeoutMs: 20_000, stdin });
	return {
		host,
		network,
		sh,
		ok: async (command) => {
			const { code, stdout, stderr } = await sh(command);
			if (code !== 0) throw new Error(`${command}: exit code ${code}\n${stdout}${stderr}`);
			return stdout;
		},
	};
}
