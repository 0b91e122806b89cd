// The garbage collector: marks what images, containers and unfinished work lead to, and removes the rest.
//
//     image ─► index ─► manifest ─► config, layers         container ─► snapshot
//                                    config ─► snapshots by chain id ─► their parents
//
// Roots besides images: snapshots that are active (someone has their mounts), content and snapshots with the label
// containerd.io/gc.root, and what came in since the oldest work under way began: a pull, an unpack,
// a lease that a client holds.

import { chainIds } from "../oci/image/chain-id";
import { isConfig, isIndex, isManifest } from "../oci/image/media-types";
import { childrenOf, parseConfig } from "../oci/image/parse";
import type { Descriptor } from "./api";
import type { ContentStore } from "./content/store";
import { readDocument, readSmall } from "./images/documents";
import type { ImageStore } from "./images/store";
import { sortable } from "./metadata/database";
import type { Snapshotter } from "./snapshots/snapshotter";

export const ROOT_LABEL = "containerd.io/gc.root";
const CONTENT_LABEL = /^containerd\.io\/gc\.ref\.content(\.|$)/;
const SNAPSHOT_LABEL = /^containerd\.io\/gc\.ref\.snapshot\./;

export interface Stores {
	images: ImageStore;
	content: ContentStore;
	snapshots: Snapshotter;
}

/** Work under way: while there is any, what it has brought in is not garbage, though no image names it yet. */
export class Pins {
	private readonly running = new Set<{ since: string }>();
	/** Answers how to let go. */
	take(since: string): () => void {
		const pin = { since };
		this.running.add(pin);
		return () => this.running.delete(pin);
	}
	async hold<T>(since: string, work: () => Promise<T>): Promise<T> {
		const release = this.take(since);
		try {
			return await work();
		} finally {
			release();
		}
	}
	/** When the oldest work under way began, as `sortable` has it, or undefined. */
	oldest(): string | undefined {
		return [...this.running].map(({ since }) => sortable(since)).sort()[0];
	}
}

interface Marked {
	content: Set<string>;
	/** Of these, those whose kind was known when they were met: what they lead to is marked, too. */
	read: Set<string>;
	snapshots: Set<string>;
}

/** Answers the digests and snapshot names that went. */
export async function collectGarbage(stores: Stores, pins: Pins): Promise<string[]> {
	const marked = await mark(stores, pins.oldest());
	const removed: string[] = [];
	// children before their parents
	const doomed = new Set(
		stores.snapshots
			.list()
			.map(({ name }) => name)
			.filter((name) => !marked.snapshots.has(name)),
	);
	while (doomed.size > 0) {
		const parents = new Set([...doomed].map((name) => stores.snapshots.stat(name).parent));
		const leaves = [...doomed].filter((name) => !parents.has(name));
		for (const name of leaves) {
			doomed.delete(name);
			await stores.snapshots.remove(name);
			removed.push(name);
		}
	}
	for (const { digest } of stores.content.list()) {
		if (marked.content.has(digest)) continue;
		await stores.content.delete(digest);
		removed.push(digest);
	}
	return removed;
}

async function mark(stores: Stores, since: string | undefined): Promise<Marked> {
	const marked: Marked = { content: new Set(), read: new Set(), snapshots: new Set() };
	const young = (time: string): boolean => since !== undefined && sortable(time) >= since;
	for (const image of stores.images.list()) await markContent(stores, marked, image.target);
	for (const info of stores.content.list()) {
		if (ROOT_LABEL in info.labels || young(info.updatedAt)) await markContent(stores, marked, { ...info, mediaType: "" });
	}
	for (const info of stores.snapshots.list()) {
		if (info.kind !== "committed" || ROOT_LABEL in info.labels || young(info.updatedAt)) markSnapshot(stores, marked, info.name);
	}
	return marked;
}

async function markContent(stores: Stores, marked: Marked, descriptor: Descriptor): Promise<void> {
	const { digest, mediaType } = descriptor;
	// a label names content without saying what it is: what it leads to is seen when something else says so
	const seen = mediaType === "" ? marked.content : marked.read;
	if (seen.has(digest) || !stores.content.has(digest)) return;
	marked.content.add(digest);
	if (mediaType !== "") marked.read.add(digest);
	for (const [label, value] of Object.entries(stores.content.info(digest).labels)) {
		if (CONTENT_LABEL.test(label)) await markContent(stores, marked, { digest: value, mediaType: "", size: 0 });
		else if (SNAPSHOT_LABEL.test(label)) markSnapshot(stores, marked, value);
	}
	// a damaged document leads nowhere, and is told of by those who use it
	const children = await childrenIn(stores, marked, descriptor).catch(() => []);
	for (const child of children) await markContent(stores, marked, child);
}

async function childrenIn(stores: Stores, marked: Marked, descriptor: Descriptor): Promise<Descriptor[]> {
	if (isManifest(descriptor.mediaType) || isIndex(descriptor.mediaType)) {
		return childrenOf(await readDocument(stores.content, descriptor));
	}
	if (!isConfig(descriptor.mediaType)) return [];
	const config = parseConfig(await readSmall(stores.content, descriptor.digest));
	for (const name of chainIds(config.rootfs.diff_ids)) markSnapshot(stores, marked, name);
	return [];
}

function markSnapshot(stores: Stores, marked: Marked, name: string): void {
	for (let at = name; at !== "" && !marked.snapshots.has(at) && stores.snapshots.has(at); at = stores.snapshots.stat(at).parent) {
		marked.snapshots.add(at);
	}
}
