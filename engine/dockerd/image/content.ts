// Manifests and configs, read from containerd's content store. What a digest names never changes, so it is kept once read.

import type { ContainerdApi } from "../../containerd/api";
import { concat } from "../../lib/bytes";
import { isKind, notFound } from "../../lib/errors";
import type { Client } from "../../lib/rpc/types";
import { isIndex } from "../../oci/image/media-types";
import { parseConfig, parseIndex, parseManifest } from "../../oci/image/parse";
import { DEFAULT_PLATFORM, formatPlatform, isAttestation, matchesPlatform } from "../../oci/image/platform";
import type { Descriptor, ImageConfig, Index, Manifest, Platform } from "../../oci/image/types";

export interface ImageContent {
	/** Of the manifest for this host's platform. */
	descriptor: Descriptor;
	manifest: Manifest;
	/** The image's configuration file. */
	file: ImageConfig;
}

export class ContentReader {
	private readonly kept = new Map<string, unknown>();

	constructor(private readonly containerd: Client<ContainerdApi>) {}

	/** What was removed from the store is not to be found here either. */
	forget(digest: string): void {
		this.kept.delete(digest);
	}

	async bytes(digest: string): Promise<Uint8Array> {
		const parts: Uint8Array[] = [];
		for await (const { data } of this.containerd["content.read"]({ digest })) parts.push(data);
		return concat(parts);
	}
	private async parsed<T>(digest: string, parse: (bytes: Uint8Array) => T): Promise<T> {
		const kept = this.kept.get(digest);
		if (kept !== undefined) return kept as T;
		const value = parse(await this.bytes(digest));
		this.kept.set(digest, value);
		return value;
	}

	index({ digest }: Descriptor): Promise<Index> {
		return this.parsed(digest, parseIndex);
	}

	config({ config }: Manifest): Promise<ImageConfig> {
		return this.parsed(config.digest, parseConfig);
	}

	/** Manifests that `target` names or is, with those that are here. */
	async manifests(target: Descriptor): Promise<Array<{ descriptor: Descriptor; manifest?: Manifest }>> {
		const all = isIndex(target.mediaType) ? (await this.index(target)).manifests : [target];
		return Promise.all(
			all.map(async (descriptor) => {
				try {
					return { descriptor, manifest: await this.parsed(descriptor.digest, parseManifest) };
				} catch (error) {
					if (isKind(error, "notFound")) return { descriptor };
					throw error;
				}
			}),
		);
	}

	/** The manifest for a platform, this host's where none is named, with its config. @throws EngineError notFound */
	async image(target: Descriptor, platform: Platform = DEFAULT_PLATFORM): Promise<ImageContent> {
		for (const { descriptor, manifest } of await this.manifests(target)) {
			if (!manifest || isAttestation(descriptor)) continue;
			if (descriptor.platform && !matchesPlatform(platform, descriptor.platform)) continue;
			const file = await this.config(manifest);
			if (platform === DEFAULT_PLATFORM || matchesPlatform(platform, file)) return { descriptor, manifest, file };
		}
		throw notFound(`no match for platform in manifest: ${formatPlatform(platform)} is not here`);
	}
}
