// What a push must bring: the documents and blobs that an image leads to, as far as they are here.

import { conflict, notFound } from "../../lib/errors";
import { isForeign, isIndex, isManifest } from "../../oci/image/media-types";
import { childrenOf } from "../../oci/image/parse";
import { DEFAULT_PLATFORM, formatPlatform, isAttestation, matchesPlatform } from "../../oci/image/platform";
import type { Descriptor, Platform } from "../api";
import type { ContentStore } from "../content/store";
import { readDocument } from "../images/documents";

export interface Contents {
	/** Children before their parents, the target last. */
	documents: Descriptor[];
	blobs: Descriptor[];
	/** Digests that the image names and that are not here. */
	missing: string[];
}

export async function contentsOf(content: ContentStore, target: Descriptor): Promise<Contents> {
	const documents = new Map<string, Descriptor>();
	const blobs = new Map<string, Descriptor>();
	const missing = new Set<string>();
	const visit = async (descriptor: Descriptor): Promise<void> => {
		const document = isManifest(descriptor.mediaType) || isIndex(descriptor.mediaType);
		// such layers stay where they are to be had
		if (isForeign(descriptor.mediaType)) return;
		if (!content.has(descriptor.digest)) {
			missing.add(descriptor.digest);
			return;
		}
		if (!document) blobs.set(descriptor.digest, descriptor);
		else if (!documents.has(descriptor.digest)) {
			for (const child of childrenOf(await readDocument(content, descriptor))) await visit(child);
			documents.set(descriptor.digest, descriptor);
		}
	};
	await visit(target);
	return { documents: [...documents.values()], blobs: [...blobs.values()], missing: [...missing] };
}

/**
 * What of an index is pushed: one platform's manifest, or what is whole of it.
 * @throws EngineError notFound where nothing that fits is whole, conflict where several are
 */
export async function pushTarget(content: ContentStore, target: Descriptor, platform?: Platform): Promise<Descriptor> {
	if (!isIndex(target.mediaType)) return target;
	const whole: Descriptor[] = [];
	for (const child of childrenOf(await readDocument(content, target))) {
		if (isAttestation(child) || !isManifest(child.mediaType) || !content.has(child.digest)) continue;
		if (platform && !(child.platform && matchesPlatform(platform, child.platform))) continue;
		if ((await contentsOf(content, child)).missing.length === 0) whole.push(child);
	}
	if (whole.length === 1) return whole[0]!;
	const host = whole.find((child) => child.platform && matchesPlatform(DEFAULT_PLATFORM, child.platform));
	if (whole.length > 1 && platform) throw conflict(`multiple manifests found for platform ${formatPlatform(platform)}`);
	if (host) return host;
	if (whole.length > 1) throw conflict("multiple matching manifests found but no specific platform requested");
	throw notFound(
		platform
			? `image was found but does not provide the specified platform (${formatPlatform(platform)})`
			: "no suitable image manifest is present with all its content",
	);
}
