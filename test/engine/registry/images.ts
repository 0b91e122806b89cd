// Images for tests: of given layers, put into a registry's store.

import { collect, utf8 } from "../../../engine/lib/bytes";
import { digestOf } from "../../../engine/lib/digest";
import { gzip } from "../../../engine/lib/gzip";
import { goJson } from "../../../engine/lib/json";
import { header, type TarHeader } from "../../../engine/lib/tar/header";
import { writeTar } from "../../../engine/lib/tar/write";
import { OCI_CONFIG, OCI_INDEX, OCI_LAYER_GZIP, OCI_MANIFEST } from "../../../engine/oci/image/media-types";
import type { RegistryStore } from "../../../engine/registry/store/store";

export type File = Partial<TarHeader> & { name: string; content?: string };

export const tarOf = (files: File[]): Promise<Uint8Array> =>
	collect(
		writeTar(
			files.map(({ content = "", ...given }) => {
				const isFile = (given.type ?? "file") === "file";
				return {
					header: header({ type: "file", ...given, size: isFile ? content.length : 0 }),
					body: isFile ? [utf8(content)] : [],
				};
			}),
		),
	);

/** Answers the digests of what was put. */
export async function putImage(
	store: RegistryStore,
	name: string,
	tag: string,
	layers: File[][],
	options: { index?: boolean } = {},
) {
	const tars = await Promise.all(layers.map(tarOf));
	const blobs = await Promise.all(tars.map((tar) => collect(gzip([tar]))));
	const config = utf8(
		goJson({
			architecture: "amd64",
			os: "linux",
			config: { Cmd: ["sh"] },
			rootfs: { type: "layers", diff_ids: tars.map(digestOf) },
		}),
	);
	const descriptor = (mediaType: string, bytes: Uint8Array) => ({ mediaType, digest: digestOf(bytes), size: bytes.length });
	for (const blob of [...blobs, config]) await store.putBlob(name, blob);
	const manifest = utf8(
		goJson({
			schemaVersion: 2,
			mediaType: OCI_MANIFEST,
			config: descriptor(OCI_CONFIG, config),
			layers: blobs.map((blob) => descriptor(OCI_LAYER_GZIP, blob)),
		}),
	);
	const manifestDigest = await store.putManifest(name, options.index ? undefined : tag, OCI_MANIFEST, manifest);
	const platform = { os: "linux", architecture: "amd64" };
	const other = {
		mediaType: OCI_MANIFEST,
		digest: `sha256:${"0".repeat(64)}`,
		size: 5,
		platform: { os: "linux", architecture: "arm64" },
	};
	const index = utf8(
		goJson({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [other, { ...descriptor(OCI_MANIFEST, manifest), platform }] }),
	);
	const top = options.index ? await store.putManifest(name, tag, OCI_INDEX, index) : manifestDigest;
	return {
		top,
		manifest: manifestDigest,
		config: digestOf(config),
		layers: blobs.map(digestOf),
		sizes: blobs.map((blob) => blob.length),
		diffIds: tars.map(digestOf),
	};
}
