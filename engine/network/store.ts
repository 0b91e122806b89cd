// libnetwork's memory below /var/lib/docker/network: a file a network, a file a sandbox. What a crash left half-written is not there.

import { makeDirectories, readJson, replaceFile } from "../lib/files";
import type { Sys } from "../sys";
import type { StoredNetwork, StoredSandbox } from "./types";

interface Kinds {
	networks: StoredNetwork;
	sandboxes: StoredSandbox;
}

export class Store {
	private constructor(
		private readonly sys: Sys,
		private readonly root: string,
	) {}
	static async open(sys: Sys, root: string): Promise<Store> {
		for (const kind of ["networks", "sandboxes"]) await makeDirectories(sys, `${root}/${kind}`, 0o750);
		return new Store(sys, root);
	}

	/** Unreadable ones are passed over and named. */
	async load<K extends keyof Kinds>(kind: K): Promise<Kinds[K][]> {
		const found: Kinds[K][] = [];
		for (const { name } of await this.sys.readdir(`${this.root}/${kind}`)) {
			if (!name.endsWith(".json")) continue;
			try {
				found.push(await readJson<Kinds[K]>(this.sys, `${this.root}/${kind}/${name}`));
			} catch (error) {
				console.error(`failed to load ${kind}/${name}: ${error}`);
			}
		}
		return found;
	}
	save<K extends keyof Kinds>(kind: K, value: Kinds[K]): Promise<void> {
		return replaceFile(this.sys, this.file(kind, value.id), JSON.stringify(value), 0o600);
	}
	async remove(kind: keyof Kinds, id: string): Promise<void> {
		await this.sys.unlink(this.file(kind, id)).catch(() => {});
	}
	private file(kind: string, id: string): string {
		return `${this.root}/${kind}/${id}.json`;
	}
}
