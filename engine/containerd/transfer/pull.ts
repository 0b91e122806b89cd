// Pull: a name in a registry → content, an image and, where asked for, snapshots.
//
// The manifest first (through the index, for one platform), then config and layers, three at a time. Layers are unpacked in
// order as they come in, while others still download. The image gets its name last: whoever sees it has all of it.

import { invalidParameter, notFound } from "../../lib/errors";
import { Feed } from "../../lib/feed";
import { isErrno } from "../../lib/files";
import { Semaphore } from "../../lib/mutex";
import { formatReference, parseNormalized, type Reference, tagNameOnly } from "../../lib/reference";
import type { Call } from "../../lib/rpc/types";
import { isForeign } from "../../oci/image/media-types";
import { parseConfig, parseDocument } from "../../oci/image/parse";
import { DEFAULT_PLATFORM, formatPlatform, selectManifest } from "../../oci/image/platform";
import type { Manifest } from "../../oci/image/types";
import type { ContainerdApi, Descriptor, PullProgress } from "../api";
import { collectGarbage } from "../gc";
import { noMatch, readSmall } from "../images/documents";
import { unpack } from "../images/unpack";
import { timestamp } from "../metadata/database";
import { download } from "../remotes/download";
import { type Abort, cancelled, Repository } from "../remotes/repository";
import { fetchDocument, type Resolved, resolve } from "../remotes/resolve";
import type { TransferDeps } from "./handlers";
import { sourceLabel } from "./sources";

const PARALLEL = 3;
type LayerState = Extract<PullProgress, { kind: "layer" }>["state"];
const TRACED: Partial<
	Record<LayerState, "exists" | "waiting" | "downloading" | "downloaded" | "verified" | "extracting" | "done">
> = {
	exists: "exists",
	pulling: "waiting",
	downloading: "downloading",
	verifying: "verified",
	downloaded: "downloaded",
	extracting: "extracting",
	done: "done",
};

export function pull(
	deps: TransferDeps,
	request: ContainerdApi["transfer.pull"]["request"],
	call: Call,
): AsyncIterable<PullProgress> {
	const feed = new Feed<PullProgress>();
	const abort: Abort = { aborted: false, onabort: null };
	call.onCancel(() => {
		abort.aborted = true;
		abort.onabort?.();
	});
	const { trace } = deps;
	const name = request.reference;
	trace.emit("containerd", { type: "pull.begin", reference: name });
	deps.pins
		.hold(timestamp(deps.sys), () => new Pull(deps, request, feed, abort).run())
		.catch(async (error: unknown) => {
			// layers that came whole are kept for the next pull, but not where there is no room
			if (isErrno(error, "ENOSPC")) await collectGarbage(deps.stores, deps.pins).catch(() => {});
			throw error;
		})
		.then(
			(target) => {
				trace.emit("containerd", { type: "pull.end", reference: name, digest: target.digest });
				feed.end();
			},
			(error: unknown) => {
				const words = error instanceof Error ? error.message : String(error);
				trace.emit("containerd", { type: "pull.end", reference: name, digest: "", error: words });
				feed.end(error);
			},
		);
	return feed;
}

class Pull {
	private readonly reference: Reference;
	private readonly repository: Repository;

	constructor(
		private readonly deps: TransferDeps,
		private readonly request: ContainerdApi["transfer.pull"]["request"],
		private readonly feed: Feed<PullProgress>,
		private readonly abort: Abort,
	) {
		this.reference = tagNameOnly(parseNormalized(request.reference));
		const { domain, path } = this.reference;
		const { port, hosts, trace } = deps;
		this.repository = new Repository(domain, path, {
			fetch: port.fetch,
			clock: port.clock,
			hosts,
			trace,
			auth: request.auth,
			settings: request.registries,
			signal: abort,
		});
	}

	async run(): Promise<Descriptor> {
		const { content, images } = this.deps.stores;
		const known = (digest: string) => (content.has(digest) ? readSmall(content, digest) : undefined);
		const top = await resolve(this.repository, this.reference, known);
		const { digest, mediaType } = top.descriptor;
		this.feed.push({ kind: "resolved", reference: formatReference(this.reference), digest, mediaType });
		const { descriptor, manifest } = await this.manifest(top);
		const layers = unique(manifest.layers);
		this.deps.trace.emit("containerd", {
			type: "pull.manifest",
			reference: this.request.reference,
			manifest: descriptor,
			config: manifest.config,
			layers,
		});
		this.feed.push({ kind: "layers", layers });
		await this.content(manifest, layers);
		// Whoever gave up does not find the image there later.
		if (this.abort.aborted) throw cancelled();
		const target = top.descriptor;
		const { labels } = this.request;
		await (labels ? content.label(digest, labels) : images.set({ name: imageName(this.reference), target, labels: {} }));
		this.feed.push({ kind: "done", target });
		return target;
	}

