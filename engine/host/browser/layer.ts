// What a layer's blob holds, for the page: its entries and their contents, read from containerd's own bytes with the browser's
// own decompressor. Also: whether a file of the reader's is an archive of images.

import { type ArchiveCompression, archiveCompressionAt } from "../../lib/archive";
import { text } from "../../lib/bytes";
import { bunzip2 } from "../../lib/bzip2/decode";
import { compressionAt, decompress } from "../../lib/decompress";
import type { TarHeader } from "../../lib/tar/header";
import { readTar } from "../../lib/tar/read";
import { OPAQUE_MARKER, WHITEOUT_PREFIX } from "../../oci/layer/whiteout";

export interface LayerFile {
	/** From the root, without a slash at its end: "/etc/passwd". A whiteout's is that of what it hides. */
	path: string;
	type: TarHeader["type"];
	/** Bytes of content. */
	size: number;
	mode: number;
	uid: number;
	gid: number;
	linkname: string;
	/** It hides what lies below: the path itself, or all that the directory had (opaque). */
	hides?: "path" | "directory";
}

/** Everything in the layer, in the archive's order. @throws EngineError dataLoss */
export async function layerFiles(blob: Uint8Array): Promise<LayerFile[]> {
	const files: LayerFile[] = [];
	for await (const { header } of readTar(unpacked(blob))) {
		const file = fileOf(header);
		if (file.path !== "/") files.push(file);
	}
	return files;
}

/** The content of one file, at most `limit` bytes; undefined where the layer has no such file. */
export async function layerFile(blob: Uint8Array, path: string, limit: number): Promise<Uint8Array | undefined> {
	for await (const { header, body } of readTar(unpacked(blob))) {
		const { path: found, hides } = fileOf(header);
		if (header.type !== "file" || hides || found !== path) continue;
		const content = new Uint8Array(Math.min(limit, header.size));
		let filled = 0;
		for await (const piece of body) {
			const taken = piece.subarray(0, content.length - filled);
			content.set(taken, filled);
			filled += taken.length;
			if (filled === content.length) break;
		}
		return content;
	}
	return undefined;
}

/** Whether an entry of this name makes an archive one of images: what `docker save` writes, or an OCI layout. */
export const isImageEntry = (name: string): boolean => /^(\.\/)?(manifest\.json|oci-layout)$/.test(name);

/** Whether it is compressed by xz, which neither the browser nor the engine decompresses: the host has a program for it. */
export const isXzArchive = async (archive: Blob): Promise<boolean> => (await compressionOf(archive)) === "xz";

/** Whether an archive, compressed in a way that docker load takes or not at all, has images. False for what is no archive, and for xz. */
export async function isImageArchive(archive: Blob): Promise<boolean> {
	try {
		for await (const { header } of readTar(decompressedBlob(archive))) if (isImageEntry(header.name)) return true;
	} catch {
		// It is no archive, or a damaged one: docker load would say so, too.
	}
	return false;
}

function fileOf({ name, type, size, mode, uid, gid, linkname }: TarHeader): LayerFile {
	const path = `/${name.replace(/^(\.?\/)+/, "").replace(/\/+$/, "")}`.replace(/^\/\.$/, "/");
	const slash = path.lastIndexOf("/");
	const [parent, base] = [path.slice(0, slash), path.slice(slash + 1)];
	const common = { type, size, mode, uid, gid, linkname };
	if (base === OPAQUE_MARKER) return { ...common, path: parent || "/", hides: "directory" };
	if (base.startsWith(WHITEOUT_PREFIX))
		return { ...common, path: `${parent}/${base.slice(WHITEOUT_PREFIX.length)}`, hides: "path" };
	return { ...common, path };
}

const unpacked = (blob: Uint8Array): AsyncIterable<Uint8Array> => decompressedBlob(new Blob([blob as Uint8Array<ArrayBuffer>]));

async function compressionOf(blob: Blob): Promise<ArchiveCompression> {
	const head = new Uint8Array(await blob.slice(0, 6).arrayBuffer());
	return archiveCompressionAt(head, compressionAt(head));
}

async function* decompressedBlob(blob: Blob): AsyncGenerator<Uint8Array> {
	const compression = await compressionOf(blob);
	if (compression === "xz") return;
	if (compression === "bzip2") yield* bunzip2(pieces(blob.stream()));
	else if (compression === "gzip") yield* pieces(blob.stream().pipeThrough(new DecompressionStream("gzip")));
	else yield* decompress(pieces(blob.stream()), compression);
}

async function* pieces(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
	const reader = stream.getReader();
	try {
		for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
	} finally {
		reader.cancel().catch(() => {});
	}
}

const decoder = new TextDecoder("utf-8", { fatal: true });
/** The bytes as text, or undefined where they are none: with a NUL, or not UTF-8. */
export function readable(bytes: Uint8Array, whole: boolean): string | undefined {
	if (bytes.includes(0)) return undefined;
	try {
		return decoder.decode(bytes);
	} catch {
		// What was cut may have been cut within a character.
		return whole ? undefined : text(bytes).replace(/\ufffd$/, "");
	}
}
