// POST /images/load: reads what save wrote (an OCI layout), and what older Dockers wrote (manifest.json with layer tars).

import type { ProgressMessage } from "../../api/common";
import { collect, text } from "../../lib/bytes";
import { EngineError, invalidParameter } from "../../lib/errors";
import { isGzip } from "../../lib/gzip";
import { clean } from "../../lib/path";
import { familiarString, parseNormalized, type Reference, tagNameOnly } from "../../lib/reference";
import { readTar, type TarEntry } from "../../lib/tar/read";
import { DOCKER_LAYER, DOCKER_LAYER_GZIP } from "../../oci/image/media-types";
import { parseConfig, parseIndex } from "../../oci/image/parse";
import type { Descriptor, ImageConfig } from "../../oci/image/types";
import { plain } from "../daemon/archive";
import type { Daemon } from "../daemon/daemon";
import { nameImage, writeBlob, writeManifest } from "./write";

/** A file of the archive, in the content store. */
interface Stored {
	digest: string;
	size: number;
	compressed: boolean;
	/** Small ones are kept at hand, too. */
	bytes?: Uint8Array;
}
const SMALL = 4 << 20;

export async function loadImages(
	daemon: Daemon,
	body: AsyncIterable<Uint8Array>,
	send: (message: ProgressMessage) => Promise<void>,
): Promise<void> {
	const files = new Map<string, Stored>();
	/** Path → what it is a link to: older archives share layers so. */
	const links = new Map<string, string>();
	try {
		for await (const entry of readTar(await plain(body))) {
			const path = clean(entry.header.name);
			if (entry.header.type === "file") files.set(path, await store(daemon, entry));
			else if (entry.header.type === "symlink") links.set(path, clean(`${path}/../${entry.header.linkname}`));
			else if (entry.header.type === "link") links.set(path, clean(entry.header.linkname));
		}
	} catch (error) {
		if (error instanceof EngineError && error.kind === "dataLoss")
			throw invalidParameter("Error processing tar file(exit status 1): unexpected EOF");
		throw error;
	}
	const find = (path: string): Stored => {
		const found = files.get(clean(path)) ?? files.get(links.get(clean(path)) ?? "");
		if (!found) throw invalidParameter(`invalid archive: no such file: ${path}`);
		return found;
	};
	const loaded = files.has("index.json")
		? fromLayout(parseIndex(bytesOf(find("index.json"))).manifests)
		: await fromDocker(daemon, find);
	if (loaded.length === 0) throw invalidParameter("invalid archive: it holds no image");
	for (const { reference, target } of loaded) {
		const { name } = await nameImage(daemon.containerd, reference, target);
		await daemon.containerd["images.unpack"]({ name });
		daemon.events.emit("image", "load", target.digest, { name: reference ? familiarString(reference) : target.digest });
		const shown = reference ? `Loaded image: ${familiarString(reference)}` : `Loaded image ID: ${target.digest}`;
		await send({ stream: `${shown}\n` });
	}
}

async function store(daemon: Daemon, { header, body }: TarEntry): Promise<Stored> {
	if (header.size <= SMALL) {
		const bytes = await collect(body);
		return { ...(await writeBlob(daemon.containerd, [bytes])), compressed: isGzip(bytes), bytes };
	}
	let compressed: boolean | undefined;
	const observed = (async function* () {
		for await (const piece of body) {
			compressed ??= isGzip(piece);
			yield piece;
		}
	})();
	const written = await writeBlob(daemon.containerd, observed);
	return { ...written, compressed: compressed ?? false };
}

function bytesOf({ bytes }: Stored): Uint8Array {
	if (!bytes) throw invalidParameter("invalid archive: a document is too large");
	return bytes;
}

interface Loaded {
	reference?: Reference;
	target: Descriptor;
}

function fromLayout(manifests: Descriptor[]): Loaded[] {
	return manifests.map(({ annotations, ...target }) => {
		const name = annotations?.["io.containerd.image.name"];
		return { reference: name ? tagNameOnly(parseNormalized(name)) : undefined, target };
	});
}

interface DockerManifest {
	Config: string;
	RepoTags: string[] | null;
	Layers: string[];
}

async function fromDocker(daemon: Daemon, find: (path: string) => Stored): Promise<Loaded[]> {
	const images = JSON.parse(text(bytesOf(find("manifest.json")))) as DockerManifest[];
	const loaded: Loaded[] = [];
	for (const { Config, RepoTags, Layers } of images) {
		const file: ImageConfig = parseConfig(bytesOf(find(Config)));
		const layers = Layers.map((path): Descriptor => {
			const { digest, size, compressed } = find(path);
			return { mediaType: compressed ? DOCKER_LAYER_GZIP : DOCKER_LAYER, digest, size };
		});
		const target = await writeManifest(daemon.containerd, file, layers);
		const names = RepoTags ?? [];
		for (const name of names) loaded.push({ reference: tagNameOnly(parseNormalized(name)), target });
		if (names.length === 0) loaded.push({ target });
	}
	return loaded;
}
