// Layers out of containerd's content store, by digest. Blobs never change, so what was read once is kept.

import type { Machine } from "../../engine/host/browser/facade";
import { type LayerFile, layerFile, layerFiles } from "../../engine/host/browser/layer";
import { BLOBS } from "../machine/world";

const KEPT = 60;
const known = new Map<string, Promise<LayerFile[]>>();

type Reader = Pick<Machine, "readFile">;
const blobOf = (machine: Reader, digest: string): Promise<Uint8Array> => machine.readFile(`${BLOBS}/${digest.replace(":", "/")}`);

/** @param digest of the blob */
export function readLayer(machine: Reader, digest: string): Promise<LayerFile[]> {
	let files = known.get(digest);
	if (!files) {
		files = blobOf(machine, digest).then(layerFiles);
		files.catch(() => known.delete(digest));
		known.set(digest, files);
		if (known.size > KEPT) known.delete(known.keys().next().value ?? "");
	}
	return files;
}

/** At most `limit` bytes of a file in a layer. @throws Error where it has none */
export async function readLayerFile(machine: Reader, digest: string, path: string, limit: number): Promise<Uint8Array> {
	const content = await layerFile(await blobOf(machine, digest), path, limit);
	if (!content) throw new Error(`${path}: no such file in ${digest}`);
	return content;
}
