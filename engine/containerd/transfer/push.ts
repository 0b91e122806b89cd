// Push: an image → a registry. Blobs first, then manifests, the named one last: the registry never has a name without content.

import { collect } from "../../lib/bytes";
import { messageOf, systemError } from "../../lib/errors";
import { Feed } from "../../lib/feed";
import { Semaphore } from "../../lib/mutex";
import { formatReference, parseNormalized, type Reference, tagNameOnly } from "../../lib/reference";
import type { Call } from "../../lib/rpc/types";
import { isIndex, isLayer, isManifest } from "../../oci/image/media-types";
import { childrenOf } from "../../oci/image/parse";
import type { ContainerdApi, Descriptor, PushProgress } from "../api";
import { readDocument, readSmall } from "../images/documents";
import { type Abort, discard, Repository } from "../remotes/repository";
import type { TransferDeps } from "./handlers";

const PARALLEL = 3;
type LayerState = Extract<PushProgress, { kind: "layer" }>["state"];

export function push(
	deps: TransferDeps,
	request: ContainerdApi["transfer.push"]["request"],
	call: Call,
): AsyncIterable<PushProgress> {
	const feed = new Feed<PushProgress>();
	const abort: Abort = { aborted: false, onabort: null };
	call.onCancel(() => {
		abort.aborted = true;
		abort.onabort?.();
	});
	new Push(deps, request, feed, abort).run().then(
		() => feed.end(),
		(error: unknown) => feed.end(error),
	);
	return feed;
}

class Push {
	private readonly reference: Reference;
	private readonly repository: Repository;

	constructor(
		private readonly deps: TransferDeps,
		request: ContainerdApi["transfer.push"]["request"],
		private readonly feed: Feed<PushProgress>,
		abort: Abort,
	) {
		this.reference = tagNameOnly(parseNormalized(request.reference));
		const { port, hosts, trace } = deps;
		const options = { fetch: port.fetch, hosts, trace, auth: request.auth, signal: abort };
		this.repository = new Repository(this.reference.domain, this.reference.path, options, "pull,push");
	}

	async run(): Promise<void> {
		const { images } = this.deps.stores;
		const { target } = images.get(formatReference(this.reference));
		const { manifests, blobs } = await this.contents(target);
		this.feed.push({ kind: "layers", layers: blobs.filter(({ mediaType }) => isLayer(mediaType)) });
		const slots = new Semaphore(PARALLEL);
		await Promise.all(blobs.map((blob) => slots.run(() => this.blob(blob))));
		for (const manifest of manifests) await this.manifest(manifest, manifest.digest);
		await this.manifest(target, this.reference.tag ?? target.digest);
		this.feed.push({ kind: "done", target });
	}

	/** What the target leads to, as far as it is here; children before their parents. */
	private async contents(target: Descriptor): Promise<{ manifests: Descriptor[]; blobs: Descriptor[] }> {
		const { content } = this.deps.stores;
		const manifests: Descriptor[] = [];
		const blobs = new Map<string, Descriptor>();
		const visit = async (descriptor: Descriptor): Promise<void> => {
			for (const child of childrenOf(await readDocument(content, descriptor))) {
				const document = isManifest(child.mediaType) || isIndex(child.mediaType);
				// of an index, other platforms' manifests are mostly not here
				if (document && !content.has(child.digest)) continue;
				if (!document) blobs.set(child.digest, child);
				else {
					await visit(child);
					manifests.push(child);
				}
			}
		};
		await visit(target);
		return { manifests, blobs: [...blobs.values()] };
	}

	private async blob(blob: Descriptor): Promise<void> {
		const state = (state: LayerState, current = 0, from?: string): void => {
			if (isLayer(blob.mediaType)) {
				this.feed.push({ kind: "layer", digest: blob.digest, state, current, total: blob.size, ...(from ? { from } : {}) });
			}
		};
		state("preparing");
		const there = await this.repository.request({ method: "HEAD", path: `blobs/${blob.digest}`, expect: [200, 404] });
		await discard(there);
		if (there.status === 200) return state("exists", blob.size);
		const { content } = this.deps.stores;
		const label = `containerd.io/distribution.source.${this.reference.domain}`;
		const source = content.info(blob.digest).labels[label];
		const mount = source && source !== this.reference.path ? `?mount=${blob.digest}&from=${encodeURIComponent(source)}` : "";
		const upload = await this.repository.request({ method: "POST", path: `blobs/uploads/${mount}`, expect: [201, 202] });
		await discard(upload);
		if (upload.status === 201) return state("mounted", blob.size, source);
		const { location } = upload.headers;
		if (!location) throw systemError("the registry gave no location for an upload");
		state("pushing");
		const body = await collect(content.read(blob.digest));
		const done = await this.repository.request({
			method: "PUT",
			path: `${location}${location.includes("?") ? "&" : "?"}digest=${encodeURIComponent(blob.digest)}`,
			headers: { "content-type": "application/octet-stream" },
			body,
			expect: [201, 204],
		});
		await discard(done);
		// the next push to another repository there can mount it
		if (!source) await content.label(blob.digest, { [label]: this.reference.path });
		state("pushed", blob.size);
	}

	private async manifest({ digest, mediaType }: Descriptor, name: string): Promise<void> {
		const body = await readSmall(this.deps.stores.content, digest);
		const done = await this.repository.request({
			method: "PUT",
			path: `manifests/${name}`,
			headers: { "content-type": mediaType },
			body,
			expect: [201, 200, 202],
		});
		await discard(done).catch((error: unknown) => {
			throw systemError(messageOf(error));
		});
	}
}
