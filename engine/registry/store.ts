// What a registry keeps, as plain files that any web server could serve:
//
//     blobs/sha256/HEX        content; shared by all repositories
//     uploads/ID              what is being uploaded
//     repositories.json       name → { tags, manifests, blobs }
//
// A repository serves what it links to; a blob that another repository has must be mounted first.

import { collect, text, utf8 } from "../lib/bytes";
import { algorithmOf, createDigester, type Digest, digestOf } from "../lib/digest";
import { Mutex } from "../lib/mutex";
import type { Files } from "./files";

export interface RepositoryRecord {
	tags: Record<string, Digest>;
	/** Digest → media type. */
	manifests: Record<Digest, string>;
	blobs: Digest[];
}
export interface StoredManifest {
	digest: Digest;
	mediaType: string;
	data: Uint8Array;
}

const INDEX = "repositories.json";
const blobPath = (digest: Digest): string => `blobs/${digest.replace(":", "/")}`;
const uploadPath = (id: string): string => `uploads/${id}`;

export class RegistryStore {
	private readonly lock = new Mutex();
	private index: Promise<Map<string, RepositoryRecord>> | undefined;

	constructor(private readonly files: Files) {}

	async repository(name: string): Promise<RepositoryRecord | undefined> {
		return (await this.load()).get(name);
	}
	async names(): Promise<string[]> {
		return [...(await this.load()).keys()].sort();
	}

	// ---- blobs
	/** Its size, or undefined where the repository does not have it. */
	async blobSize(name: string, digest: Digest): Promise<number | undefined> {
		return (await this.repository(name))?.blobs.includes(digest) ? this.files.size(blobPath(digest)) : undefined;
	}
	readBlob(digest: Digest, offset: number, length: number): AsyncIterable<Uint8Array> {
		return this.files.read(blobPath(digest), offset, length);
	}
	linkBlob(name: string, digest: Digest): Promise<void> {
		return this.change(name, (repository) => {
			if (!repository.blobs.includes(digest)) repository.blobs.push(digest);
		});
	}
	unlinkBlob(name: string, digest: Digest): Promise<void> {
		return this.change(name, (repository) => {
			repository.blobs = repository.blobs.filter((one) => one !== digest);
		});
	}

	// ---- uploads
	createUpload(id: string): Promise<void> {
		return this.files.replace(uploadPath(id), new Uint8Array(0));
	}
	uploadSize(id: string): Promise<number | undefined> {
		return this.files.size(uploadPath(id));
	}
	append(id: string, bytes: Uint8Array): Promise<void> {
		return this.files.append(uploadPath(id), bytes);
	}
	removeUpload(id: string): Promise<void> {
		return this.files.remove(uploadPath(id));
	}
	/** False when the upload is not what the digest says; it is gone then. */
	async finishUpload(name: string, id: string, digest: Digest): Promise<boolean> {
		const path = uploadPath(id);
		const digester = await createDigester(algorithmOf(digest));
		for await (const piece of this.files.read(path, 0, (await this.files.size(path)) ?? 0)) digester.update(piece);
		if (digester.digest() !== digest) {
			await this.files.remove(path);
			return false;
		}
		await this.files.rename(path, blobPath(digest));
		await this.linkBlob(name, digest);
		return true;
	}
	async putBlob(name: string, data: Uint8Array): Promise<Digest> {
		const digest = digestOf(data);
		await this.files.replace(blobPath(digest), data);
		await this.linkBlob(name, digest);
		return digest;
	}

	// ---- manifests
	/** @param reference a tag or a digest */
	async manifest(name: string, reference: string): Promise<StoredManifest | undefined> {
		const repository = await this.repository(name);
		const digest = reference.includes(":") ? reference : repository?.tags[reference];
		const mediaType = digest === undefined ? undefined : repository?.manifests[digest];
		const size = digest === undefined ? undefined : await this.files.size(blobPath(digest));
		if (digest === undefined || mediaType === undefined || size === undefined) return undefined;
		return { digest, mediaType, data: await collect(this.files.read(blobPath(digest), 0, size)) };
	}
	async putManifest(name: string, tag: string | undefined, mediaType: string, data: Uint8Array): Promise<Digest> {
		const digest = digestOf(data);
		await this.files.replace(blobPath(digest), data);
		await this.change(name, (repository) => {
			repository.manifests[digest] = mediaType;
			if (tag !== undefined) repository.tags[tag] = digest;
		});
		return digest;
	}
	/** A tag alone, or a manifest with all its tags. False where there is none. */
	async deleteManifest(name: string, reference: string): Promise<boolean> {
		if (!(await this.manifest(name, reference))) return false;
		await this.change(name, (repository) => {
			if (!reference.includes(":")) {
				delete repository.tags[reference];
				return;
			}
			delete repository.manifests[reference];
			for (const [tag, digest] of Object.entries(repository.tags)) if (digest === reference) delete repository.tags[tag];
		});
		return true;
	}

	private load(): Promise<Map<string, RepositoryRecord>> {
		this.index ??= this.read();
		return this.index;
	}
	private async read(): Promise<Map<string, RepositoryRecord>> {
		const size = await this.files.size(INDEX);
		if (size === undefined) return new Map();
		return new Map(
			Object.entries(JSON.parse(text(await collect(this.files.read(INDEX, 0, size)))) as Record<string, RepositoryRecord>),
		);
	}
	private change(name: string, change: (repository: RepositoryRecord) => void): Promise<void> {
		return this.lock.run(async () => {
			const index = await this.load();
			const repository = index.get(name) ?? { tags: {}, manifests: {}, blobs: [] };
			change(repository);
			index.set(name, repository);
			const sorted = Object.fromEntries([...index].sort(([a], [b]) => (a < b ? -1 : 1)));
			await this.files.replace(INDEX, utf8(`${JSON.stringify(sorted, null, "\t")}\n`));
		});
	}
}
