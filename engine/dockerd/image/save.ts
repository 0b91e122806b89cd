// GET /images/get: images as a tar that is an OCI layout and, by manifest.json, docker's own format, too. The same images give the
// same bytes: entries in the order of their names, without times, as containerd exports them.

import { SOURCE_LABEL } from "../../containerd/api";
import { utf8 } from "../../lib/bytes";
import { encodedOf } from "../../lib/digest";
import { isKind, notFound } from "../../lib/errors";
import { goJson } from "../../lib/json";
import { familiarString, isNameOnly, nameOf, parseNormalized, type Reference, tagNameOnly } from "../../lib/reference";
import { header } from "../../lib/tar/header";
import { type SourceEntry, writeTar } from "../../lib/tar/write";
import { isForeign, isIndex, OCI_INDEX } from "../../oci/image/media-types";
import { DEFAULT_PLATFORM, formatPlatform, matchesPlatform, selectManifest } from "../../oci/image/platform";
import type { Descriptor, Manifest, Platform } from "../../oci/image/types";
import type { Daemon } from "../daemon/daemon";
import { imageEvent } from "./event";
import { allImages, noSuchImage, resolveImage } from "./names";

/** One entry of index.json. */
interface Chosen {
	target: Descriptor;
	/** The canonical name under which it was asked for. */
	name?: string;
}

/** Everything is looked up before the first byte. @param platforms those alone; all where there is none. @throws EngineError notFound */
export async function saveImages(
	daemon: Daemon,
	typed: readonly string[],
	platforms: readonly Platform[] = [],
): Promise<AsyncIterable<Uint8Array>> {
	const chosen: Chosen[] = [];
	for (const name of typed) chosen.push(...(await choose(daemon, name)));
	const [only] = platforms;
	if (only && platforms.length === 1) for (const one of chosen) one.target = await forPlatform(daemon, one, only);
	const files = await archive(daemon, chosen, platforms);
	for (const { target } of chosen) await imageEvent(daemon, "save", target);
	return writeTar(entries(daemon, files));
}

