// Push: an image → a registry. Blobs first, then manifests, the named one last: the registry never has a name without content.
// An index that lacks platforms here, as after a pull, is not pushed: the one platform's manifest goes under the name instead.

import { isKind, messageOf, systemError, unauthorized } from "../../lib/errors";
import { Feed } from "../../lib/feed";
import { Semaphore } from "../../lib/mutex";
import { formatReference, parseNormalized, type Reference, tagNameOnly } from "../../lib/reference";
import type { Call } from "../../lib/rpc/types";
import { isLayer } from "../../oci/image/media-types";
import type { ContainerdApi, Descriptor, PushProgress } from "../api";
import { readSmall } from "../images/documents";
import { timestamp } from "../metadata/database";
import { type Abort, discard, Repository } from "../remotes/repository";
import { isDenial } from "../remotes/resolve";
import { upload } from "../remotes/upload";
import { contentsOf, pushTarget } from "./contents";
import type { TransferDeps } from "./handlers";
import { addSource, sourcesOf } from "./sources";

/** Layers at a time, as dockerd's max-concurrent-uploads has it. */
const PARALLEL = 5;
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
	// what is on its way out must stay until it has arrived
	deps.pins
		.hold(timestamp(deps.sys), () => new Push(deps, request, feed, abort).run())
		.then(
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
		private readonly request: ContainerdApi["transfer.push"]["request"],
		private readonly feed: Feed<PushProgress>,
		private readonly abort: Abort,
	) {
		this.reference = tagNameOnly(parseNormalized(request.reference));
		const { port, hosts, trace } = deps;
		const { auth, registries: settings } = request;
		const options = { fetch: port.fetch, clock: port.clock, hosts, settings, trace, auth, signal: abort };
		this.repository = new Repository(this.reference.domain, this.reference.path, options, "pull,push");
	}

	async run(): Promise<void> {
		const { images, content } = this.deps.stores;
		const image = images.get(formatReference(this.reference));
		const { platform } = this.request;
		let target = platform ? await pushTarget(content, image.target, platform) : image.target;
		let contents = await contentsOf(content, target);
		if (contents.missing.length > 0 && !platform) {
			target = await pushTarget(content, image.target);
			contents = await contentsOf(content, target);
		}
		const { documents, blobs } = contents;
		this.feed.push({ kind: "layers", layers: blobs.filter(({ mediaType }) => isLayer(mediaType)) });
		for (const blob of blobs) this.tell(blob, "preparing");
		const slots = new Semaphore(PARALLEL);
		let waiting = 0;
		const sent = blobs.map((blob) => {
			if (isLayer(blob.mediaType) && ++waiting > PARALLEL) this.tell(blob, "waiting");
			return slots.run(() => this.blob(blob));
		});
		try {
			await Promise.all(sent);
		} catch (error) {
			this.abort.aborted = true;
			this.abort.onabort?.();
			await Promise.allSettled(sent);
			throw asPushError(error);
		}
		for (const document of documents.slice(0, -1)) await this.document(document, document.digest);
		await this.document(target, this.reference.tag ?? target.digest);
		if (target.digest !== image.target.digest && !platform)
			this.feed.push({ kind: "instead", index: image.target, manifest: target });
		this.feed.push({ kind: "done", target });
	}

	private tell(blob: Descriptor, state: LayerState, current = 0, from?: string): void {
		if (!isLayer(blob.mediaType)) return;
		this.feed.push({ kind: "layer", digest: blob.digest, state, current, total: blob.size, ...(from ? { from } : {}) });
	}

	private async blob(blob: Descriptor): Promise<void> {
		const { content } = this.deps.stores;
		const { domain, path } = this.reference;
		const sources = sourcesOf(content.info(blob.digest).labels, domain).filter((source) => source !== path);
		const events = {
			uploading: (current: number) => this.tell(blob, "pushing", current),
			retrying: () => this.tell(blob, "retrying"),
		};
		const done = await upload(this.repository, content, blob, sources, events, this.abort);
		this.tell(blob, done.state, blob.size, done.state === "mounted" ? done.from : undefined);
		// the next push to another repository there can mount it
		await addSource(content, blob.digest, domain, path);
	}

	private async document({ digest, mediaType }: Descriptor, name: string): Promise<void> {
		const { content } = this.deps.stores;
		const body = await readSmall(content, digest);
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
		await addSource(content, digest, this.reference.domain, this.reference.path);
	}
}

const asPushError = (error: unknown): unknown =>
	isKind(error, "unauthorized") && isDenial(error)
		? unauthorized(`push access denied, repository does not exist or may require authorization: ${error.message}`, error.detail)
		: error;
