// A pull-through cache: the read side of the distribution API over another registry's content. Only linux/amd64 is passed on.
// Indexes stay as they are, byte for byte, since their digest is their name; another platform's manifest is refused.

import { collect, text } from "../../lib/bytes";
import { algorithmOf, createDigester, type Digest, isDigest } from "../../lib/digest";
import { Semaphore } from "../../lib/mutex";
import { isRepositoryPath } from "../../lib/reference";
import { isConfig, isManifest } from "../../oci/image/media-types";
import { RegistryError } from "../errors";
import { type RegistryHandler, refusal } from "../handle";
import { readManifest } from "../manifest";
import { contentResponse, documentResponse } from "../routes/content";
import { json } from "../routes/json";
import { isReference, noReference } from "../routes/manifests";
import type { RegistryRequest, RegistryResponse } from "../types";
import type { ContentCache } from "./cache";
import { broken, Download } from "./download";

/** The registry behind. Each throws RegistryError: its own refusals, and UNAVAILABLE when it cannot be had. */
export interface Upstream {
	/** What a tag means now. */
	resolve(name: string, tag: string): Promise<Digest>;
	manifest(name: string, digest: Digest): Promise<{ data: Uint8Array; mediaType: string }>;
	/** Its length, where the upstream says it, and its bytes, which end with an error when they are cut. */
	blob(name: string, digest: Digest): Promise<{ size: number | undefined; body: AsyncIterable<Uint8Array> }>;
}
export interface MirrorOptions {
	/** Bytes of the largest blob that is passed on. */
	maxBlob: number;
	/** Milliseconds for which a tag is taken to mean what it meant. */
	tagAge: number;
	/** Fetches from upstream at a time. */
	parallel: number;
	now(): number;
}

const PLATFORM = "linux/amd64";
const CONFIG_LIMIT = 8 << 20;

export class Mirror {
	private readonly downloads = new Map<Digest, Promise<Download>>();
	private readonly documents = new Map<Digest, Promise<void>>();
	/** Of blobs; documents have their own, since they wait for blobs. */
	private readonly slots: Semaphore;
	private readonly documentSlots: Semaphore;

	constructor(
		private readonly cache: ContentCache,
		private readonly upstream: Upstream,
		private readonly options: MirrorOptions,
	) {
		this.slots = new Semaphore(options.parallel);
		this.documentSlots = new Semaphore(options.parallel);
	}

	readonly handle: RegistryHandler = async (request) => {
		const always = { "docker-distribution-api-version": "registry/2.0" };
		try {
			const response = await this.route(request);
			return { ...response, headers: { ...always, ...response.headers } };
		} catch (error) {
			if (!(error instanceof RegistryError)) throw error;
			const response = refusal(error, request.method);
			return { ...response, headers: { ...always, ...response.headers } };
		}
	};

	private async route(request: RegistryRequest): Promise<RegistryResponse> {
		if (request.method !== "GET" && request.method !== "HEAD") throw new RegistryError("UNSUPPORTED");
		if (/^\/v2\/?$/.test(request.path)) return json({});
		const match = /^\/v2\/(.+)\/(manifests|blobs)\/([^/]+)$/.exec(request.path);
		if (!match) throw new RegistryError("UNSUPPORTED", undefined, { message: "an upstream registry's lists are not passed on" });
		const [, given, kind, reference] = match as unknown as [string, string, string, string];
		if (!isRepositoryPath(given)) throw new RegistryError("NAME_INVALID", { name: given });
		const name = given.includes("/") ? given : `library/${given}`;
		if (kind === "blobs") {
			if (!isDigest(reference)) throw new RegistryError("DIGEST_INVALID", {});
			return contentResponse(request, reference, () => this.open(name, reference));
		}
		if (!isReference(reference)) throw noReference(request.method, reference);
		return this.manifest(request, name, reference);
	}

	// ---- manifests

	private async manifest(request: RegistryRequest, name: string, reference: string): Promise<RegistryResponse> {
		const digest = isDigest(reference) ? reference : await this.resolve(name, reference);
		await this.document(name, digest);
		const entry = this.cache.entry(digest);
		if (!entry?.mediaType) throw new RegistryError("MANIFEST_UNKNOWN", { Name: name, Revision: digest });
		const { mediaType, size } = entry;
		return documentResponse(request, { digest, mediaType, size, read: () => collect(this.cache.read(digest, 0, size)) });
	}