/** "busybox" is all of the repository's tags; a tag, an id or a digest is one image, the latter two without a name. */
async function choose(daemon: Daemon, typed: string): Promise<Chosen[]> {
	const resolved = await resolveImage(daemon.containerd, typed).catch((error: unknown) => {
		if (isKind(error, "notFound")) return error;
		throw error;
	});
	const reference = referenceOf(typed);
	const found = resolved instanceof Error ? undefined : resolved;
	const byDigest = reference?.digest !== undefined || found?.byId === true;
	if (reference && isNameOnly(reference) && !byDigest) return repository(daemon, reference);
	if (!found) throw isKind(resolved, "notFound") && reference ? noSuchImage(familiarString(tagNameOnly(reference))) : resolved;
	return [{ target: found.target, ...(byDigest ? {} : { name: found.image.name }) }];
}
function referenceOf(typed: string): Reference | undefined {
	try {
		return parseNormalized(typed);
	} catch {
		return undefined;
	}
}
async function repository(daemon: Daemon, reference: Reference): Promise<Chosen[]> {
	const prefix = `${nameOf(reference)}:`;
	const images = (await allImages(daemon.containerd)).flatMap(({ images }) => images);
	const all = images.filter(({ name }) => name.startsWith(prefix)).map(({ name, target }) => ({ name, target }));
	if (all.length === 0) throw noSuchImage(familiarString(reference));
	return all.sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function forPlatform(daemon: Daemon, { target, name }: Chosen, platform: Platform): Promise<Descriptor> {
	const all = await daemon.content.manifests(target);
	for (const { descriptor, manifest } of all) {
		if (!manifest) continue;
		const offered = descriptor.platform ?? (await daemon.content.config(manifest));
		if (matchesPlatform(platform, offered)) return descriptor;
	}
	const what = name ? familiarString(parseNormalized(name)) : target.digest;
	throw notFound(
		`no suitable export target found: image with reference ${what} was found but does not provide the specified platform (${formatPlatform(platform)})`,
	);
}

interface File {
	mode: number;
	size: number;
	/** A blob's digest, or the content itself. */
	content: string | Uint8Array;
}

async function archive(daemon: Daemon, chosen: Chosen[], platforms: readonly Platform[]): Promise<Map<string, File>> {
	const files = new Map<string, File>();
	const put = (name: string, mode: number, value: unknown): void => {
		const content = utf8(goJson(value));
		files.set(name, { mode, size: content.length, content });
	};
	const docker = new Map<string, { manifest: Manifest; tags: string[] }>();
	const index: Descriptor[] = [];
	for (const { target, name } of chosen) {
		const { all, main } = await contents(daemon, target, platforms);
		for (const { digest, size } of all) files.set(pathOf(digest), { mode: 0o444, size, content: digest });
		index.push(await described(daemon, target, name));
		if (!main) continue;
		const listed = docker.get(main.digest) ?? { manifest: main.manifest, tags: [] };
		docker.set(main.digest, listed);
		if (name) listed.tags.push(familiarString(tagNameOnly(parseNormalized(name))));
	}
	put("oci-layout", 0o444, { imageLayoutVersion: "1.0.0" });
	put("index.json", 0o644, { schemaVersion: 2, mediaType: OCI_INDEX, manifests: index });
	if (docker.size > 0) {
		const list = [...docker.values()].map(({ manifest: { config, layers }, tags }) => ({
			Config: pathOf(config.digest),
			RepoTags: tags.length > 0 ? tags : null,
			Layers: layers.length > 0 ? layers.map(({ digest }) => pathOf(digest)) : null,
		}));
		put("manifest.json", 0o644, list);
	}
	return files;
}
const pathOf = (digest: string): string => `blobs/sha256/${encodedOf(digest)}`;

/** With where its content came from and what it is called, the keys sorted. */
async function described(daemon: Daemon, { annotations, platform, ...target }: Descriptor, name?: string): Promise<Descriptor> {
	const { labels } = await daemon.containerd["content.info"]({ digest: target.digest });
	const sources = Object.entries(labels).filter(([key]) => key.startsWith(SOURCE_LABEL));
	const { "io.containerd.image.name": _, "org.opencontainers.image.ref.name": __, ...own } = annotations ?? {};
	const named = name
		? { "io.containerd.image.name": name, "org.opencontainers.image.ref.name": parseNormalized(name).tag ?? name }
		: {};
	const all = Object.entries({ ...own, ...named, ...Object.fromEntries(sources) }).sort(([a], [b]) => (a < b ? -1 : 1));
	return {
		...target,
		...(all.length > 0 ? { annotations: Object.fromEntries(all) } : {}),
		...(platform ? { platform } : {}),
	};
}

interface Contents {
	all: Array<{ digest: string; size: number }>;
	/** What manifest.json, which knows no platforms, is about. */
	main?: { digest: string; manifest: Manifest };
}

/**
 * The image's documents and blobs, as far as they are here: of other platforms there may be nothing. A manifest that lacks some of
 * its blobs is written without any of them.
 */
async function contents(daemon: Daemon, target: Descriptor, platforms: readonly Platform[]): Promise<Contents> {
	const here = new Set((await daemon.containerd["content.list"]({})).map(({ digest }) => digest));
	const all: Descriptor[] = isIndex(target.mediaType) ? [target] : [];
	const complete: Array<{ descriptor: Descriptor; manifest: Manifest }> = [];
	for (const { descriptor, manifest } of await daemon.content.manifests(target)) {
		const { platform } = descriptor;
		if (platform && platforms.length > 0 && !platforms.some((wanted) => matchesPlatform(wanted, platform))) continue;
		if (!manifest) continue;
		all.push(descriptor);
		const blobs = [manifest.config, ...manifest.layers].filter(({ mediaType }) => !isForeign(mediaType));
		if (!blobs.every(({ digest }) => here.has(digest))) continue;
		all.push(...blobs);
		complete.push({ descriptor, manifest });
	}
	const descriptors = complete.map(({ descriptor }) => descriptor);
	const best = selectManifest(descriptors, DEFAULT_PLATFORM) ?? descriptors[0];
	const main = complete.find(({ descriptor }) => descriptor === best);
	return { all, ...(main ? { main: { digest: main.descriptor.digest, manifest: main.manifest } } : {}) };
}

async function* entries(daemon: Daemon, files: Map<string, File>): AsyncGenerator<SourceEntry> {
	const names = [...files.keys()].sort((a, b) => (a < b ? -1 : 1));
	if (names[0]?.startsWith("blobs/"))
		for (const name of ["blobs/", "blobs/sha256/"]) yield { header: header({ name, type: "directory" }) };
	for (const name of names) {
		const { mode, size, content } = files.get(name)!;
		const body = typeof content === "string" ? contentOf(daemon, content) : [content];
		yield { header: header({ name, type: "file", mode, size }), body };
	}
}

async function* contentOf(daemon: Daemon, digest: string): AsyncGenerator<Uint8Array> {
	for await (const { data } of daemon.containerd["content.read"]({ digest })) yield data;
}
