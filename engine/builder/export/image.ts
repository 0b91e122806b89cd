// The image that a stage is becoming: configuration and history on one side, layers on the other; and how it is written down.

import type { ContainerdApi, Descriptor } from "../../containerd/api";
import { decodeBase64, encodeBase64 } from "../../lib/base64";
import { collect, text, utf8 } from "../../lib/bytes";
import { digestOf } from "../../lib/digest";
import { notFound } from "../../lib/errors";
import { goJson } from "../../lib/json";
import type { Client } from "../../lib/rpc/types";
import { chainIds } from "../../oci/image/chain-id";
import {
	DOCKER_LAYER,
	DOCKER_LAYER_GZIP,
	OCI_CONFIG,
	OCI_INDEX,
	OCI_LAYER,
	OCI_LAYER_GZIP,
	OCI_MANIFEST,
} from "../../oci/image/media-types";
import { parseConfig, parseDocument } from "../../oci/image/parse";
import { DEFAULT_PLATFORM, selectManifest } from "../../oci/image/platform";
import type { History, ImageConfig, RunConfig } from "../../oci/image/types";

type Containerd = Client<ContainerdApi>;
export const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const COMMENT = "buildkit.dockerfile.v0";
const INLINE_CACHE = "moby.buildkit.cache.v0";

export interface Layer {
	descriptor: Descriptor;
	diffId: string;
	/** RFC 3339: when the step made it, or when it was fetched. */
	created: string;
}
/** A root file system: layers, base first. */
export interface Layers {
	/** Name of the top snapshot; "" for an empty one. */
	chainId: string;
	layers: Layer[];
}
export const NO_LAYERS: Layers = { chainId: "", layers: [] };
export const withLayer = (below: Layers, layer: Layer): Layers => {
	const layers = [...below.layers, layer];
	return { layers, chainId: chainIds(layers.map(({ diffId }) => diffId)).at(-1)! };
};

/** What an image says besides its layers. */
export interface ImageState {
	config: RunConfig;
	history: History[];
	/** How many entries of the history are the base image's. */
	inherited: number;
	author?: string;
}

export const emptyImage = (): ImageState => ({
	history: [],
	inherited: 0,
	config: { Env: [`PATH=${DEFAULT_PATH}`], WorkingDir: "/" },
});
export const copyImage = (state: ImageState): ImageState => JSON.parse(JSON.stringify(state)) as ImageState;

export async function readContent(containerd: Containerd, digest: string): Promise<Uint8Array> {
	return collect(
		(async function* () {
			for await (const { data } of containerd["content.read"]({ digest })) yield data;
		})(),
	);
}

export interface StoredImage {
	/** What the name points at. */
	target: Descriptor;
	file: ImageConfig;
	/** What BUILDKIT_INLINE_CACHE=1 has put into the configuration. */
	inlineCache?: string;
	layers: Descriptor[];
}
/** An image of the store, for this machine's platform. @throws EngineError notFound */
export async function readImage(containerd: Containerd, target: Descriptor, name: string): Promise<StoredImage> {
	let descriptor: Descriptor = target;
	let document = parseDocument(await readContent(containerd, target.digest), target.mediaType);
	if (document.kind === "index") {
		const chosen = selectManifest(document.index.manifests, DEFAULT_PLATFORM);
		if (!chosen) throw notFound(`${name}: no match for platform in manifest: not found`);
		descriptor = chosen;
		document = parseDocument(await readContent(containerd, descriptor.digest), descriptor.mediaType);
	}
	if (document.kind !== "manifest") throw notFound(`${name}: an index of indexes: not found`);
	const config = await readContent(containerd, document.manifest.config.digest);
	const file = parseConfig(config);
	const { [INLINE_CACHE]: inlineCache } = JSON.parse(text(config)) as { [INLINE_CACHE]?: unknown };
	return { target, file, layers: document.manifest.layers, ...(typeof inlineCache === "string" ? { inlineCache } : {}) };
}

