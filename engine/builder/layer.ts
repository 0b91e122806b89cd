// One step that changes files: a snapshot is prepared, changed, and becomes a layer; or the cache has it already.
//
// The cache is the content store: a layer that a step made carries a label with the step's key, which is a digest of the layers
// below and of everything that the step depends on. It lasts as long as the layer does.

import type { Descriptor, Mount } from "../containerd/api";
import { hex } from "../lib/bytes";
import { digestOf } from "../lib/digest";
import { isKind } from "../lib/errors";
import { makeDirectories } from "../lib/files";
import { chainId } from "../oci/image/chain-id";
import { OCI_LAYER_GZIP } from "../oci/image/media-types";
import { mountAll } from "../oci/runtime/options";
import type { ImageState } from "./image";
import type { BuildBackend } from "./types";

const KEY_LABEL = "drydock/build.cache.key";
const UNCOMPRESSED_LABEL = "containerd.io/uncompressed";

export interface LayerStep {
	/** What the step depends on, besides the layers below. */
	inputs: unknown;
	useCache: boolean;
	sourceDateEpoch?: number;
	/** Changes the files; the snapshot's mounts are given. */
	work(mounts: Mount[], key: string): Promise<void>;
}

/** Adds the layer to the state; a step that changed nothing makes an empty one, as BuildKit has it. */
export async function addLayer(backend: BuildBackend, state: ImageState, step: LayerStep): Promise<"cached" | "made"> {
	const cacheKey = digestOf(JSON.stringify([state.chainId, step.inputs, step.sourceDateEpoch ?? null]));
	const cached = step.useCache ? await findCached(backend, state, cacheKey) : undefined;
	if (cached) {
		push(state, cached.descriptor, cached.diffId);
		return "cached";
	}
	const { containerd, sys } = backend;
	const key = `build-${hex(sys.getrandom(8))}`;
	const upper = await containerd["snapshots.prepare"]({ key, parent: state.chainId });
	try {
		await step.work(upper, key);
		const { descriptor, diffId } = await containerd["diff.create"]({
			lower: below(upper),
			upper,
			mediaType: OCI_LAYER_GZIP,
			ref: key,
			sourceDateEpoch: step.sourceDateEpoch,
		});
		await containerd["content.update"]({ digest: descriptor.digest, labels: { [KEY_LABEL]: cacheKey } });
		const name = chainId([...state.diffIds, diffId]);
		await containerd["snapshots.commit"]({ key, name }).catch(async (error: unknown) => {
			if (!isKind(error, "alreadyExists")) throw error;
			await containerd["snapshots.remove"]({ key });
		});
		push(state, descriptor, diffId);
		return "made";
	} catch (error) {
		await containerd["snapshots.remove"]({ key }).catch(() => {});
		throw error;
	}
}

function push(state: ImageState, descriptor: Descriptor, diffId: string): void {
	state.layers.push(descriptor);
	state.diffIds.push(diffId);
	state.chainId = chainId(state.diffIds);
}

async function findCached({ containerd }: BuildBackend, state: ImageState, key: string) {
	for (const { digest, size, labels } of await containerd["content.list"]({})) {
		const diffId = labels[UNCOMPRESSED_LABEL];
		if (labels[KEY_LABEL] !== key || !diffId) continue;
		const there = await containerd["snapshots.stat"]({ key: chainId([...state.diffIds, diffId]) }).catch(() => undefined);
		if (there) return { descriptor: { mediaType: OCI_LAYER_GZIP, digest, size }, diffId };
	}
	return undefined;
}

/** What an overlay's mounts show without their upper directory. */
function below(mounts: Mount[]): Mount[] {
	const lower = mounts[0]?.options.find((option) => option.startsWith("lowerdir="));
	return lower ? [{ type: "overlay", source: "overlay", options: [lower] }] : [];
}

/** Mounts for as long as the work takes. */
export async function mounted<T>(
	{ sys, scratch }: BuildBackend,
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
