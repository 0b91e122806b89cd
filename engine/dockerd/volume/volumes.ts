// Volumes of the local driver: directories under /var/lib/docker/volumes that outlive containers.

import type { Volume, VolumeCreateRequest } from "../../api/volume";
import { hex } from "../../lib/bytes";
import { conflict, invalidParameter, notFound } from "../../lib/errors";
import { isErrno, makeDirectories, readJson, removeTree, replaceFile } from "../../lib/files";
import type { Sys } from "../../sys";
import { now } from "../time";

interface StoredVolume {
	name: string;
	created: string;
	labels: Record<string, string> | null;
	options: Record<string, string> | null;
	anonymous: boolean;
}

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;
/** On volumes that were made without a name. */
export const ANONYMOUS_LABEL = "com.docker.volume.anonymous";

export class Volumes {
	private readonly volumes = new Map<string, StoredVolume>();

	private constructor(
		private readonly sys: Sys,
		private readonly root: string,
	) {}

	/** @param root /var/lib/docker/volumes */
	static async open(sys: Sys, root: string): Promise<Volumes> {
		const volumes = new Volumes(sys, root);
		await makeDirectories(sys, root, 0o701);
		try {
			for (const volume of await readJson<StoredVolume[]>(sys, `${root}/metadata.json`)) volumes.volumes.set(volume.name, volume);
		} catch (error) {
			if (!isErrno(error, "ENOENT")) throw error;
		}
		return volumes;
	}

	mountpoint(name: string): string {
		return `${this.root}/${name}/_data`;
	}
	has(name: string): boolean {
		return this.volumes.has(name);
	}
	list(): Volume[] {
		return [...this.volumes.values()].sort((a, b) => (a.name < b.name ? -1 : 1)).map((volume) => this.describe(volume));
	}
	/** @throws EngineError notFound */
	get(name: string): Volume {
		const volume = this.volumes.get(name);
		if (!volume) throw notFound(`get ${name}: no such volume`);
		return this.describe(volume);
	}

	/** Makes it, or answers the one that is there. @throws EngineError invalidParameter, notFound */
	async create({ Name, Driver, DriverOpts, Labels }: VolumeCreateRequest): Promise<Volume> {
		const name = Name || hex(this.sys.getrandom(32));
		if (Driver && Driver !== "local") {
			throw notFound(`create ${name}: error looking up volume plugin ${Driver}: plugin "${Driver}" not found`);
		}
		if (!NAME.test(name)) {
			throw invalidParameter(
				`create ${name}: ${JSON.stringify(name)} includes invalid characters for a local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path`,
			);
		}
		const existing = this.volumes.get(name);
		if (existing) return this.describe(existing);
		const [option] = Object.keys(DriverOpts ?? {});
		if (option !== undefined) throw invalidParameter(`create ${name}: invalid option: ${JSON.stringify(option)}`);
		await makeDirectories(this.sys, this.mountpoint(name));
		const labels = Name ? (Labels ?? null) : { ...(Labels ?? {}), [ANONYMOUS_LABEL]: "" };
		const volume = { name, created: now(this.sys), labels, options: DriverOpts ?? null, anonymous: !Name };
		this.volumes.set(name, volume);
		await this.save();
		return this.describe(volume);
	}

	/** @param users ids of the containers that have it. @throws EngineError notFound, conflict */
	async remove(name: string, users: readonly string[]): Promise<void> {
		if (!this.volumes.has(name)) throw notFound(`get ${name}: no such volume`);
		if (users.length > 0) throw conflict(`remove ${name}: volume is in use - [${users.join(", ")}]`);
		this.volumes.delete(name);
		await this.save();
		await removeTree(this.sys, `${this.root}/${name}`);
	}

	private save(): Promise<void> {
		return replaceFile(this.sys, `${this.root}/metadata.json`, JSON.stringify([...this.volumes.values()]), 0o600);
	}
	private describe({ name, created, labels, options }: StoredVolume): Volume {
		return {
			CreatedAt: created.replace(/\.\d+/, ""),
			Driver: "local",
			Labels: labels,
			Mountpoint: this.mountpoint(name),
			Name: name,
			Options: options,
			Scope: "local",
		};
	}
}
