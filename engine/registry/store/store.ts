// All that a registry keeps, over files.

import type { Digest } from "../../lib/digest";
import { digestOf } from "../../lib/digest";
import type { Files } from "../files";
import { BlobStore } from "./blobs";
import { layersPath, manifestsPath, REPOSITORIES } from "./layout";
import { ManifestStore, type StoredManifest } from "./manifests";
import { PendingStore } from "./pending";
import { UploadStore } from "./uploads";

export class RegistryStore {
	readonly pending: PendingStore;
	readonly blobs: BlobStore;
	readonly uploads: UploadStore;
	readonly manifests: ManifestStore;

	/** @param now milliseconds since 1970 */
	constructor(
		readonly files: Files,
		now: () => number,
	) {
		this.pending = new PendingStore(files, now);
		this.blobs = new BlobStore(files, this.pending);
		this.uploads = new UploadStore(files, this.blobs, now);
		this.manifests = new ManifestStore(files, this.blobs, this.pending);
	}

	/** A repository is known once something was pushed to it. */
	async has(name: string): Promise<boolean> {
		for (const folder of [manifestsPath(name), layersPath(name)]) if ((await this.files.list(folder)).length > 0) return true;
		return false;
	}
	/** Sorted by code unit. */
	names(): Promise<string[]> {
		return this.foldersWith("_manifests", "_layers");
	}
	/** Those too that a first push has only just begun with. */
	namesBegun(): Promise<string[]> {
		return this.foldersWith("_manifests", "_layers", "_pending", "_uploads");
	}
	private async foldersWith(...marks: string[]): Promise<string[]> {
		const out: string[] = [];
		const walk = async (folder: string, name: string): Promise<void> => {
			const inside = await this.files.list(folder);
			if (name !== "" && marks.some((mark) => inside.includes(mark))) out.push(name);
			for (const one of inside)
				if (!one.startsWith("_") && !one.startsWith(".")) await walk(`${folder}/${one}`, name === "" ? one : `${name}/${one}`);
		};
		await walk(REPOSITORIES, "");
		return out.sort();
	}

	putBlob(name: string, data: Uint8Array): Promise<Digest> {
		return this.blobs.put(name, data);
	}
	/** @param reference a tag or a digest */
	manifest(name: string, reference: string): Promise<StoredManifest | undefined> {
		return this.manifests.get(name, reference);
	}
	/** As it is, whatever it refers to. */
	async putManifest(name: string, tag: string | undefined, mediaType: string, data: Uint8Array): Promise<Digest> {
		const digest = digestOf(data);
		const tags = tag === undefined ? [] : [tag];
		await this.manifests.put(name, { digest, mediaType, data, tags, references: [] }, async () => {});
		return digest;
	}
}
