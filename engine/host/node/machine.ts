// Boots a machine in Node.

import { SANDBOX_PATH } from "../../api/sandbox";
import { boot, type Host } from "../../boot";
import { nodeAssets } from "./assets";
import { nodeFetch, SITE_ORIGIN } from "./fetch";
import { nodePort } from "./port";
import { siteRegistry } from "./site-registry";
import { folderStorage, memoryStorage } from "./storage";

export interface Places {
	/** Where interpreter.wasm and system.tar.gz are. */
	assets: URL;
	/** The site's images, as set-up built them; without it the machine knows no docker.io. */
	registry?: string;
}

/**
 * @param options.state folder that keeps the disk; in memory without it
 * @param options.site a site that lends a real daemon: https://the.site
 */
export async function bootNode({ assets, registry }: Places, options: { state?: string; site?: string } = {}): Promise<Host> {
	const upstream = process.env.DRYDOCK_UPSTREAM;
	const site = (options.site ?? process.env.DRYDOCK_LENDER)?.replace(/\/+$/, "");
	return boot({
		port: nodePort({
			storage: options.state ? folderStorage(options.state) : memoryStorage(),
			fetch: nodeFetch(registry ? siteRegistry(registry) : undefined),
		}),
		assets: await nodeAssets(assets),
		...(site ? { sandbox: `${site}${SANDBOX_PATH}` } : {}),
		registries: upstream ? { "docker.io": upstream } : registry ? { "docker.io": SITE_ORIGIN } : {},
	});
}