	/** The manifest for the platform; it and the index that led to it are stored. */
	private async manifest(top: Resolved): Promise<{ descriptor: Descriptor; manifest: Manifest }> {
		const { content } = this.deps.stores;
		const document = parseDocument(top.data, top.descriptor.mediaType);
		if (document.kind === "manifest") {
			const { manifest } = document;
			refuseForeign(manifest);
			const refs: Record<string, string> = { "containerd.io/gc.ref.content.config": manifest.config.digest };
			manifest.layers.forEach((layer, at) => {
				refs[`containerd.io/gc.ref.content.l.${at}`] = layer.digest;
			});
			await content.put(top.data, { ...refs, ...this.sourceLabel() }, top.descriptor.digest);
			return { descriptor: top.descriptor, manifest };
		}
		const platform = this.request.platform ?? DEFAULT_PLATFORM;
		const chosen = selectManifest(document.index.manifests, platform);
		if (!chosen) {
			const error = noMatch(platform);
			const words = `no matching manifest for ${formatPlatform(platform)} in the manifest list entries: ${error.message}`;
			throw notFound(words, error.detail);
		}
		const next = content.has(chosen.digest)
			? { descriptor: chosen, data: await readSmall(content, chosen.digest) }
			: await fetchDocument(this.repository, chosen.digest);
		const found = await this.manifest({ ...next, descriptor: { ...next.descriptor, mediaType: chosen.mediaType } });
		const labels = { "containerd.io/gc.ref.content.m.0": chosen.digest, ...this.sourceLabel() };
		await content.put(top.data, labels, top.descriptor.digest);
		return found;
	}

	private async content(manifest: Manifest, layers: Descriptor[]): Promise<void> {
		const { content, snapshots } = this.deps.stores;
		const slots = new Semaphore(PARALLEL);
		const config = this.fetch(manifest.config, () => {});
		// layers that were here before; nothing more is told of them unless they must be extracted
		const silent = new Set<string>();
		const fetched = new Map(
			layers.map((layer, at) => {
				const state = (state: LayerState, current = 0): void => this.layer(layer, state, current);
				const there = content.has(layer.digest);
				if (there) silent.add(layer.digest);
				state(there ? "exists" : "pulling", there ? layer.size : 0);
				if (!there && at >= PARALLEL) state("waiting");
				return [layer.digest, there ? Promise.resolve() : slots.run(() => this.fetch(layer, state))] as const;
			}),
		);
		// a failure is thrown where it is waited for below; the others must not be called unhandled meanwhile
		for (const one of [config, ...fetched.values()]) one.catch(() => {});
		try {
			await config;
			const parsed = parseConfig(await readSmall(content, manifest.config.digest));
			if (this.request.unpack) {
				await unpack(
					this.deps.sys,
					content,
					snapshots,
					{ manifest, config: parsed },
					{
						gunzip: this.deps.port.gunzip,
						ready: (layer) => fetched.get(layer.digest)!,
						progress: (layer, state) => {
							if (state === "extracting") silent.delete(layer.digest);
							if (!silent.has(layer.digest)) this.layer(layer, state, layer.size);
						},
					},
				);
			}
			await Promise.all(fetched.values());
		} catch (error) {
			this.abort.aborted = true;
			this.abort.onabort?.();
			await Promise.allSettled(fetched.values());
			throw error;
		}
	}

	private async fetch(descriptor: Descriptor, state: (state: LayerState, current?: number) => void): Promise<void> {
		const { stores, downloads } = this.deps;
		while (!stores.content.has(descriptor.digest)) {
			// what another pull is fetching is waited for; if that fails, it is our turn
			const other = downloads.get(descriptor.digest);
			if (other) {
				await other.catch(() => {});
				continue;
			}
			const own = this.download(descriptor, state).finally(() => downloads.delete(descriptor.digest));
			downloads.set(descriptor.digest, own);
			await own;
		}
		state("downloaded", descriptor.size);
	}
	private async download(descriptor: Descriptor, state: (state: LayerState, current?: number) => void): Promise<void> {
		const { stores, port } = this.deps;
		await download(
			this.repository,
			stores.content,
			port.clock,
			descriptor,
			this.sourceLabel(),
			{
				downloading: (current) => state("downloading", current),
				retrying: (_attempt, seconds) => state("retrying", Math.ceil(seconds)),
				verifying: () => state("verifying", descriptor.size),
			},
			this.abort,
		);
	}

	private layer(layer: Descriptor, state: LayerState, current: number): void {
		const { digest, size: total } = layer;
		this.feed.push({ kind: "layer", digest, state, current, total });
		const traced = TRACED[state];
		if (traced) this.deps.trace.emit("containerd", { type: "pull.layer", digest, state: traced, current, total });
	}

	/** Says where content came from, so that a push to the same registry may mount it. */
	private sourceLabel(): Record<string, string> {
		return sourceLabel(this.reference.domain, this.reference.path);
	}
}

/** Such layers are not on registries, but where their owner has them. Nothing is stored of an image that has one. */
function refuseForeign({ layers }: Manifest): void {
	const foreign = layers.find(({ mediaType }) => isForeign(mediaType));
	if (!foreign) return;
	const { digest, mediaType } = foreign;
	throw invalidParameter(`layer ${digest} is a foreign layer (${mediaType}): it may not be distributed, and is not fetched`);
}

/** By digest only: the name keeps it; by tag and digest: the tag is not what was asked for. */
const imageName = ({ tag, digest, ...name }: Reference): string =>
	formatReference(digest === undefined ? { ...name, tag } : { ...name, digest });

/** An image may have the same layer twice. */
const unique = (layers: Descriptor[]): Descriptor[] => [...new Map(layers.map((layer) => [layer.digest, layer])).values()];
