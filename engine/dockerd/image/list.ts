// GET /images/json.

import type { ImageIdentity, ImageSummary, ManifestSummary } from "../../api/image";
import { compareVersions } from "../../api/version";
import { chainIds } from "../../oci/image/chain-id";
import { isAttestation } from "../../oci/image/platform";
import type { Daemon } from "../daemon/daemon";
import { Filters } from "../filters";
import { unixSeconds } from "../time";
import { imageFilter } from "./filter";
import { imageIdentity } from "./identity";
import { allImages, familiarDigest, familiarTag, isDangling, type NamedImage, parentOf } from "./names";
import { contentSize, layerSizes, sum } from "./size";

const FILTERS = ["before", "dangling", "label", "label!", "reference", "since", "until"];

export interface ListOptions {
	filters?: string;
	/** Also those without a name that others were made from. */
	all: boolean;
	manifests: boolean;
	/** Where an image came from, with its manifests. */
	identity: boolean;
	/** Computes what an image has in common with others. */
	sharedSize: boolean;
	version: string;
}

export async function listImages(daemon: Daemon, options: ListOptions): Promise<ImageSummary[]> {
	const filters = Filters.parse(options.filters, FILTERS);
	const fits = await imageFilter(daemon, filters);
	const summaries: ImageSummary[] = [];
	const every = await allImages(daemon.containerd);
	const parents = new Set(every.map(({ images }) => parentOf(images)));
	for (const image of every) {
		const nameless = image.images.every(({ name }) => isDangling(name));
		if (nameless && !options.all && parents.has(image.target.digest)) continue;
		const names: NamedImage["images"] = [];
		for (const one of image.images) if (await fits(one)) names.push(one);
		if (names.length === 0) continue;
		const found = await summary(daemon, { ...image, images: names }, options);
		if (found) summaries.push(found);
	}
	if (options.sharedSize) await addSharedSizes(daemon, summaries);
	return summaries.sort((a, b) => b.Created - a.Created);
}

/** What GET /images/json of an older API has otherwise. */
export function shapeFor(version: string, found: ImageSummary): void {
	const before = (other: string): boolean => compareVersions(version, other) < 0;
	if (before("1.43") && found.RepoTags.length === 0 && found.RepoDigests.length === 0) {
		Object.assign(found, { RepoTags: ["<none>:<none>"], RepoDigests: ["<none>@<none>"] });
	}
	if (before("1.44")) found.VirtualSize = found.Size;
	if (before("1.48")) delete found.Descriptor;
	if (before("1.51")) found.Containers = -1;
}

/** Snapshots that more than one image stands on. */
async function addSharedSizes(daemon: Daemon, summaries: readonly ImageSummary[]): Promise<void> {
	const chains = await Promise.all(
		(await allImages(daemon.containerd)).map(async ({ target }) => {
			const content = await daemon.content.image(target).catch(() => undefined);
			return { id: target.digest, chain: content ? chainIds(content.file.rootfs.diff_ids) : [], content };
		}),
	);
	const users = new Map<string, number>();
	for (const { chain } of chains) for (const key of chain) users.set(key, (users.get(key) ?? 0) + 1);
	for (const found of summaries) {
		const one = chains.find(({ id }) => id === found.Id);
		const sizes = one?.content ? await layerSizes(daemon.containerd, one.content.file) : [];
		found.SharedSize = sum(sizes.filter((_, at) => users.get(one!.chain[at]!)! > 1));
	}
}

/** undefined for an image of which nothing is here for this platform. */
async function summary(daemon: Daemon, { target, images }: NamedImage, options: ListOptions): Promise<ImageSummary | undefined> {
	const content = await daemon.content.image(target).catch(() => undefined);
	if (!content) return undefined;
	const { manifest, file, descriptor } = content;
	const unpacked = sum(await layerSizes(daemon.containerd, file));
	const Size = contentSize(descriptor, manifest) + unpacked;
	const result: ImageSummary = {
		Id: target.digest,
		ParentId: parentOf(images) ?? "",
		RepoTags: images.map(({ name }) => familiarTag(name)).filter((tag) => tag !== undefined),
		RepoDigests: [...new Set(images.map(familiarDigest).filter((digest) => digest !== undefined))],
		Created: unixSeconds(file.created ?? ""),
		Size,
		SharedSize: -1,
		Labels: file.config?.Labels ?? null,
		Containers: daemon.containers.all().filter(({ stored }) => stored.Image === target.digest).length,
		Descriptor: { mediaType: target.mediaType, digest: target.digest, size: target.size },
	};
	if (options.manifests) {
		const identity = options.identity ? await imageIdentity(daemon, target) : undefined;
		result.Manifests = await manifestSummaries(daemon, target, identity);
	}
	return result;
}

export async function manifestSummaries(
	daemon: Daemon,
	target: NamedImage["target"],
	identity?: ImageIdentity,
): Promise<ManifestSummary[]> {
	const list: ManifestSummary[] = [];
	for (const { descriptor, manifest } of await daemon.content.manifests(target)) {
		const Content = manifest ? contentSize(descriptor, manifest) : 0;
		const file = manifest ? await daemon.content.image({ ...descriptor, platform: undefined }).catch(() => undefined) : undefined;
		const Unpacked = file ? sum(await layerSizes(daemon.containerd, file.file)) : 0;
		const kind = isAttestation(descriptor) ? "attestation" : manifest ? "image" : "unknown";
		list.push({
			ID: descriptor.digest,
			Descriptor: descriptor,
			Available: manifest !== undefined,
			Kind: kind,
			Size: { Content, Total: Content + Unpacked },
			...(file && kind === "image"
				? {
						ImageData: {
							Platform: { os: file.file.os, architecture: file.file.architecture },
							...(identity ? { Identity: identity } : {}),
							Size: { Unpacked },
							Containers: daemon.containers
								.all()
								.filter(({ stored }) => stored.Image === target.digest)
								.map(({ id }) => id),
						},
					}
				: {}),
		});
	}
	return list;
}
