// An image's documents, out of the content store.

import { collect } from "../../lib/bytes";
import { notFound } from "../../lib/errors";
import { type Document, parseConfig, parseDocument } from "../../oci/image/parse";
import { DEFAULT_PLATFORM, formatPlatform, selectManifest } from "../../oci/image/platform";
import type { ImageConfig, Manifest } from "../../oci/image/types";
import type { Descriptor, Platform } from "../api";
import type { ContentStore } from "../content/store";

/** More than any manifest has; a layer is never read as a document. */
const DOCUMENT_LIMIT = 8 << 20;

export async function readDocument(content: ContentStore, { digest, mediaType }: Descriptor): Promise<Document> {
	return parseDocument(await readSmall(content, digest), mediaType);
}
export async function readSmall(content: ContentStore, digest: string): Promise<Uint8Array> {
	return collect(content.read(digest, 0, Math.min(content.info(digest).size, DOCUMENT_LIMIT)));
}

export interface PlatformImage {
	/** Of the manifest. */
	target: Descriptor;
	manifest: Manifest;
	config: ImageConfig;
}

/** The image for a platform. @throws EngineError notFound when the index has none for it, or its content is not here */
export async function readImage(
	content: ContentStore,
	target: Descriptor,
	platform: Platform = DEFAULT_PLATFORM,
): Promise<PlatformImage> {
	const document = await readDocument(content, target);
	if (document.kind === "index") {
		const chosen = selectManifest(document.index.manifests, platform);
		if (!chosen) throw noMatch(platform);
		return readImage(content, chosen, platform);
	}
	const { manifest } = document;
	return { target, manifest, config: parseConfig(await readSmall(content, manifest.config.digest)) };
}

export const noMatch = (platform: Platform) =>
	notFound(`no match for platform in manifest: not found`, { platform: formatPlatform(platform) });
