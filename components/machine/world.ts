// What stands on the machine now, as the pictures need it: read from the Engine API and from containerd's own blobs.
// Blobs never change, so what was read of an image once is kept.

import type { Machine } from "../../engine/host/browser/facade";
import type { TraceEvent } from "../../engine/trace/event";

export interface World {
	images: WorldImage[];
	containers: WorldContainer[];
	networks: WorldNetwork[];
}
export interface WorldNetwork {
	id: string;
	name: string;
}
export interface WorldImage {
	/** What the tag points at: sha256:… */
	id: string;
	tags: string[];
	/** Base first. */
	layers: WorldLayer[];
}
export interface WorldLayer {
	/** Digest of the uncompressed tar, which names the layer's content. */
	diffId: string;
	/** Digest of the blob as it was pulled, and its size in bytes. */
	digest: string;
	blobSize: number;
	/** Size unpacked, in bytes. */
	size: number;
	instruction: string;
}
export type ContainerState = "created" | "running" | "paused" | "restarting" | "removing" | "exited" | "dead";
export interface WorldContainer {
	id: string;
	name: string;
	imageId: string;
	image: string;
	state: ContainerState;
	exitCode: number;
	/** On the host; 0 while it does not run. */
	pid: number;
	/** In its networks, without their bits. */
	addresses: string[];
	changes: WorldChange[];
}
export interface WorldChange {
	path: string;
	kind: "modified" | "added" | "deleted";
}

export const BLOBS = "/var/lib/containerd/io.containerd.content.v1.content/blobs";

/** Whether an event may mean that images or containers are not what they were. */
export function changesWorld(event: TraceEvent): boolean {
	switch (event.type) {
		case "container.step":
		case "pull.end":
		case "snapshot.commit":
		case "snapshot.remove":
		case "overlay.copyUp":
		case "overlay.whiteout":
		case "overlay.opaque":
		case "overlay.create":
		case "cli.exit":
		// containers of runc alone, which no daemon tells of
		case "runc.step":
			return true;
		default:
			return false;
	}
}

/** What has changed since the world was read: containers by their ids, and read-write layers by their directories. */
export class Changes {
	private readonly containers = new Set<string>();
	private readonly uppers = new Set<string>();

	note(event: TraceEvent): void {
		if (event.type === "container.step") this.containers.add(event.container);
		else if (event.type.startsWith("overlay.") && "upper" in event) this.uppers.add(event.upper);
	}
	/** Whether a container must be asked about again. */
	async stale(machine: Pick<Machine, "mounts" | "list">): Promise<(id: string) => boolean> {
		if (this.uppers.size === 0) return (id) => this.containers.has(id);
		const owners = new Set(this.containers);
		const unknown = new Set(this.uppers);
		for (const { target, options } of await machine.mounts(1)) {
			const upper = /(?:^|,)upperdir=([^,]+)/.exec(options)?.[1];
			if (upper === undefined || !unknown.delete(upper)) continue;
			const id = /[0-9a-f]{64}/.exec(target)?.[0];
			if (id) owners.add(id);
		}
		// A layer that nothing has mounted may be any stopped container's, unless it went away with its container.
		const there = await Promise.all(
			[...unknown].map((upper) =>
				machine.list(upper).then(
					() => true,
					() => false,
				),
			),
		);
		return there.includes(true) ? () => true : (id) => owners.has(id);
	}
}

type Daemon = Pick<Machine, "docker" | "readFile">;

/** @param stale which of the containers that are known must be asked about again: all, when it is not said */
export async function readWorld(
	machine: Daemon,
	before: World | null,
	stale: (id: string) => boolean = () => true,
): Promise<World> {
	const [images, containers, networks] = await Promise.all([
		get<ApiImage[]>(machine, "/images/json"),
		get<ApiContainer[]>(machine, "/containers/json?all=1"),
		get<ApiNetwork[]>(machine, "/networks"),
	]);
	const wanted = new Map(images.map((image) => [image.Id, image.RepoTags ?? []]));
	// An image without a tag still carries the containers that were made from it.
	for (const container of containers) if (!wanted.has(container.ImageID)) wanted.set(container.ImageID, []);
	return {
		images: (await Promise.all([...wanted].map(([id, tags]) => imageOf(machine, id, tags, before)))).filter(
			(image) => image !== undefined,
		),
		containers: (await Promise.all(containers.map((container) => containerOf(machine, container, before, stale)))).filter(
			(container) => container !== undefined,
		),
		networks: networks.map(({ Id, Name }) => ({ id: Id, name: Name })),
	};
}

async function imageOf(machine: Daemon, id: string, tags: string[], before: World | null): Promise<WorldImage | undefined> {
	const known = before?.images.find((image) => image.id === id);
	const named = [...tags].sort();
	if (known) return { ...known, tags: named };
	try {
		return { id, tags: named, layers: await layersOf(machine, id) };
	} catch {
		// It was removed between the list and this question.
		return undefined;
	}
}

