// Archives as Docker takes them: plain, or compressed in one of four ways, which their first bytes tell. (Layers know fewer: see
// decompress.ts.) xz is decompressed by the program of that name, as dockerd does it.

import type { Sys } from "../sys";
import { bunzip2, isBzip2 } from "./bzip2/decode";
import { type Compression, decompress, peek } from "./decompress";
import { through } from "./programs";

export type ArchiveCompression = Compression | "bzip2" | "xz";

const XZ = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0];
const isXz = (head: Uint8Array): boolean => XZ.every((byte, at) => head[at] === byte);

export const archiveCompressionAt = (head: Uint8Array, other: Compression): ArchiveCompression =>
	isBzip2(head) ? "bzip2" : isXz(head) ? "xz" : other;

/** Reads as much as it takes to tell. */
export async function peekArchive(
	source: AsyncIterable<Uint8Array>,
): Promise<{ compression: ArchiveCompression; whole: AsyncIterable<Uint8Array> }> {
	const { compression, head, whole } = await peek(source);
	return { compression: archiveCompressionAt(head, compression), whole };
}

/** @throws EngineError while it is read, for what is cut short or corrupt, and for xz where there is no such program */
export function unpacked(sys: Sys, whole: AsyncIterable<Uint8Array>, compression: ArchiveCompression): AsyncIterable<Uint8Array> {
	if (compression === "bzip2") return bunzip2(whole);
	if (compression === "xz") return through(sys, ["xz", "-d", "-c", "-q"], whole);
	return decompress(whole, compression);
}

/** The archive itself. @throws EngineError as unpacked */
export async function plainArchive(sys: Sys, source: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
	const { compression, whole } = await peekArchive(source);
	return unpacked(sys, whole, compression);
}
