// The site's busybox for daemons that cannot pull it.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { blobPath, REPOSITORIES } from "../../engine/registry/store/layout";

/** The root file system of the site's busybox image, as a plain tar. */
export function busyboxLayer(folder: string): Uint8Array {
	const registry = join(folder, ".drydock/registry");
	const link = (path: string): string => readFileSync(join(registry, REPOSITORIES, path, "link"), "utf8");
	const blob = (digest: string): Buffer => readFileSync(join(registry, blobPath(digest)));
	let manifest = JSON.parse(blob(link("library/busybox/_manifests/tags/latest/current")).toString());
	if (manifest.manifests) manifest = JSON.parse(blob(manifest.manifests[0].digest).toString());
	return gunzipSync(blob(manifest.layers[0].digest));
}
