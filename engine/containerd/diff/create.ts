// What a snapshot has over its parent → a layer in the content store.

import { createDigester } from "../../lib/digest";
import { invalidParameter } from "../../lib/errors";
import { gzip } from "../../lib/gzip";
import { compressionOf } from "../../oci/image/media-types";
import { createLayer } from "../../oci/layer/create";
import type { Sys } from "../../sys";
import type { ContainerdApi, Descriptor } from "../api";
import type { ContentStore } from "../content/store";
import { layerBetween } from "./target";

export async function createDiff(
	sys: Sys,
	content: ContentStore,
	{ lower, upper, mediaType, ref, sourceDateEpoch }: ContainerdApi["diff.create"]["request"],
): Promise<{ descriptor: Descriptor; diffId: string }> {
	const compression = compressionOf(mediaType);
	if (compression !== "gzip" && compression !== "none") {
		throw invalidParameter(`unsupported diff media type: ${mediaType}: not implemented`);
	}
	const digester = await createDigester();
	const tar = seen(createLayer(sys, layerBetween(lower, upper), { sourceDateEpoch }), (piece) => digester.update(piece));
	let offset = await content.begin(ref);
	// what an interrupted attempt left is not continued: the snapshot may have changed since
	if (offset > 0) offset = await content.write(ref, 0, new Uint8Array(0));
	try {
		for await (const piece of compression === "gzip" ? gzip(tar) : tar) offset = await content.write(ref, offset, piece);
		const diffId = digester.digest();
		const { digest, size } = await content.commit(ref, undefined, undefined, { "containerd.io/uncompressed": diffId });
		return { descriptor: { mediaType, digest, size }, diffId };
	} catch (error) {
		await content.abort(ref).catch(() => {});
		throw error;
	}
}

async function* seen(source: AsyncIterable<Uint8Array>, see: (piece: Uint8Array) => void): AsyncGenerator<Uint8Array> {
	for await (const piece of source) {
		see(piece);
		yield piece;
	}
}
