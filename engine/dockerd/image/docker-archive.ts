// The archive that `docker save` wrote before there were OCI layouts: manifest.json names configs and layers by their paths. There
// are no manifests in it, so they are made, always the same from the same content.

import { invalidParameter, messageOf, systemError } from "../../lib/errors";
import { parseNormalized, tagNameOnly } from "../../lib/reference";
import { DOCKER_CONFIG, DOCKER_LAYER, DOCKER_LAYER_GZIP, DOCKER_MANIFEST, OCI_LAYER_ZSTD } from "../../oci/image/media-types";
import { parseConfig } from "../../oci/image/parse";
import type { Descriptor } from "../../oci/image/types";
import type { Daemon } from "../daemon/daemon";
import type { Loaded } from "./load";
import type { Staged, Staging } from "./staging";
import { writeJson } from "./write";

interface Listed {
	Config: string;
	RepoTags: string[];
	Layers: string[];
}

/** @throws EngineError for a list that is none, and for what it names and the archive lacks */
export async function dockerImages(daemon: Daemon, staging: Staging, list: unknown): Promise<Loaded[]> {
	const listed = listedIn(list);
	if (listed.length === 0) throw systemError("invalid archive: it holds no image");
	const packed = await packedLayers(daemon);
	const loaded: Loaded[] = [];
	for (const { Config, RepoTags, Layers } of listed) {
		const file = staging.find(Config);
		const bytes = file && staging.document(Config);
		if (!file || !bytes) throw systemError(`image config ${JSON.stringify(Config)} not found`);
		const { os, architecture, variant } = parseConfig(bytes);
		const layers = Layers.map((path) => {
			const layer = staging.find(path);
			if (!layer) throw systemError(`failed to resolve layers: layer ${JSON.stringify(path)} not found`);
			return packed.get(layer.digest) ?? layerOf(layer);
		});
		const config: Descriptor = { mediaType: DOCKER_CONFIG, digest: file.digest, size: file.size };
		const manifest = { schemaVersion: 2, mediaType: DOCKER_MANIFEST, config, layers };
		const written = await writeJson(daemon.containerd, DOCKER_MANIFEST, manifest);
		const platform = { architecture, os, ...(variant ? { variant } : {}) };
		const target = os && architecture ? { ...written, platform } : written;
		for (const tag of RepoTags) loaded.push({ reference: referenceOf(tag), target });
		if (RepoTags.length === 0) loaded.push({ target });
	}
	return loaded;
}

function layerOf({ digest, size, compression }: Staged): Descriptor {
	const mediaType = { none: DOCKER_LAYER, gzip: DOCKER_LAYER_GZIP, zstd: OCI_LAYER_ZSTD }[compression];
	return { mediaType, digest, size };
}

/** Uncompressed digest → the same layer, compressed, where it is here already: an image that was pulled before shares it so. */
async function packedLayers(daemon: Daemon): Promise<Map<string, Descriptor>> {
	const packed = new Map<string, Descriptor>();
	for (const { digest, size, labels } of await daemon.containerd["content.list"]({})) {
		const plain = labels["containerd.io/uncompressed"];
		if (plain && plain !== digest && !packed.has(plain)) packed.set(plain, { mediaType: DOCKER_LAYER_GZIP, digest, size });
	}
	return packed;
}

function referenceOf(tag: string) {
	try {
		const reference = tagNameOnly(parseNormalized(tag));
		// a name with both keeps the digest alone, as in a pull
		return reference.digest === undefined ? reference : { ...reference, tag: undefined };
	} catch (error) {
		throw invalidParameter(`normalize image ref ${JSON.stringify(tag)}: ${messageOf(error)}`);
	}
}

const isStrings = (value: unknown): value is string[] => Array.isArray(value) && value.every((one) => typeof one === "string");

function listedIn(list: unknown): Listed[] {
	const wrong = (what: string): Error => systemError(`untar manifest "manifest.json": ${what}`);
	if (!Array.isArray(list)) throw wrong("it is no list of images");
	return list.map((one: unknown) => {
		const { Config, RepoTags, Layers } = (one ?? {}) as Partial<Record<keyof Listed, unknown>>;
		if (typeof Config !== "string") throw wrong("Config is no path");
		if (!isStrings(RepoTags ?? [])) throw wrong("RepoTags are no list of names");
		if (!isStrings(Layers ?? [])) throw wrong("Layers are no list of paths");
		return { Config, RepoTags: (RepoTags ?? []) as string[], Layers: (Layers ?? []) as string[] };
	});
}
