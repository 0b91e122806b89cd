// Layers → snapshots, from the bottom up. A snapshot is named by its chain id once it is whole; until then it has a key of its
// own, so that a broken or doubled unpack leaves nothing that could be taken for a layer.

import { hex } from "../../lib/bytes";
import { dataLoss, isKind } from "../../lib/errors";
import { chainIds } from "../../oci/image/chain-id";
import type { Gunzip } from "../../port";
import type { Sys } from "../../sys";
import type { Descriptor } from "../api";
import type { ContentStore } from "../content/store";
import { applyDiff } from "../diff/apply";
import type { Snapshotter } from "../snapshots/snapshotter";
import type { PlatformImage } from "./documents";

export const SNAPSHOT_LABEL = "containerd.io/gc.ref.snapshot.overlayfs";

const UNPACKING = "extract-";

/** Before anything is unpacked: what a power cut left of earlier attempts. */
export async function dropHalfUnpacked(snapshots: Snapshotter): Promise<void> {
	for (const { name, kind } of snapshots.list())
		if (kind === "active" && name.startsWith(UNPACKING)) await snapshots.remove(name);
}

export interface UnpackSteps {
	/** Before a layer is needed: resolves when its blob is in the content store. */
	ready?(layer: Descriptor): Promise<unknown>;
	progress?(layer: Descriptor, state: "extracting" | "done"): void;
	/** Of the surroundings: see port.ts. */
	gunzip?: Gunzip;
}

/** Answers the chain id of all layers. Layers whose snapshot is there are passed over. */
export async function unpack(
	sys: Sys,
	content: ContentStore,
	snapshots: Snapshotter,
	{ manifest, config }: Pick<PlatformImage, "manifest" | "config">,
	steps: UnpackSteps = {},
): Promise<string> {
	const diffIds = config.rootfs.diff_ids;
	if (diffIds.length !== manifest.layers.length) {
		throw dataLoss(`mismatched image rootfs and manifest layers: ${diffIds.length} and ${manifest.layers.length}`);
	}
	const chain = chainIds(diffIds);
	for (const [at, layer] of manifest.layers.entries()) {
		const name = chain[at]!;
		await steps.ready?.(layer);
		if (snapshots.has(name)) await snapshots.touch(name);
		else {
			steps.progress?.(layer, "extracting");
			const place = { name, parent: chain[at - 1] ?? "", diffId: diffIds[at]! };
			await unpackLayer(sys, content, snapshots, layer, place, steps.gunzip);
		}
		steps.progress?.(layer, "done");
	}
	const top = chain.at(-1) ?? "";
	if (top !== "") await content.label(manifest.config.digest, { [SNAPSHOT_LABEL]: top });
	return top;
}

async function unpackLayer(
	sys: Sys,
	content: ContentStore,
	snapshots: Snapshotter,
	layer: Descriptor,
	{ name, parent, diffId }: { name: string; parent: string; diffId: string },
	gunzip: Gunzip | undefined,
): Promise<void> {
	const key = `${UNPACKING}${hex(sys.getrandom(6))} ${name}`;
	const mounts = await snapshots.prepare(key, parent, { "containerd.io/snapshot.ref": name });
	try {
		const applied = await applyDiff(sys, content, layer, mounts, gunzip);
		if (applied.diffId !== diffId) {
			throw dataLoss(
				`wrong diff id calculated on extraction ${JSON.stringify(applied.diffId)}, expected ${JSON.stringify(diffId)}`,
			);
		}
		await snapshots.commit(key, name);
	} catch (error) {
		await snapshots.remove(key).catch(() => {});
		// another unpack of the same layer was faster
		if (!isKind(error, "alreadyExists")) throw error;
		return;
	}
	await content.label(layer.digest, { "containerd.io/uncompressed": diffId });
}