export const stateOf = ({ file }: StoredImage): ImageState => ({
	config: file.config ?? {},
	history: file.history ?? [],
	inherited: file.history?.length ?? 0,
	...(file.author ? { author: file.author } : {}),
});
/** @param fetched when it was, RFC 3339 */
export function layersOf({ file, layers }: StoredImage, fetched: string): Layers {
	const diffIds = file.rootfs.diff_ids;
	return {
		chainId: chainIds(diffIds).at(-1) ?? "",
		layers: layers.map((descriptor, at) => ({ descriptor: asOci(descriptor), diffId: diffIds[at]!, created: fetched })),
	};
}
/** A manifest of OCI's kind has layers of OCI's kind; the bytes are the same. */
const asOci = (layer: Descriptor): Descriptor => ({
	...layer,
	mediaType:
		layer.mediaType === DOCKER_LAYER_GZIP ? OCI_LAYER_GZIP : layer.mediaType === DOCKER_LAYER ? OCI_LAYER : layer.mediaType,
});

/** A line of history. Its time is known when the layers are. */
export function addHistory(state: ImageState, words: string, layer: boolean): void {
	state.history.push({ created_by: words, comment: COMMENT, ...(layer ? {} : { empty_layer: true }) });
}

/** Every line gets a time: its layer's, or the one of the layer before it (of the first new one, where none is before). */
function datedHistory(state: ImageState, layers: readonly Layer[], epoch: string | undefined): History[] {
	const made = state.history.filter(({ empty_layer }) => !empty_layer).length;
	const extra = layers.slice(made).map(({ created }): History => ({ created, comment: "buildkit.exporter.image.v0" }));
	const history = [...state.history, ...extra].map((one) => ({ ...one }));
	let surplus = made - layers.length;
	let layer = 0;
	for (const one of history) {
		if (one.empty_layer) continue;
		if (surplus > 0) {
			surplus--;
			one.empty_layer = true;
		} else {
			one.created ??= layers[layer]?.created;
			layer++;
		}
	}
	const firstNew = history.findIndex(({ created }) => !created);
	let created = history.slice(Math.max(firstNew, 0)).find((one) => one.created)?.created;
	created ??= history.findLast((one) => one.created)?.created;
	let open = false;
	for (const one of history) {
		if (!one.created) {
			open = true;
			one.created = created;
		} else if (open) created = one.created;
	}
	if (epoch) {
		for (const [at, one] of history.entries()) {
			if (at >= state.inherited && (!one.created || one.created > epoch)) one.created = epoch;
		}
	}
	return history.map(inOrder);
}
/** The fields as Go's struct has them. */
const inOrder = ({ created, created_by, author, comment, empty_layer }: History): History => ({
	...(created ? { created } : {}),
	...(created_by ? { created_by } : {}),
	...(author ? { author } : {}),
	...(comment ? { comment } : {}),
	...(empty_layer ? { empty_layer } : {}),
});

export interface WriteOptions {
	/** RFC 3339, for SOURCE_DATE_EPOCH. */
	epoch?: string;
	/** Now, for an image of which nothing else has a time. */
	now: string;
	/** Steps' keys by the index of the layer that they made: told in the configuration, for --cache-from. */
	inlineCache?: ReadonlyMap<number, string>;
	/** Of the manifest. */
	annotations?: Record<string, string>;
}

