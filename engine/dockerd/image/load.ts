// POST /images/load: reads what save wrote (an OCI layout), and what older Dockers wrote (manifest.json with layer tars). All of an
// archive's images are loaded, or none: they get their names when their content is here, whole, and unpacked.

import type { ProgressMessage } from "../../api/common";
import { withLease } from "../../containerd/api";
import { plainArchive } from "../../lib/archive";
import { text } from "../../lib/bytes";
import { messageOf, notFound, systemError } from "../../lib/errors";
import { parseJson } from "../../lib/json-problem";
import { familiarString, parseNormalized, type Reference, tagNameOnly } from "../../lib/reference";
import { isIndex } from "../../oci/image/media-types";
import { parseIndex } from "../../oci/image/parse";
import { DEFAULT_PLATFORM, formatPlatform, matchesPlatform } from "../../oci/image/platform";
import type { Descriptor, Platform } from "../../oci/image/types";
import type { Daemon } from "../daemon/daemon";
import { dockerImages } from "./docker-archive";
import { imageEvent } from "./event";
import { Staging } from "./staging";
import { nameImage } from "./write";

/** One name for one image, or an image that has none. */
export interface Loaded {
	reference?: Reference;
	target: Descriptor;
}

/** @param platforms of which the archive must have an image; any will do where there is none. @throws EngineError; nothing is loaded then */
export async function loadImages(
	daemon: Daemon,
	body: AsyncIterable<Uint8Array>,
	send: (message: ProgressMessage) => Promise<void>,
	platforms: readonly Platform[] = [],
): Promise<void> {
	try {
		await withLease(daemon.containerd, async () => {
			const loaded = await read(daemon, await plainArchive(daemon.sys, body));
			for (const one of loaded) await unpack(daemon, one, platforms);
			for (const one of loaded) await name(daemon, one, send);
		});
	} catch (error) {
		// what was brought in for nothing goes at once
		await daemon.containerd["gc.run"]({}).catch(() => {});
		throw error;
	}
}

async function read(daemon: Daemon, tar: AsyncIterable<Uint8Array>): Promise<Loaded[]> {
	const staging = await Staging.of(daemon, tar);
	const layout = staging.document("oci-layout");
	if (layout) {
		const version = (json(layout, "oci layout", "oci-layout") as { imageLayoutVersion?: unknown } | null)?.imageLayoutVersion;
		if (version !== "1.0.0") throw systemError(`unsupported OCI version ${String(version ?? "")}`);
		const index = staging.document("index.json");
		if (!index) throw systemError("missing index.json in OCI layout 1.0.0");
		return fromLayout(parseIndex(index).manifests);
	}
	const manifest = staging.document("manifest.json");
	if (!manifest) throw systemError("unrecognized image format");
	return dockerImages(daemon, staging, json(manifest, "manifest", "manifest.json"));
}
function json(bytes: Uint8Array, what: string, name: string): unknown {
	try {
		return parseJson(text(bytes));
	} catch (error) {
		throw systemError(`untar ${what} ${JSON.stringify(name)}: ${messageOf(error)}`);
	}
}

const IMAGE_NAME = "io.containerd.image.name";
const REF_NAME = "org.opencontainers.image.ref.name";
/** Signatures and the like of what stands elsewhere in the index: no images. */
const SUBJECT = "io.containerd.manifest.subject";

function fromLayout(manifests: Descriptor[]): Loaded[] {
	const images = manifests.filter(({ annotations }) => annotations?.[SUBJECT] === undefined);
	if (images.length === 0) throw systemError("invalid archive: it holds no image");
	return images.map(({ annotations, ...target }) => {
		const { [IMAGE_NAME]: full, [REF_NAME]: short, ...own } = annotations ?? {};
		const kept = Object.keys(own).length > 0 ? { annotations: own } : {};
		return { reference: referenceOf(full ?? short), target: { ...target, ...kept } };
	});
}
/** What is no name names nothing. */
function referenceOf(name: string | undefined): Reference | undefined {
	if (!name) return undefined;
	try {
		return tagNameOnly(parseNormalized(name));
	} catch {
		return undefined;
	}
}

/** This host's image is unpacked; others must be whole. @throws EngineError notFound */
async function unpack(daemon: Daemon, { target, reference }: Loaded, platforms: readonly Platform[]): Promise<void> {
	const here = new Set((await daemon.containerd["content.list"]({})).map(({ digest }) => digest));
	const require = (digest: string): void => {
		if (!here.has(digest)) throw notFound(`content digest ${digest}: not found`);
	};
	require(target.digest);
	const offered: Platform[] = [];
	for (const { descriptor, manifest } of await daemon.content.manifests(target)) {
		// of an index, other platforms' images may be left out; whoever writes a manifest means its blobs, too
		if (!manifest && isIndex(target.mediaType)) continue;
		if (!manifest) throw notFound(`content digest ${descriptor.digest}: not found`);
		const complete = [manifest.config, ...manifest.layers].every(({ digest }) => here.has(digest));
		if (!complete && isIndex(target.mediaType)) continue;
		for (const { digest } of [manifest.config, ...manifest.layers]) require(digest);
		const platform = descriptor.platform ?? (await daemon.content.config(manifest));
		offered.push(platform);
		if (matchesPlatform(DEFAULT_PLATFORM, platform)) await daemon.containerd["images.unpack"]({ target: descriptor });
	}
	if (offered.length === 0) throw notFound(`image ${shown(target, reference)} has no content: not found`);
	if (platforms.length === 0 || platforms.some((wanted) => offered.some((one) => matchesPlatform(wanted, one)))) return;
	const wanted = platforms.map(formatPlatform).join(" ");
	throw notFound(`image ${shown(target, reference)} was loaded, but doesn't provide the requested platform ([${wanted}])`);
}

const shown = ({ digest }: Descriptor, reference?: Reference): string => (reference ? familiarString(reference) : digest);

async function name(
	daemon: Daemon,
	{ reference, target }: Loaded,
	send: (message: ProgressMessage) => Promise<void>,
): Promise<void> {
	await nameImage(daemon.containerd, reference, target);
	await send({ stream: `${reference ? "Loaded image" : "Loaded image ID"}: ${shown(target, reference)}\n` });
	await imageEvent(daemon, "load", target);
}
