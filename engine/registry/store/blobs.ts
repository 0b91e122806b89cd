// Blobs: content by digest, shared by all repositories. A repository serves those that it links to; what another has must be
// mounted first.

import { type Digest, digestOf } from "../../lib/digest";
import type { Files } from "../files";
import { blobPath, layerFolder, layersPath } from "./layout";
import { digestsIn, ensureLink, readWhole } from "./links";
import type { PendingStore } from "./pending";

export class BlobStore {
	constructor(
		private readonly files: Files,
		private readonly pending: PendingStore,
	) {}

	/** Bytes, or undefined where the repository does not have it. */
	async size(name: string, digest: Digest): Promise<number | undefined> {
		const linked = await this.files.size(`${layerFolder(name, digest)}/link`);
		return linked === undefined ? undefined : this.files.size(blobPath(digest));
	}
	/** Whichever repository has it. */
	sizeAnywhere(digest: Digest): Promise<number | undefined> {
		return this.files.size(blobPath(digest));
	}
	read(digest: Digest, offset: number, length: number): AsyncIterable<Uint8Array> {
		return this.files.read(blobPath(digest), offset, length);
	}
	/** The whole, or undefined where it is not there. For documents. */
	bytes(digest: Digest): Promise<Uint8Array | undefined> {
		return readWhole(this.files, blobPath(digest));
	}
	/** Makes known that a push relies on the blob, before anybody looks whether it is there. */
	async announce(name: string, digest: Digest): Promise<void> {
		await this.pending.layer(name, digest);
		await ensureLink(this.files, `${layerFolder(name, digest)}/link`, digest);
	}
	unlink(name: string, digest: Digest): Promise<void> {
		return this.files.remove(layerFolder(name, digest));
	}
	/** Those that the repository links to, whether they are there or not. */
	linked(name: string): Promise<Digest[]> {
		return digestsIn(this.files, layersPath(name));
	}
	/** @param path where the content is now, whole and checked */
	async install(path: string, digest: Digest): Promise<void> {
		if ((await this.files.size(blobPath(digest))) === undefined) await this.files.rename(path, blobPath(digest));
	}
	async put(name: string, data: Uint8Array): Promise<Digest> {
		const digest = digestOf(data);
		await this.announce(name, digest);
		if ((await this.sizeAnywhere(digest)) !== data.length) await this.files.replace(blobPath(digest), data);
		return digest;
	}
}
