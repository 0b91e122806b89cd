// Networks as libnetwork keeps them. Containers here have a loopback interface and no other: the three networks that every
// Docker host has exist by name, so that modes can be asked for, and say of themselves no more than is so.

import { hex } from "../lib/bytes";
import { notFound } from "../lib/errors";
import { isErrno, makeDirectories, readJson, replaceFile } from "../lib/files";
import type { Sys } from "../sys";

export interface Network {
	id: string;
	name: string;
	driver: "bridge" | "host" | "null";
	/** RFC 3339. */
	created: string;
}

const PREDEFINED: ReadonlyArray<Pick<Network, "name" | "driver">> = [
	{ name: "bridge", driver: "bridge" },
	{ name: "host", driver: "host" },
	{ name: "none", driver: "null" },
];

export class Networks {
	private constructor(private readonly networks: Network[]) {}

	/** Reads the networks of this host, or makes the predefined ones, in `directory` (/var/lib/docker/network). */
	static async open(sys: Sys, directory: string, created: string): Promise<Networks> {
		const file = `${directory}/networks.json`;
		try {
			return new Networks(await readJson<Network[]>(sys, file));
		} catch (error) {
			if (!isErrno(error, "ENOENT")) throw error;
		}
		const networks = PREDEFINED.map((one) => ({ ...one, id: hex(sys.getrandom(32)), created }));
		await makeDirectories(sys, directory, 0o750);
		await replaceFile(sys, file, JSON.stringify(networks), 0o600);
		return new Networks(networks);
	}

	list(): readonly Network[] {
		return this.networks;
	}

	/** By name, id, or the beginning of an id. @throws EngineError notFound */
	get(text: string): Network {
		const found =
			this.networks.find(({ name, id }) => name === text || id === text) ??
			(text ? this.networks.find(({ id }) => id.startsWith(text)) : undefined);
		if (!found) throw notFound(`network ${text} not found`);
		return found;
	}
}
