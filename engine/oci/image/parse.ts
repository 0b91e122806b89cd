// Reads manifests, indexes and configs from bytes, and says what is wrong with those that are none.

import { text } from "../../lib/bytes";
import { digestProblem } from "../../lib/digest";
import { dataLoss, invalidParameter, messageOf } from "../../lib/errors";
import { parseJson } from "../../lib/json-problem";
import type { Kind } from "../../lib/unmarshal";
import * as kinds from "./kinds";
import { DOCKER_SCHEMA1, DOCKER_SCHEMA1_SIGNED, isIndex, isManifest, OCI_INDEX, OCI_MANIFEST } from "./media-types";
import type { Descriptor, ImageConfig, Index, Manifest } from "./types";

type Json = Record<string, unknown>;

function object(bytes: Uint8Array, what: string): Json {
	let value: unknown;
	try {
		value = parseJson(text(bytes));
	} catch (error) {
		throw dataLoss(`${what}: ${(error as Error).message}`);
	}
	if (typeof value !== "object" || value === null || Array.isArray(value)) throw dataLoss(`${what}: not an object`);
	return value as Json;
}

function decode<T>(value: Json, kind: Kind<T>, what: string): T {
	try {
		return kind.decode(value, undefined);
	} catch (error) {
		throw dataLoss(`${what}: ${messageOf(error)}`);
	}
}

function checkDescriptor(given: Descriptor | undefined, what: string): void {
	const { mediaType, digest, size }: Partial<Descriptor> = given ?? {};
	if (!mediaType || !digest || size === undefined) throw dataLoss(`${what}: not a descriptor`);
	const problem = digestProblem(digest);
	if (problem) throw dataLoss(`${what}: ${problem}`);
	if (!Number.isSafeInteger(size) || size < 0) throw dataLoss(`${what}: invalid size ${size}`);
}
const checkAll = (given: readonly Descriptor[], what: string): void =>
	given.forEach((one, at) => {
		checkDescriptor(one, `${what}[${at}]`);
	});

/** @throws EngineError dataLoss */
export function parseManifest(bytes: Uint8Array): Manifest {
	const value = object(bytes, "invalid manifest");
	// a document that is both would be read differently by different programs
	if (value.manifests !== undefined) throw dataLoss("invalid manifest: it has manifests, as an index has");
	const parsed = decode(value, kinds.manifest, "invalid manifest");
	const { config, layers = [] } = parsed;
	checkDescriptor(config, "invalid manifest: config");
	checkAll(layers, "invalid manifest: layers");
	return { ...parsed, layers };
}

/** @throws EngineError dataLoss */
export function parseIndex(bytes: Uint8Array): Index {
	const value = object(bytes, "invalid index");
	if (value.config !== undefined || value.layers !== undefined) throw dataLoss("invalid index: it has layers, as a manifest has");
	const parsed = decode(value, kinds.index, "invalid index");
	const { manifests = [] } = parsed;
	checkAll(manifests, "invalid index: manifests");
	return { ...parsed, manifests };
}

/** @throws EngineError dataLoss */
export function parseConfig(bytes: Uint8Array): ImageConfig {
	const parsed = decode(object(bytes, "invalid image config"), kinds.imageConfig, "invalid image config");
	const diffIds = parsed.rootfs?.diff_ids ?? [];
	if (diffIds.some((id) => digestProblem(id))) throw dataLoss("invalid image config: rootfs.diff_ids");
	return {
		...parsed,
		architecture: parsed.architecture ?? "",
		os: parsed.os ?? "",
		rootfs: { type: "layers", diff_ids: diffIds },
	};
}

export type Document = { kind: "manifest"; manifest: Manifest } | { kind: "index"; index: Index };

/**
 * A manifest or an index, by its media type.
 * @throws EngineError dataLoss for what is damaged, invalidParameter for a type that is no image's
 */
export function parseDocument(bytes: Uint8Array, mediaType: string): Document {
	if (isManifest(mediaType)) return { kind: "manifest", manifest: parseManifest(bytes) };
	if (isIndex(mediaType)) return { kind: "index", index: parseIndex(bytes) };
	if (mediaType === DOCKER_SCHEMA1 || mediaType === DOCKER_SCHEMA1_SIGNED) {
		throw invalidParameter(
			"not implemented: media type " +
				`${JSON.stringify(mediaType)} is no longer supported since containerd v2.1, please rebuild the image as ` +
				`${JSON.stringify("application/vnd.docker.distribution.manifest.v2+json")} or ${JSON.stringify(OCI_MANIFEST)}`,
		);
	}
	throw invalidParameter(`unsupported manifest media type and no default available: ${mediaType}`);
}

/** What a document says it is, by its own field or else by its shape. */
export function detectMediaType(bytes: Uint8Array): string | undefined {
	const value = object(bytes, "invalid manifest");
	if (typeof value.mediaType === "string") return value.mediaType;
	if (value.schemaVersion === 1) return DOCKER_SCHEMA1_SIGNED;
	if (Array.isArray(value.manifests)) return OCI_INDEX;
	return Array.isArray(value.layers) || value.config ? OCI_MANIFEST : undefined;
}

/** All descriptors that a document names, its children first to fetch. */
export const childrenOf = (document: Document): Descriptor[] =>
	document.kind === "index" ? document.index.manifests : [document.manifest.config, ...document.manifest.layers];
