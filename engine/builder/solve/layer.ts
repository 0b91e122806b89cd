// One step that changes files: the cache has its layer already, or a snapshot is prepared, changed, and becomes one.

import type { Descriptor, Mount } from "../../containerd/api";
import { hex } from "../../lib/bytes";
import { digestOf } from "../../lib/digest";
import { isKind } from "../../lib/errors";
import { makeDirectories } from "../../lib/files";
import { OCI_LAYER_GZIP } from "../../oci/image/media-types";
import { mountAll } from "../../oci/runtime/options";
import type { BuildCause } from "../../trace/event";
import type { CacheRecord } from "../cache/cache";
import { causesInWords, type Parts } from "../cache/causes";
import { type Layer, type Layers, NO_LAYERS, withLayer } from "../export/image";
import type { Vertex } from "../progress";
import type { BuildBackend } from "../types";
import { epochTime, iso, type Solver } from "./solver";

export interface LayerStep {
	vertex: Vertex;
	below: Layers;
	/** Done whatever lies below, and laid over it (COPY --link). */
	independent?: boolean;
	instruction: string;
	/** Digests of what else the step depends on. */
	parts: Parts;
	useCache: boolean;
	/** Changes the files; the snapshot's mounts are given. */
	work(mounts: Mount[], key: string): Promise<void>;
}

/** A step that changed nothing makes an empty layer, as BuildKit has it. */
export async function layerOf(solver: Solver, step: LayerStep): Promise<Layers> {
	const { vertex, below, instruction, useCache } = step;
	const { cache } = solver.backend;
	const parts: Parts = {
		instruction,
		...(step.independent ? {} : { parent: below.chainId }),
		...step.parts,
		...(solver.epoch === undefined ? {} : { epoch: String(solver.epoch) }),
	};
	const key = digestOf(JSON.stringify(Object.entries(parts).sort()));
	const found = useCache ? await usable(solver, cache.find(key), step) : undefined;
	const tell = (hit: boolean, because: BuildCause[]): void => {
		const reason = causesInWords(because);
		solver.backend.trace?.emit("dockerd", { type: "build.cache", step: vertex.name, key, hit, because, reason });
	};
	if (found) {
		tell(true, ["same"]);
		vertex.complete(true);
		solver.keys.set(found.chainId, key);
		return found;
	}
	tell(false, useCache ? cache.explain(parts) : ["off"]);
	const layers = await vertex.doing(() => make(solver, step, key, parts));
	solver.keys.set(layers.chainId, key);
	return layers;
}

/** The record's layer over what lies below, if it is still there. */
async function usable(solver: Solver, record: CacheRecord | undefined, step: LayerStep): Promise<Layers | undefined> {
	if (!record?.layer) return undefined;
	const { descriptor, diffId } = record.layer;
	try {
		const layers = await over(solver.backend, step.below, { descriptor, diffId, created: record.created });
		await solver.backend.cache.touch(record);
		return layers;
	} catch (error) {
		if (isKind(error, "notFound")) return undefined;
		throw error;
	}
}

/** A layer that exists, laid over others: its snapshot is found or unpacked. @throws EngineError notFound */
export async function over({ containerd, sys }: BuildBackend, below: Layers, layer: Layer): Promise<Layers> {
	const layers = withLayer(below, layer);
	const there = await containerd["snapshots.stat"]({ key: layers.chainId }).catch(() => undefined);
	await containerd["content.info"]({ digest: layer.descriptor.digest });
	if (there) return layers;
	const key = `build-${hex(sys.getrandom(8))}`;
	const mounts = await containerd["snapshots.prepare"]({ key, parent: below.chainId });
	try {
		await containerd["diff.apply"]({ descriptor: layer.descriptor, mounts });
		await commit({ containerd }, key, layers.chainId);
	} catch (error) {
		await containerd["snapshots.remove"]({ key }).catch(() => {});
		throw error;
	}
	return layers;
}

async function commit({ containerd }: Pick<BuildBackend, "containerd">, key: string, name: string): Promise<void> {
	await containerd["snapshots.commit"]({ key, name }).catch(async (error: unknown) => {
		if (!isKind(error, "alreadyExists")) throw error;
		await containerd["snapshots.remove"]({ key });
	});
}

async function make(solver: Solver, step: LayerStep, key: string, parts: Parts): Promise<Layers> {
	const { containerd, sys, cache } = solver.backend;
	const below = step.independent ? NO_LAYERS : step.below;
	const snapshot = `build-${hex(sys.getrandom(8))}`;
	const upper = await containerd["snapshots.prepare"]({ key: snapshot, parent: below.chainId });
	let made: { descriptor: Descriptor; diffId: string };
	try {
		await step.work(upper, snapshot);
		made = await containerd["diff.create"]({
			lower: lowerOf(upper),
			upper,
			mediaType: OCI_LAYER_GZIP,
			ref: snapshot,
			sourceDateEpoch: solver.epoch,
		});
		await commit(solver.backend, snapshot, withLayer(below, { ...made, created: "" }).chainId);
	} catch (error) {
		await containerd["snapshots.remove"]({ key: snapshot }).catch(() => {});
		throw error;
	}
	const layer = { ...made, created: epochTime(solver.epoch) ?? iso(sys.now()) };
	const own = withLayer(below, layer).chainId;
	const layers = step.independent ? await over(solver.backend, step.below, layer) : withLayer(below, layer);
	const { size } = await containerd["snapshots.usage"]({ key: own });
	const parent = cache.ofChain(step.below.chainId);
	await cache.add({
		key,
		type: "regular",
		description: step.vertex.name,
		created: layer.created,
		size,
		parents: parent ? [parent.id] : [],
		layer: { ...made, chainId: layers.chainId },
		parts,
	});
	return layers;
}

/** What an overlay's mounts show without their upper directory. */
export function lowerOf(mounts: Mount[]): Mount[] {
	const lower = mounts[0]?.options.find((option) => option.startsWith("lowerdir="));
	return lower ? [{ type: "overlay", source: "overlay", options: [lower] }] : [];
}

/** Mounts for as long as the work takes. */
export async function mounted<T>(
	{ sys, scratch }: Pick<BuildBackend, "sys" | "scratch">,
	mounts: Mount[],
	work: (root: string) => Promise<T>,
): Promise<T> {
	const root = `${scratch}/mount-${hex(sys.getrandom(6))}`;
	await makeDirectories(sys, root, 0o700);
	await mountAll(sys, mounts, root);
	try {
		return await work(root);
	} finally {
		await sys.umount2(root, 0);
		await sys.rmdir(root);
	}
}

/** A root file system to read from, for as long as the work takes. */
export async function viewed<T>(backend: BuildBackend, { chainId }: Layers, work: (root: string) => Promise<T>): Promise<T> {
	const { containerd, sys, scratch } = backend;
	if (chainId === "") {
		const root = `${scratch}/empty-${hex(sys.getrandom(6))}`;
		await makeDirectories(sys, root, 0o755);
		try {
			return await work(root);
		} finally {
			await sys.rmdir(root);
		}
	}
	const key = `build-view-${hex(sys.getrandom(8))}`;
	const mounts = await containerd["snapshots.view"]({ key, parent: chainId });
	try {
		return await mounted(backend, mounts, work);
	} finally {
		await containerd["snapshots.remove"]({ key });
	}
}