/** Writes config, manifest and index; answers the index. */
export async function writeImage(
	containerd: Containerd,
	state: ImageState,
	{ layers }: Layers,
	{ epoch, now, inlineCache, annotations = {} }: WriteOptions,
): Promise<{ target: Descriptor; config: Descriptor; manifest: Descriptor }> {
	const { architecture, os } = DEFAULT_PLATFORM;
	const history = datedHistory(state, layers, epoch);
	const created = history.findLast((one) => one.created)?.created ?? epoch ?? now;
	const file: ImageConfig & { [INLINE_CACHE]?: string } = {
		architecture,
		os,
		created,
		...(state.author ? { author: state.author } : {}),
		config: ordered(state.config),
		rootfs: { type: "layers", diff_ids: layers.map(({ diffId }) => diffId) },
		history,
		...(inlineCache ? { [INLINE_CACHE]: inlineRecords(inlineCache, layers) } : {}),
	};
	const config = await writeBlob(containerd, OCI_CONFIG, file, {});
	const labels: Record<string, string> = { "containerd.io/gc.ref.content.config": config.digest };
	const plain = layers.map(({ descriptor: { mediaType, digest, size } }) => ({ mediaType, digest, size }));
	plain.forEach(({ digest }, at) => {
		labels[`containerd.io/gc.ref.content.l.${at}`] = digest;
	});
	const manifest = await writeBlob(
		containerd,
		OCI_MANIFEST,
		{
			schemaVersion: 2,
			mediaType: OCI_MANIFEST,
			config,
			layers: plain,
			...(Object.keys(annotations).length > 0 ? { annotations } : {}),
		},
		labels,
	);
	const index = { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [{ ...manifest, platform: { architecture, os } }] };
	const target = await writeBlob(containerd, OCI_INDEX, index, { "containerd.io/gc.ref.content.m.0": manifest.digest });
	return { target, config, manifest };
}

const inlineRecords = (keys: ReadonlyMap<number, string>, layers: readonly Layer[]): string =>
	encodeBase64(
		utf8(goJson([...keys].map(([layer, digest]) => ({ digest, layers: [{ layer, createdAt: layers[layer]!.created }] })))),
	);
/** Key → index of a layer, as an image with an inline cache tells them; undefined for one without. */
export function inlineCacheOf({ inlineCache }: StoredImage): Map<string, { layer: number; created: string }> | undefined {
	if (inlineCache === undefined) return undefined;
	const records = JSON.parse(text(decodeBase64(inlineCache))) as Array<{
		digest: string;
		layers?: Array<{ layer: number; createdAt: string }>;
	}>;
	return new Map(
		records.flatMap(({ digest, layers }) =>
			layers?.[0] ? [[digest, { layer: layers[0].layer, created: layers[0].createdAt }] as const] : [],
		),
	);
}

/** Keys in the order of Go's struct, so that equal configurations are equal bytes. */
const KEYS: ReadonlyArray<keyof RunConfig> = [
	"User",
	"ExposedPorts",
	"Env",
	"Entrypoint",
	"Cmd",
	"Volumes",
	"WorkingDir",
	"Labels",
	"StopSignal",
	"ArgsEscaped",
	"Healthcheck",
	"OnBuild",
	"Shell",
];
export function ordered(config: RunConfig): RunConfig {
	const sorted = <T>(record: Record<string, T> | undefined) =>
		record && Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
	const full: RunConfig = {
		...config,
		ExposedPorts: sorted(config.ExposedPorts),
		Volumes: sorted(config.Volumes),
		Labels: sorted(config.Labels),
	};
	const empty = (value: unknown): boolean =>
		value === undefined || value === null || value === "" || (typeof value === "object" && Object.keys(value).length === 0);
	return Object.fromEntries(KEYS.filter((key) => !empty(full[key])).map((key) => [key, full[key]]));
}

export async function writeBlob(
	containerd: Containerd,
	mediaType: string,
	value: unknown,
	labels: Record<string, string>,
): Promise<Descriptor> {
	const data = utf8(goJson(value));
	const digest = digestOf(data);
	const ref = `build-${digest}`;
	await containerd["content.begin"]({ ref });
	await containerd["content.write"]({ ref, offset: 0, data });
	await containerd["content.commit"]({ ref, expected: digest, size: data.length, labels });
	return { mediaType, digest, size: data.length };
}
