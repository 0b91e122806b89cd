// All containers: by id, by name, by the beginning of an id; and on disk under /var/lib/docker/containers.

import type { HostConfig } from "../../api/container";
import { conflict, invalidParameter, notFound } from "../../lib/errors";
import { isErrno, makeDirectories, readJson, removeTree, replaceFile } from "../../lib/files";
import type { Sys } from "../../sys";
import { nanoseconds } from "../time";
import { Container, type StoredContainer } from "./container";

const NAME = /^\/?[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

export class ContainerStore {
	private readonly byId = new Map<string, Container>();
	/** Name with its slash → id. Reserved before the container exists. */
	private readonly names = new Map<string, string>();

	constructor(
		private readonly sys: Sys,
		/** /var/lib/docker/containers */
		private readonly root: string,
	) {}

	directory(id: string): string {
		return `${this.root}/${id}`;
	}

	/** Newest first. */
	all(): Container[] {
		const dated = [...this.byId.values()].map((container) => ({ container, at: nanoseconds(container.stored.Created) }));
		return dated.sort((a, b) => (a.at > b.at ? -1 : 1)).map(({ container }) => container);
	}

	/** By id, name or the beginning of an id. @throws EngineError notFound, invalidParameter where several begin so */
	get(text: string): Container {
		if (text === "") throw invalidParameter('invalid name or ID supplied: ""');
		const found = this.byId.get(text) ?? this.byName(text);
		if (found) return found;
		const matches = [...this.byId.values()].filter(({ id }) => id.startsWith(text));
		if (matches.length > 1) throw invalidParameter(`multiple IDs found with provided prefix: ${text}`);
		if (matches.length === 1) return matches[0]!;
		throw notFound(`No such container: ${text}`);
	}
	/** As `get`, but undefined where there is none that is clear. */
	find(text: string): Container | undefined {
		try {
			return this.get(text);
		} catch {
			return undefined;
		}
	}
	byName(name: string): Container | undefined {
		const id = this.names.get(name.startsWith("/") ? name : `/${name}`);
		return id === undefined ? undefined : this.byId.get(id);
	}
	has(id: string): boolean {
		return this.byId.has(id);
	}

	/** @throws EngineError invalidParameter, conflict */
	reserveName(name: string, id: string): string {
		if (!NAME.test(name)) {
			throw invalidParameter(`Invalid container name (${name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`);
		}
		const full = name.startsWith("/") ? name : `/${name}`;
		const owner = this.names.get(full);
		if (owner !== undefined) {
			throw conflict(
				`Conflict. The container name ${JSON.stringify(full)} is already in use by container "${owner}". You have to remove (or rename) that container to be able to reuse that name.`,
			);
		}
		this.names.set(full, id);
		return full;
	}
	isNameFree(name: string): boolean {
		return !this.names.has(`/${name}`);
	}
	releaseName(name: string): void {
		this.names.delete(name);
	}

	add(container: Container): void {
		this.byId.set(container.id, container);
	}
	/** Takes it out of the index; its directory goes, too. */
	async remove(container: Container): Promise<void> {
		this.byId.delete(container.id);
		this.names.delete(container.stored.Name);
		await removeTree(this.sys, this.directory(container.id));
	}

	async save(container: Container): Promise<void> {
		const directory = this.directory(container.id);
		await makeDirectories(this.sys, directory, 0o710);
		await replaceFile(this.sys, `${directory}/hostconfig.json`, JSON.stringify(container.hostConfig), 0o600);
		await this.saveState(container);
	}
	/** config.v2.json alone: what changes as a container runs. */
	async saveState(container: Container): Promise<void> {
		const file = `${this.directory(container.id)}/config.v2.json`;
		await replaceFile(this.sys, file, JSON.stringify(container.stored), 0o600).catch((error) => {
			// Its directory has been removed meanwhile: there is nothing to remember any more.
			if (!isErrno(error, "ENOENT")) throw error;
		});
	}

	/** Reads what a dockerd before this one left. Unreadable ones are passed over and named. */
	async load(): Promise<void> {
		await makeDirectories(this.sys, this.root, 0o710);
		for (const { name: id } of await this.sys.readdir(this.root)) {
			try {
				const stored = await readJson<StoredContainer>(this.sys, `${this.directory(id)}/config.v2.json`);
				const hostConfig = await readJson<HostConfig>(this.sys, `${this.directory(id)}/hostconfig.json`);
				this.byId.set(id, new Container(stored, hostConfig));
				this.names.set(stored.Name, id);
			} catch (error) {
				console.error(`failed to load container ${id}: ${error}`);
			}
		}
	}
}
