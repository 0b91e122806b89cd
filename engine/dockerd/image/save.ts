// GET /images/get: images as a tar that is an OCI layout and, by manifest.json and repositories, docker's own format, too.

import { utf8 } from "../../lib/bytes";
import { encodedOf } from "../../lib/digest";
import { isKind } from "../../lib/errors";
import { goJson } from "../../lib/json";
import { familiarName, parseNormalized } from "../../lib/reference";
import { header } from "../../lib/tar/header";
import { type SourceEntry, writeTar } from "../../lib/tar/write";
import { isIndex, OCI_INDEX } from "../../oci/image/media-types";
import type { Descriptor, Manifest } from "../../oci/image/types";
import type { Daemon } from "../daemon/daemon";
import { familiarTag, noSuchImage, resolveImage } from "./names";

interface Chosen {
	target: Descriptor;
	/** Canonical names that were asked for. */
	names: string[];
}

/** Everything is looked up before the first byte. @throws EngineError notFound */
export async function saveImages(daemon: Daemon, typed: readonly string[]): Promise<AsyncIterable<Uint8Array>> {
	const chosen = new Map<string, Chosen>();
	for (const name of typed) {
		const { target, image, byId } = await resolveImage(daemon.containerd, name).catch((error) => {
			throw isKind(error, "notFound") ? noSuchImage(name) : error;
		});
		const one: Chosen = chosen.get(target.digest) ?? { target, names: [] };
		if (!byId && !one.names.includes(image.name)) one.names.push(image.name);
		chosen.set(target.digest, one);
	}
	for (const { target } of chosen.values()) await daemon.content.image(target);
	return writeTar(entries(daemon, [...chosen.values()]));
}

async function* entries(daemon: Daemon, chosen: Chosen[]): AsyncGenerator<SourceEntry> {
	const blob = (digest: string): string => `blobs/sha256/${encodedOf(digest)}`;
	const file = (name: string, bytes: Uint8Array): SourceEntry => ({
		header: header({ name, type: "file", size: bytes.length }),
		body: [bytes],
	});
	const json = (name: string, value: unknown): SourceEntry => file(name, utf8(goJson(value)));
	yield { header: header({ name: "blobs/", type: "directory" }) };
	yield { header: header({ name: "blobs/sha256/", type: "directory" }) };

	const written = new Set<string>();
	const manifests: Descriptor[] = [];
	const docker: Array<{ Config: string; RepoTags: string[] | null; Layers: string[] }> = [];
	const repositories: Record<string, Record<string, string>> = {};
	for (const { target, names } of chosen) {
		const { manifest, descriptor } = await daemon.content.image(target);
		const all = await present(daemon, target);
		for (const { digest, size } of all) {
			if (written.has(digest)) continue;
			written.add(digest);
			yield { header: header({ name: blob(digest), type: "file", mode: 0o444, size }), body: contentOf(daemon, digest) };
		}
		for (const name of names.length > 0 ? names : [undefined]) {
			const annotations = name
				? { "io.containerd.image.name": name, "org.opencontainers.image.ref.name": parseNormalized(name).tag ?? "" }
				: undefined;
			manifests.push({ ...target, ...(annotations ? { annotations } : {}) });
			if (!name) continue;
			const reference = parseNormalized(name);
			const repository = familiarName(reference);
			if (reference.tag)
				repositories[repository] = { ...repositories[repository], [reference.tag]: encodedOf(descriptor.digest) };
		}
		const tags = names.map(familiarTag).filter((tag) => tag !== undefined);
		docker.push({
			Config: blob(manifest.config.digest),
			RepoTags: tags.length > 0 ? tags : null,
			Layers: manifest.layers.map(({ digest }) => blob(digest)),
		});
	}
	yield json("index.json", { schemaVersion: 2, mediaType: OCI_INDEX, manifests });
	yield json("manifest.json", docker);
	yield json("oci-layout", { imageLayoutVersion: "1.0.0" });
	if (Object.keys(repositories).length > 0) yield json("repositories", repositories);
}

/** The image's documents and blobs, as far as they are here: of other platforms there may be nothing. */
async function present(daemon: Daemon, target: Descriptor): Promise<Descriptor[]> {
	const all: Descriptor[] = isIndex(target.mediaType) ? [target] : [];
	for (const { descriptor, manifest } of await daemon.content.manifests(target)) {
		if (manifest) all.push(descriptor, ...blobsOf(manifest));
	}
	return all;
}
const blobsOf = ({ config, layers }: Manifest): Descriptor[] => [config, ...layers];

async function* contentOf(daemon: Daemon, digest: string): AsyncGenerator<Uint8Array> {
	for await (const { data } of daemon.containerd["content.read"]({ digest })) yield data;
}
