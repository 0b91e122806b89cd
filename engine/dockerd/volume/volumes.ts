// Volumes of the local driver: directories under /var/lib/docker/volumes that outlive containers.

import type { Volume, VolumeCreateRequest } from "../../api/volume";
import { hex } from "../../lib/bytes";
import { strerror } from "../../lib/errno";
import { conflict, invalidParameter, notFound, systemError } from "../../lib/errors";
import { isErrno, makeDirectories, readJson, readText, removeTree, replaceFile } from "../../lib/files";
import { MNT } from "../../lib/linux";
import { ramInBytes } from "../../lib/units";
import { parseOptions } from "../../oci/runtime/options";
import { type Sys, SysError } from "../../sys";
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
	/** Of volumes that are mounted: by whom. */
	private readonly users = new Map<string, Set<string>>();

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
		if (name.length === 1) {
			throw invalidParameter(`create ${name}: volume name is too short, names should be at least two alphanumeric characters`);
		}
		if (!NAME.test(name)) {
			throw invalidParameter(
				`create ${name}: ${JSON.stringify(name)} includes invalid characters for a local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path`,
			);
		}
		const existing = this.volumes.get(name);
		if (existing) return this.describe(existing);
		verifyOptions(name, DriverOpts ?? {});
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

	/** Volumes with a device are mounted while somebody uses them. @throws EngineError */
	async mount(name: string, user: string): Promise<void> {
		const options = this.volumes.get(name)?.options;
		if (!options?.device) return;
		const users = this.users.get(name) ?? new Set();
		const first = users.size === 0;
		users.add(user);
		this.users.set(name, users);
		if (!first || (await this.isMounted(name))) return;
		const { flags, data } = parseOptions((options.o ?? "").split(",").filter(Boolean));
		const target = this.mountpoint(name);
		await this.sys.mount(options.device, target, options.type ?? "", flags, data).catch((error: unknown) => {
			users.delete(user);
			const why = error instanceof SysError ? strerror(error.errno) : String(error);
			throw systemError(
				`error while mounting volume '${target}': failed to mount local volume: mount ${options.device}:${target}${flags ? `, flags: 0x${flags.toString(16)}` : ""}${data ? `, data: ${data}` : ""}: ${why}`,
			);
		});
	}
	async unmount(name: string, user: string): Promise<void> {
		const users = this.users.get(name);
		if (!users?.delete(user) || users.size > 0) return;
		this.users.delete(name);
		await this.sys.umount2(this.mountpoint(name), MNT.DETACH).catch((error: unknown) => {
			if (!isErrno(error, "EINVAL", "ENOENT")) throw error;
		});
	}
	/** By the dockerd before this one. */
	private async isMounted(name: string): Promise<boolean> {
		return (await readText(this.sys, "/proc/self/mounts")).includes(` ${this.mountpoint(name)} `);
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

const OPTIONS = ["type", "o", "device", "size"];
/** An option → those that it does not go without. */
const NEEDS: ReadonlyArray<readonly [option: string, needed: readonly string[]]> = [
	["device", ["type"]],
	["type", ["device"]],
	["o", ["device", "type"]],
];

/** @throws EngineError invalidParameter */
function verifyOptions(name: string, options: Readonly<Record<string, string>>): void {
	const refuse = (why: string) => invalidParameter(`create ${name}: ${why}`);
	const unknown = Object.keys(options).find((option) => !OPTIONS.includes(option));
	if (unknown !== undefined) throw refuse(`invalid option: ${JSON.stringify(unknown)}`);
	if (options.size !== undefined && ramInBytes(options.size) > 0) {
		throw refuse("quota size requested but no quota support");
	}
	for (const [option, needed] of NEEDS) {
		if (options[option] === undefined) continue;
		const missing = needed.find((one) => options[one] === undefined);
		if (missing) throw refuse(`missing required option: ${JSON.stringify(missing)}`);
	}
}