	/** As the upstream says, or said not long ago; while it cannot be had, as it ever said. */
	private async resolve(name: string, tag: string): Promise<Digest> {
		const key = `${name}:${tag}`;
		const known = this.cache.tag(key);
		if (known && this.options.now() - known.at < this.options.tagAge) return known.digest;
		try {
			const digest = await this.documentSlots.run(() => this.upstream.resolve(name, tag));
			await this.cache.setTag(key, digest);
			return digest;
		} catch (error) {
			const away = error instanceof RegistryError && error.status >= 500;
			if (away && known && this.cache.entry(known.digest)) return known.digest;
			throw error;
		}
	}

	/** Brings a manifest or index into the cache; those who ask at once share one fetch. */
	private document(name: string, digest: Digest): Promise<void> {
		if (this.cache.entry(digest)?.mediaType) return Promise.resolve();
		const running = this.documents.get(digest);
		if (running) return running;
		const fetched = this.documentSlots.run(() => this.fetchDocument(name, digest)).finally(() => this.documents.delete(digest));
		this.documents.set(digest, fetched);
		return fetched;
	}
	private async fetchDocument(name: string, digest: Digest): Promise<void> {
		const { data, mediaType } = await this.upstream.manifest(name, digest);
		if ((await digestAs(digest, data)) !== digest) throw broken("the upstream registry's manifest is not what its digest says");
		readManifest(data, mediaType);
		if (isManifest(mediaType)) await this.checkPlatform(name, data);
		const part = await this.cache.write(digest);
		await part.append(data);
		await part.commit(mediaType);
	}
	/** Attestations are for no platform, and pass. */
	private async checkPlatform(name: string, manifest: Uint8Array): Promise<void> {
		const { config } = JSON.parse(text(manifest)) as { config: { mediaType: string; digest: Digest; size: number } };
		if (!isConfig(config.mediaType)) return;
		if (config.size > CONFIG_LIMIT) throw new RegistryError("MANIFEST_INVALID", "the image's config is too large");
		const read = await this.open(name, config.digest);
		const document = JSON.parse(text(await collect(read.read(0, read.size)))) as { os?: string; architecture?: string };
		const platform = `${document.os ?? ""}/${document.architecture ?? ""}`;
		if (platform === PLATFORM || platform === "unknown/unknown" || platform === "/") return;
		const message = `this registry passes on images for ${PLATFORM} only; the manifest is for ${platform}`;
		throw new RegistryError("MANIFEST_UNKNOWN", { platform }, { message });
	}

	// ---- blobs

	/** From the cache, or from upstream by way of it; those who ask at once share one fetch. */
	private async open(
		name: string,
		digest: Digest,
	): Promise<{ size: number; read: (offset: number, length: number) => AsyncIterable<Uint8Array> }> {
		const entry = this.cache.entry(digest);
		if (entry) return { size: entry.size, read: (offset, length) => this.cache.read(digest, offset, length) };
		let running = this.downloads.get(digest);
		if (!running) {
			running = this.download(name, digest);
			this.downloads.set(digest, running);
			running.then(
				(download) => download.ended.then(() => this.downloads.delete(digest)),
				() => this.downloads.delete(digest),
			);
		}
		const download = await running;
		return { size: download.size, read: (offset, length) => download.read(offset, length) };
	}
	private download(name: string, digest: Digest): Promise<Download> {
		return new Promise((resolve, reject) => {
			// the slot is held until the last byte has come
			this.slots
				.run(async () => {
					const { size, body } = await this.upstream.blob(name, digest);
					if (size === undefined) throw broken("the upstream registry does not say how long a blob is");
					if (size > this.options.maxBlob || !this.cache.fits(size)) {
						await body[Symbol.asyncIterator]().return?.();
						const message = `the blob has ${size} bytes; this registry passes on at most ${Math.min(this.options.maxBlob, this.cache.quota)}`;
						throw new RegistryError("DENIED", { size }, { message });
					}
					const download = await Download.begin(this.cache, digest, size, body);
					resolve(download);
					await download.ended;
				})
				.catch(reject);
		});
	}
}

async function digestAs(digest: Digest, data: Uint8Array): Promise<Digest> {
	const digester = await createDigester(algorithmOf(digest));
	digester.update(data);
	return digester.digest();
}
