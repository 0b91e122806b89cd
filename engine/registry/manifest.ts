// What a registry must know of a manifest: whether it is one, what must be there for it, and what it refers to. It stays as it
// came, byte for byte; types that are not known here are kept too, as long as they are JSON.

import { type Digest, isDigest } from "../lib/digest";
import { DOCKER_SCHEMA1, DOCKER_SCHEMA1_SIGNED, isForeign, isIndex, isManifest } from "../oci/image/media-types";
import { detectMediaType, parseDocument } from "../oci/image/parse";
import type { Descriptor } from "../oci/image/types";
import { RegistryError } from "./errors";
import type { StoredManifest } from "./store/manifests";

export interface Contents {
	mediaType: string;
	/** Config, layers, an artifact's blobs; without layers that are to be had elsewhere. */
	blobs: Digest[];
	/** An index's. */
	manifests: Digest[];
	subject?: Digest;
}

type Json = Record<string, unknown>;
const invalid = (detail: unknown): RegistryError => new RegistryError("MANIFEST_INVALID", detail);

/** @param named what the request says it is, or "" @throws RegistryError MANIFEST_INVALID */
export function readManifest(data: Uint8Array, named: string): Contents {
	const generic = named === "" || named === "application/json" || named === "application/octet-stream";
	let own: string | undefined;
	try {
		own = detectMediaType(data);
	} catch (error) {
		throw invalid((error as Error).message);
	}
	const mediaType = generic ? own : named;
	if (mediaType === undefined) throw invalid("the manifest does not say what it is");
	if (mediaType === DOCKER_SCHEMA1 || mediaType === DOCKER_SCHEMA1_SIGNED)
		throw invalid("manifests of Docker's schema version 1 are not supported; push the image with a newer client");
	const json = JSON.parse(new TextDecoder().decode(data)) as Json;
	if (typeof json.mediaType === "string" && json.mediaType !== mediaType)
		throw invalid(`the manifest says that it is ${json.mediaType}, the request that it is ${mediaType}`);
	if (isManifest(mediaType) || isIndex(mediaType)) {
		if (json.schemaVersion !== 2) throw invalid(`unrecognized manifest schema version ${JSON.stringify(json.schemaVersion)}`);
		try {
			parseDocument(data, mediaType);
		} catch (error) {
			throw invalid((error as Error).message);
		}
	}
	return { mediaType, ...contentsOf(json) };
}

/** What a document that is kept already refers to; nothing where it is damaged. */
export function referencesOf(data: Uint8Array): Digest[] {
	try {
		const { blobs, manifests } = contentsOf(JSON.parse(new TextDecoder().decode(data)) as Json, true);
		return [...blobs, ...manifests];
	} catch {
		return [];
	}
}

function contentsOf(json: Json, all = false): Omit<Contents, "mediaType"> {
	const descriptors = (...fields: string[]): Descriptor[] =>
		fields
			.flatMap((field) => json[field] ?? [])
			.filter(
				(one): one is Descriptor => typeof (one as Descriptor)?.digest === "string" && isDigest((one as Descriptor).digest),
			);
	const digests = (some: Descriptor[]): Digest[] => [...new Set(some.map(({ digest }) => digest))];
	const subject = (json.subject as Partial<Descriptor> | undefined)?.digest;
	return {
		blobs: digests(descriptors("config", "layers", "blobs").filter((one) => all || !elsewhere(one))),
		manifests: digests(descriptors("manifests")),
		...(typeof subject === "string" && isDigest(subject) ? { subject } : {}),
	};
}
const elsewhere = ({ mediaType, urls }: Descriptor): boolean => isForeign(mediaType) || (urls?.length ?? 0) > 0;

export interface Referrer {
	subject: Digest;
	descriptor: Descriptor & { artifactType?: string };
}
/** As the referrers API tells of it; undefined for what has no subject. */
export function readReferrer({ digest, mediaType, data }: StoredManifest): Referrer | undefined {
	let json: Json;
	try {
		json = JSON.parse(new TextDecoder().decode(data)) as Json;
	} catch {
		return undefined;
	}
	const { subject } = contentsOf(json);
	if (subject === undefined) return undefined;
	const config = (json.config as Partial<Descriptor> | undefined)?.mediaType;
	const artifactType = json.artifactType || config;
	const { annotations } = json as { annotations?: Record<string, string> };
	return {
		subject,
		descriptor: {
			mediaType,
			digest,
			size: data.length,
			...(typeof artifactType === "string" ? { artifactType } : {}),
			...(annotations ? { annotations } : {}),
		},
	};
}
