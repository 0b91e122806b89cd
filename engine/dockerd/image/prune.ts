// POST /images/prune: names that no container was made by; with dangling=false those that people gave, too.
//
// A name is what is pruned, not an image: of an image that has several names the one stays that a container was made by, or where that was by
// its id, the last one.

import type { ImageDeleteItem, PruneResponse } from "../../api/common";
import type { Image } from "../../containerd/api";
import { isKind } from "../../lib/errors";
import { formatReference, parseNormalized, tagNameOnly } from "../../lib/reference";
import { isIndex } from "../../oci/image/media-types";
import type { Descriptor } from "../../oci/image/types";
import type { Daemon } from "../daemon/daemon";
import { Filters } from "../filters";
import { goneEvent } from "./event";
import { imageFilter } from "./filter";
import { danglingName, familiarImage, isDangling } from "./names";

export async function pruneImages(daemon: Daemon, json: string | undefined): Promise<PruneResponse> {
	const filters = Filters.parse(json, ["dangling", "label", "label!", "until"]);
	const danglingOnly = filters.boolean("dangling") ?? true;
	const fits = await imageFilter(daemon, filters.without("dangling"));
	const all = await daemon.containerd["images.list"]({});
	const pruned: Image[] = [];
	for (const image of all) if ((!danglingOnly || isDangling(image.name)) && (await fits(image))) pruned.push(image);
	const deleted: ImageDeleteItem[] = [];
	let reclaimed = 0;
	for (const image of withoutUsed(daemon, all, pruned)) {
		const { name, target } = image;
		const blobs = await blobsOf(daemon, target);
		await daemon.containerd["images.delete"]({ name, sync: true });
		const shown = familiarImage(image);
		deleted.push({ Untagged: shown });
		goneEvent(daemon, "untag", target, shown);
		let whole = false;
		for (const { digest, size, document } of blobs) {
			if (await isHere(daemon, digest)) continue;
			reclaimed += size;
			if (document) deleted.push({ Deleted: digest });
			whole ||= document;
		}
		if (whole) goneEvent(daemon, "delete", target, shown);
	}
	daemon.events.emit("image", "prune", "", { reclaimed: String(reclaimed) });
	return { ImagesDeleted: deleted.length > 0 ? deleted : null, SpaceReclaimed: reclaimed };
}

function withoutUsed(daemon: Daemon, all: readonly Image[], pruned: readonly Image[]): Image[] {
	const kept = new Set<string>();
	const usedById = new Set<string>();
	for (const { stored, config } of daemon.containers.all()) {
		kept.add(danglingName(stored.Image));
		const typed = config.Image;
		if (stored.Image.startsWith(`sha256:${typed.replace(/^sha256:/, "")}`) || typed.endsWith(`@${stored.Image}`)) {
			usedById.add(stored.Image);
		}
		for (const name of namesMeant(typed)) kept.add(name);
	}
	const left = new Map<string, number>();
	for (const { target } of all) left.set(target.digest, (left.get(target.digest) ?? 0) + 1);
	return pruned
		.filter(({ name }) => !kept.has(name))
		.sort((a, b) => (a.name < b.name ? -1 : 1))
		.filter(({ target: { digest } }) => {
			const others = left.get(digest)! - 1;
			if (others > 0) left.set(digest, others);
			return others > 0 || !usedById.has(digest);
		});
}
/** As typed, and where a digest is there too, without it. */
function namesMeant(typed: string): string[] {
	try {
		const reference = tagNameOnly(parseNormalized(typed));
		return [reference, { ...reference, digest: undefined }].map(formatReference);
	} catch {
		return [];
	}
}

interface Blob {
	digest: string;
	size: number;
	/** An index or a manifest. */
	document: boolean;
}
/** What the store has of an image, for any platform. */
async function blobsOf(daemon: Daemon, target: Descriptor): Promise<Blob[]> {
	const manifests = await daemon.content.manifests(target).catch(() => []);
	const blobs = manifests.flatMap(({ descriptor, manifest }): Blob[] =>
		manifest
			? [
					{ ...descriptor, document: true },
					...[manifest.config, ...manifest.layers].map((blob) => ({ ...blob, document: false })),
				]
			: [],
	);
	const found: Blob[] = isIndex(target.mediaType) ? [{ ...target, document: true }, ...blobs] : blobs;
	const here = await Promise.all(found.map(({ digest }) => isHere(daemon, digest)));
	return found.filter(({ digest }, at) => here[at] && found.findIndex((other) => other.digest === digest) === at);
}
async function isHere(daemon: Daemon, digest: string): Promise<boolean> {
	try {
		await daemon.containerd["content.info"]({ digest });
		return true;
	} catch (error) {
		if (isKind(error, "notFound")) return false;
		throw error;
	}
}