async function layersOf(machine: Daemon, id: string): Promise<WorldLayer[]> {
	const manifest = await manifestOf(machine, id);
	const config = await blob<ImageConfig>(machine, manifest.config.digest);
	const sizes = await get<ApiHistory[]>(machine, `/images/${id}/history`);
	// The API's history is newest first; the config says which entries made a layer.
	const history = (config.history ?? []).map((entry, index, all) => ({
		...entry,
		size: sizes.length === all.length ? (sizes[all.length - 1 - index]?.Size ?? 0) : 0,
	}));
	const made = history.filter((entry) => !entry.empty_layer);
	return config.rootfs.diff_ids.map((diffId, index) => ({
		diffId,
		digest: manifest.layers[index]?.digest ?? "",
		blobSize: manifest.layers[index]?.size ?? 0,
		size: made[index]?.size ?? 0,
		instruction: readableInstruction(made[index]?.created_by ?? ""),
	}));
}

async function manifestOf(machine: Daemon, digest: string): Promise<Manifest> {
	const document = await blob<
		Manifest & { manifests?: Array<{ digest: string; platform?: { architecture: string; os: string } }> }
	>(machine, digest);
	if (!document.manifests) return document;
	const match =
		document.manifests.find(({ platform }) => platform?.os === "linux" && platform.architecture === "amd64") ??
		document.manifests[0];
	if (!match) throw new Error(`${digest} lists no manifest`);
	return manifestOf(machine, match.digest);
}

async function containerOf(
	machine: Daemon,
	listed: ApiContainer,
	before: World | null,
	stale: (id: string) => boolean,
): Promise<WorldContainer | undefined> {
	const known = before?.containers.find(({ id }) => id === listed.Id);
	if (known && !stale(known.id) && known.state === listed.State && listed.Names?.includes(`/${known.name}`)) return known;
	const [inspected, changes] = await Promise.all([
		getIfThere<ApiInspect>(machine, `/containers/${listed.Id}/json`),
		getIfThere<ApiChange[]>(machine, `/containers/${listed.Id}/changes`),
	]);
	if (!inspected) return undefined;
	return {
		id: listed.Id,
		name: inspected.Name.replace(/^\//, ""),
		imageId: listed.ImageID,
		image: listed.Image,
		state: inspected.State.Status,
		exitCode: inspected.State.ExitCode,
		pid: inspected.State.Pid,
		addresses: Object.values(inspected.NetworkSettings?.Networks ?? {}).flatMap(({ IPAddress }) => IPAddress || []),
		changes: (changes ?? []).map(({ Path, Kind }) => ({ path: Path, kind: KINDS[Kind] ?? "modified" })),
	};
}
const KINDS = ["modified", "added", "deleted"] as const;

/** A history entry without what the builder puts around the Dockerfile's own words. */
export const readableInstruction = (createdBy: string): string =>
	createdBy
		.replace(/^\/bin\/sh -c #\(nop\)\s*/, "")
		.replace(/^(RUN )?\/bin\/sh -c /, "RUN ")
		.replace(/\s*# buildkit$/, "")
		.trim();

/** The answer of a GET on the Engine API. @throws Error when it is not 200 */
export async function get<T>(machine: Pick<Machine, "docker">, path: string): Promise<T> {
	const { status, body } = await machine.docker("GET", path);
	if (status !== 200) throw new Error(`GET ${path}: ${status} ${body}`);
	return JSON.parse(body) as T;
}
const getIfThere = <T>(machine: Daemon, path: string): Promise<T | undefined> => get<T>(machine, path).catch(() => undefined);

const decoder = new TextDecoder();
async function blob<T>(machine: Daemon, digest: string): Promise<T> {
	const [algorithm, hex] = digest.split(":");
	return JSON.parse(decoder.decode(await machine.readFile(`${BLOBS}/${algorithm}/${hex}`))) as T;
}

interface Manifest {
	config: { digest: string };
	layers: Array<{ digest: string; size: number }>;
}
interface ImageConfig {
	rootfs: { diff_ids: string[] };
	history?: Array<{ created_by?: string; empty_layer?: boolean }>;
}
interface ApiImage {
	Id: string;
	RepoTags: string[] | null;
}
interface ApiHistory {
	Size: number;
}
interface ApiContainer {
	Id: string;
	Names?: string[];
	State?: ContainerState;
	Image: string;
	ImageID: string;
}
interface ApiInspect {
	Name: string;
	State: { Status: ContainerState; ExitCode: number; Pid: number };
	NetworkSettings?: { Networks?: Record<string, { IPAddress?: string }> };
}
interface ApiNetwork {
	Id: string;
	Name: string;
}
interface ApiChange {
	Path: string;
	Kind: number;
}
