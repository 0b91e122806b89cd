// Manifests and configs, read from containerd's content store. What a digest names never changes, so it is kept once read.

import type { ImageConfig } from "../../api/image";
import type { ContainerdApi, Descriptor, Platform } from "../../containerd/api";
import { concat, text } from "../../lib/bytes";
import { isKind, notFound } from "../../lib/errors";
import type { Client } from "../../lib/rpc/types";

export interface Manifest {
	schemaVersion: 2;
	mediaType?: string;
	config: Descriptor;
	layers: Descriptor[];
	annotations?: Record<string, string>;
}
export interface Index {
	schemaVersion: 2;
	mediaType?: string;
	manifests: Descriptor[];
}
/** The image's configuration file. */
export interface ImageFile {
	created?: string;
	author?: string;
	architecture: string;
	os: string;
	variant?: string;
	config?: ImageConfig;
	rootfs: { type: "layers"; diff_ids: string[] };
	history?: Array<{ created?: string; created_by?: string; author?: string; comment?: string; empty_layer?: boolean }>;
}

export const MEDIA = {
	manifest: "application/vnd.oci.image.manifest.v1+json",
	index: "application/vnd.oci.image.index.v1+json",
	config: "application/vnd.oci.image.config.v1+json",
	layer: "application/vnd.oci.image.layer.v1.tar+gzip",
	dockerManifest: "application/vnd.docker.distribution.manifest.v2+json",
	dockerIndex: "application/vnd.docker.distribution.manifest.list.v2+json",
	dockerConfig: "application/vnd.docker.container.image.v1+json",
	dockerLayer: "application/vnd.docker.image.rootfs.diff.tar.gzip",
} as const;

export const HOST_PLATFORM: Platform = { os: "linux", architecture: "amd64" };
export const isIndex = ({ mediaType }: Descriptor): boolean => mediaType === MEDIA.index || mediaType === MEDIA.dockerIndex;

export class ContentReader {
	private readonly kept = new Map<string, unknown>();

	constructor(private readonly containerd: Client<ContainerdApi>) {}

	async bytes(digest: string): Promise<Uint8Array> {
		const parts: Uint8Array[] = [];
		for await (const { data } of this.containerd["content.read"]({ digest })) parts.push(data);
		return concat(parts);
	}
	private async json<T>(digest: string): Promise<T> {
		const kept = this.kept.get(digest);
		if (kept !== undefined) return kept as T;
		const parsed = JSON.parse(text(await this.bytes(digest))) as T;
		this.kept.set(digest, parsed);
		return parsed;
	}

	index(target: Descriptor): Promise<Index> {
		return this.json<Index>(target.digest);
	}

	/** The manifest for this host's platform, with its descriptor. @throws EngineError notFound */
	async manifest(target: Descriptor): Promise<{ descriptor: Descriptor; manifest: Manifest }> {
		if (!isIndex(target)) return { descriptor: target, manifest: await this.json<Manifest>(target.digest) };
		const { manifests } = await this.index(target);
		const fits = manifests.filter(
			({ platform }) => platform?.os === HOST_PLATFORM.os && platform.architecture === HOST_PLATFORM.architecture,
		);
		for (const descriptor of fits) {
			try {
				return { descriptor, manifest: await this.json<Manifest>(descriptor.digest) };
			} catch (error) {
				if (!isKind(error, "notFound")) throw error;
			}
		}
		throw notFound(`no suitable image for ${HOST_PLATFORM.os}/${HOST_PLATFORM.architecture} is here`);
	}

	async image(target: Descriptor): Promise<{ descriptor: Descriptor; manifest: Manifest; file: ImageFile }> {
		const found = await this.manifest(target);
		return { ...found, file: await this.json<ImageFile>(found.manifest.config.digest) };
	}
}
