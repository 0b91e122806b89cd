// The image that a stage is becoming: layers, history and configuration; and how it is written down.

import type { ContainerdApi, Descriptor } from "../containerd/api";
import { collect, utf8 } from "../lib/bytes";
import { digestOf } from "../lib/digest";
import { notFound } from "../lib/errors";
import { goJson } from "../lib/json";
import type { Client } from "../lib/rpc/types";
import {
	DOCKER_LAYER,
	DOCKER_LAYER_GZIP,
	OCI_CONFIG,
	OCI_INDEX,
	OCI_LAYER,
	OCI_LAYER_GZIP,
	OCI_MANIFEST,
} from "../oci/image/media-types";
import { parseConfig, parseDocument } from "../oci/image/parse";
import { DEFAULT_PLATFORM, selectManifest } from "../oci/image/platform";
import type { History, ImageConfig, RunConfig } from "../oci/image/types";

type Containerd = Client<ContainerdApi>;
export const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const COMMENT = "buildkit.dockerfile.v0";

export interface ImageState {
	/** Name of the top snapshot; "" for scratch. */
	chainId: string;
	layers: Descriptor[];
	diffIds: string[];
	history: History[];
	config: RunConfig;
	author?: string;
}

export const scratch = (): ImageState => ({
	chainId: "",
	layers: [],
	diffIds: [],
	history: [],
	config: { Env: [`PATH=${DEFAULT_PATH}`], WorkingDir: "/" },
});

export const copyState = (state: ImageState): ImageState => ({
	...structuredCopy(state),
});
const structuredCopy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

export async function readContent(containerd: Containerd, digest: string): Promise<Uint8Array> {
	return collect(
		(async function* () {
			for await (const { data } of containerd["content.read"]({ digest })) yield data;
		})(),
	);
}

/** An image of the store, unpacked, as the beginning of a stage. */
export async function fromImage(containerd: Containerd, name: string): Promise<ImageState> {
	const { target } = await containerd["images.get"]({ name });
	const { chainId } = await containerd["images.unpack"]({ name });
	let descriptor: Descriptor = target;
	let document = parseDocument(await readContent(containerd, target.digest), target.mediaType);
	if (document.kind === "index") {
		const chosen = selectManifest(document.index.manifests, DEFAULT_PLATFORM);
		if (!chosen) throw notFound(`${name}: no match for platform in manifest: not found`);
		descriptor = chosen;
		document = parseDocument(await readContent(containerd, descriptor.digest), descriptor.mediaType);
	}
	if (document.kind !== "manifest") throw notFound(`${name}: an index of indexes: not found`);
	const file = parseConfig(await readContent(containerd, document.manifest.config.digest));
	return {
		chainId,
		layers: document.manifest.layers.map(asOci),
		diffIds: file.rootfs.diff_ids,
		history: file.history ?? [],
		config: file.config ?? {},
		...(file.author ? { author: file.author } : {}),
	};
}
/** A manifest of OCI's kind has layers of OCI's kind; the bytes are the same. */
const asOci = (layer: Descriptor): Descriptor => ({
	...layer,
	mediaType:
		layer.mediaType === DOCKER_LAYER_GZIP ? OCI_LAYER_GZIP : layer.mediaType === DOCKER_LAYER ? OCI_LAYER : layer.mediaType,
});

/** A line of history. BuildKit marks the steps that made a layer. */
export function addHistory(state: ImageState, words: string, layer: boolean, created: string): void {
	state.history.push({
		created,
		created_by: layer ? `${words} # buildkit` : words,
		comment: COMMENT,
		...(layer ? {} : { empty_layer: true }),
	});
}

/** Writes config, manifest and index; answers the index. */
export async function writeImage(
	containerd: Containerd,
	state: ImageState,
	created: string,
): Promise<{ target: Descriptor; config: Descriptor; manifest: Descriptor }> {
	const file: ImageConfig = {
		architecture: DEFAULT_PLATFORM.architecture,
		os: DEFAULT_PLATFORM.os,
		created,
		...(state.author ? { author: state.author } : {}),
		config: ordered(state.config),
		rootfs: { type: "layers", diff_ids: state.diffIds },
		history: state.history,
	};
	const config = await write(containerd, OCI_CONFIG, file, {});
	const labels: Record<string, string> = { "containerd.io/gc.ref.content.config": config.digest };
	state.layers.forEach((layer, at) => {
		labels[`containerd.io/gc.ref.content.l.${at}`] = layer.digest;
	});
	const plain = state.layers.map(({ mediaType, digest, size }) => ({ mediaType, digest, size }));
	const manifest = await write(
		containerd,
		OCI_MANIFEST,
		{ schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers: plain },
		labels,
	);
	const { architecture, os } = DEFAULT_PLATFORM;
	const index = { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [{ ...manifest, platform: { architecture, os } }] };
	const target = await write(containerd, OCI_INDEX, index, { "containerd.io/gc.ref.content.m.0": manifest.digest });
	return { target, config, manifest };
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
function ordered(config: RunConfig): RunConfig {
	const sorted = <T>(record: Record<string, T> | undefined) =>
		record && Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
	const full: RunConfig = {
		...config,
		ExposedPorts: sorted(config.ExposedPorts),
		Volumes: sorted(config.Volumes),
		Labels: sorted(config.Labels),
	};
	return Object.fromEntries(KEYS.filter((key) => full[key] !== undefined && full[key] !== null).map((key) => [key, full[key]]));
}

async function write(
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
