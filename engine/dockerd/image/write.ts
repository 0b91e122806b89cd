// Writes blobs and images through containerd: what import, commit and load have in common.

import type { ContainerdApi, Image } from "../../containerd/api";
import { utf8 } from "../../lib/bytes";
import { createDigester, digestOf } from "../../lib/digest";
import { gathered } from "../../lib/gather";
import { gzip } from "../../lib/gzip";
import { goJson } from "../../lib/json";
import { formatReference, type Reference } from "../../lib/reference";
import type { Client } from "../../lib/rpc/types";
import { OCI_CONFIG, OCI_LAYER_GZIP, OCI_MANIFEST } from "../../oci/image/media-types";
import type { Descriptor, ImageConfig } from "../../oci/image/types";
import { danglingName, findImage, isDangling } from "./names";

type Containerd = Client<ContainerdApi>;
type Bytes = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

const CHUNK = 1 << 20;
let ingests = 0;

/** A stream into the content store. Content that is there already is no error. */
export async function writeBlob(
	containerd: Containerd,
	source: Bytes,
	expected?: string,
): Promise<{ digest: string; size: number }> {
	const ref = `dockerd-${++ingests}`;
	await containerd["content.abort"]({ ref }).catch(() => {});
	await containerd["content.begin"]({ ref });
	try {
		let offset = 0;
		for await (const piece of gathered(source, CHUNK)) {
			for (let at = 0; at < piece.length; at += CHUNK) {
				const data = piece.subarray(at, at + CHUNK);
				({ offset } = await containerd["content.write"]({ ref, offset, data }));
			}
		}
		const { digest } = await containerd["content.commit"]({ ref, expected, size: offset });
		return { digest, size: offset };
	} catch (error) {
		await containerd["content.abort"]({ ref }).catch(() => {});
		throw error;
	}
}

export async function writeJson(containerd: Containerd, mediaType: string, value: unknown): Promise<Descriptor> {
	const bytes = utf8(goJson(value));
	const { digest, size } = await writeBlob(containerd, [bytes], digestOf(bytes));
	return { mediaType, digest, size };
}

/** A plain tar → a compressed layer. */
export async function writeLayer(containerd: Containerd, tar: Bytes): Promise<{ descriptor: Descriptor; diffId: string }> {
	const plain = await createDigester();
	const observed = (async function* () {
		for await (const piece of tar) {
			plain.update(piece);
			yield piece;
		}
	})();
	const { digest, size } = await writeBlob(containerd, gzip(observed));
	return { descriptor: { mediaType: OCI_LAYER_GZIP, digest, size }, diffId: plain.digest() };
}

/** Config and manifest; answers the manifest's descriptor. */
export async function writeManifest(containerd: Containerd, file: ImageConfig, layers: Descriptor[]): Promise<Descriptor> {
	const config = await writeJson(containerd, OCI_CONFIG, file);
	return writeJson(containerd, OCI_MANIFEST, { schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers });
}

/**
 * Gives an image its name, or the name of one that has none. The image that had the name before keeps being found by its id.
 * @param own labels, besides those that its other names have
 */
export async function nameImage(
	containerd: Containerd,
	reference: Reference | undefined,
	target: Descriptor,
	own: Image["labels"] = {},
): Promise<Image> {
	const name = reference ? formatReference(reference) : danglingName(target.digest);
	const existing = await findImage(containerd, name);
	const others = (await containerd["images.list"]({})).filter((one) => one.target.digest === target.digest);
	const image = { name, target, labels: Object.assign({}, ...others.map(({ labels }) => labels), own) };
	if (!existing) {
		const created = await containerd["images.create"]({ image });
		if (reference) await dropDangling(containerd, target.digest);
		return created;
	}
	if (existing.target.digest === target.digest) return existing;
	await keepNameless(containerd, existing);
	return containerd["images.update"]({ image });
}

/** Before a name moves on: its image stays, without a name, unless it has another one. */
export async function keepNameless(containerd: Containerd, image: Image): Promise<void> {
	const others = (await containerd["images.list"]({})).filter(
		({ name, target }) => target.digest === image.target.digest && name !== image.name,
	);
	if (others.length > 0) return;
	const name = danglingName(image.target.digest);
	await containerd["images.create"]({ image: { name, target: image.target, labels: image.labels } });
}

/** An image with a name needs no stand-in for one. */
async function dropDangling(containerd: Containerd, digest: string): Promise<void> {
	const name = danglingName(digest);
	if (isDangling(name) && (await findImage(containerd, name))) await containerd["images.delete"]({ name });
}
