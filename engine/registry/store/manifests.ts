// Manifests and tags of a repository. A manifest is a blob that the repository links to as a revision; a tag is a link to one.

import { utf8 } from "../../lib/bytes";
import type { Digest } from "../../lib/digest";
import { Mutex } from "../../lib/mutex";
import { detectMediaType } from "../../oci/image/parse";
import type { Files } from "../files";
import type { BlobStore } from "./blobs";
import { blobPath, layerFolder, revisionFolder, revisionsPath, tagFolder, tagHistory, tagLink, tagsPath } from "./layout";
import { digestsIn, ensureLink, readLink, readSmall, writeLink } from "./links";
import type { PendingStore } from "./pending";

export interface StoredManifest {
	digest: Digest;
	mediaType: string;
	data: Uint8Array;
}
export interface NewManifest extends StoredManifest {
	tags: readonly string[];
	/** What must stay for it: config, layers, an index's manifests. */
	references: readonly Digest[];
}

export class ManifestStore {
	private readonly lock = new Mutex();

	constructor(
		private readonly files: Files,
		private readonly blobs: BlobStore,
		private readonly pending: PendingStore,
	) {}

	/** @param reference a tag or a digest */
	async get(name: string, reference: string): Promise<StoredManifest | undefined> {
		const digest = await this.resolve(name, reference);
		const data = digest === undefined ? undefined : await this.blobs.bytes(digest);
		if (digest === undefined || data === undefined) return undefined;
		const named = await readSmall(this.files, `${revisionFolder(name, digest)}/mediatype`);
		return { digest, data, mediaType: named ?? detect(data) ?? "application/octet-stream" };
	}
	/** The digest, where the repository has it. */
	async resolve(name: string, reference: string): Promise<Digest | undefined> {
		const digest = reference.includes(":") ? reference : await readLink(this.files, tagLink(name, reference));
		if (digest === undefined) return undefined;
		return (await this.files.size(`${revisionFolder(name, digest)}/link`)) === undefined ? undefined : digest;
	}

	/** @param check throws where something that the manifest refers to is missing; what it sees will not go away meanwhile */
	put(name: string, manifest: NewManifest, check: () => Promise<void>): Promise<void> {
		const { digest, mediaType, data, tags, references } = manifest;
		return this.pending.manifest(name, digest, references, async () => {
			await check();
			const path = blobPath(digest);
			if ((await this.files.size(path)) !== data.length) await this.files.replace(path, data);
			await this.lock.run(async () => {
				const folder = revisionFolder(name, digest);
				if (detect(data) !== mediaType) await this.files.replace(`${folder}/mediatype`, utf8(mediaType));
				else await this.files.remove(`${folder}/mediatype`);
				await ensureLink(this.files, `${folder}/link`, digest);
				for (const tag of tags) {
					await ensureLink(this.files, tagHistory(name, tag, digest), digest);
					await writeLink(this.files, tagLink(name, tag), digest);
				}
			});
		});
	}
	/** A tag alone, or a manifest with all its tags. False where there is none. */
	delete(name: string, reference: string): Promise<boolean> {
		return this.lock.run(async () => {
			if (!(await this.resolve(name, reference))) return false;
			const tags = reference.includes(":") ? await this.tagsOf(name, reference) : [reference];
			for (const tag of tags) {
				// what makes it a tag goes first
				await this.files.remove(tagLink(name, tag));
				await this.files.remove(tagFolder(name, tag));
			}
			if (reference.includes(":")) await this.files.remove(revisionFolder(name, reference));
			return true;
		});
	}
	/** Sorted. */
	async tags(name: string): Promise<string[]> {
		const out: string[] = [];
		for (const tag of await this.files.list(tagsPath(name)))
			if ((await this.files.size(tagLink(name, tag))) !== undefined) out.push(tag);
		return out;
	}
	async tagsOf(name: string, digest: Digest): Promise<string[]> {
		const out: string[] = [];
		for (const tag of await this.tags(name)) if ((await readLink(this.files, tagLink(name, tag))) === digest) out.push(tag);
		return out;
	}
	revisions(name: string): Promise<Digest[]> {
		return digestsIn(this.files, revisionsPath(name));
	}
	/** For what the collector found needed after all. */
	linkLayer(name: string, digest: Digest): Promise<void> {
		return ensureLink(this.files, `${layerFolder(name, digest)}/link`, digest);
	}
}

/** What the document itself says, by its field or its shape. */
function detect(data: Uint8Array): string | undefined {
	try {
		return detectMediaType(data);
	} catch {
		return undefined;
	}
}
