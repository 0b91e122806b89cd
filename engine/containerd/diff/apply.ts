// A layer's blob → the files of an active snapshot, checked all the way: the blob's digest, gzip's checksum, tar's headers.

import { EMPTY } from "../../lib/bytes";
import { compressionAt, decompressed } from "../../lib/decompress";
import { createDigester } from "../../lib/digest";
import { strerror } from "../../lib/errno";
import { EngineError, invalidParameter, systemError } from "../../lib/errors";
import { gunzipBy } from "../../lib/gzip";
import { compressionOf } from "../../oci/image/media-types";
import { applyLayer } from "../../oci/layer/apply";
import type { Gunzip } from "../../port";
import { type Sys, SysError } from "../../sys";
import type { Descriptor, Mount } from "../api";
import type { ContentStore } from "../content/store";
import { targetOf } from "./target";

/**
 * @returns the digest and the size of the uncompressed tar
 * @throws EngineError dataLoss for a damaged layer, invalidParameter for a compression that is not known, system ENOSPC …
 */
export async function applyDiff(
	sys: Sys,
	content: ContentStore,
	descriptor: Descriptor,
	mounts: readonly Mount[],
	gunzip?: Gunzip,
): Promise<{ diffId: string; size: number }> {
	const { directory, below, kind } = targetOf(mounts);
	const digester = await createDigester();
	const tar = passing(
		tarOf(() => content.read(descriptor.digest), descriptor, gunzip),
		(piece) => digester.update(piece),
	);
	try {
		// a first layer has nothing below: what it whites out is not there
		await applyLayer(sys, directory, tar, { whiteouts: kind, parents: below });
		// behind the archive's end: the rest of the file, whose checksums count too
		for await (const _ of tar);
	} catch (error) {
		throw asExtractError(error, descriptor);
	} finally {
		await tar.close();
	}
	return { diffId: digester.digest(), size: digester.size };
}

function tarOf(open: () => AsyncIterable<Uint8Array>, { mediaType }: Descriptor, gunzip?: Gunzip): AsyncIterable<Uint8Array> {
	const compression = compressionOf(mediaType);
	if (compression === undefined) throw invalidParameter(`no processor for media-type: ${mediaType}`);
	// compressed in some way; in which is seen by its first bytes, whatever the type says, as containerd sees it
	return compression === "none" ? open() : detected(open, gunzip);
}
async function* detected(open: () => AsyncIterable<Uint8Array>, gunzip?: Gunzip): AsyncGenerator<Uint8Array> {
	if (gunzip && compressionAt(await headOf(open())) === "gzip") yield* gunzipBy(gunzip, open);
	else yield* await decompressed(open());
}
async function headOf(source: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
	for await (const piece of source) return piece;
	return EMPTY;
}

/** A stream that can be read on after a reader has stopped, until it is closed, and that shows what passes. */
function passing(
	source: AsyncIterable<Uint8Array>,
	see: (piece: Uint8Array) => void,
): AsyncIterable<Uint8Array> & { close(): Promise<void> } {
	const iterator = source[Symbol.asyncIterator]();
	return {
		[Symbol.asyncIterator]: () => ({
			async next() {
				const result = await iterator.next();
				if (!result.done) see(result.value);
				return result;
			},
		}),
		async close() {
			await iterator.return?.();
		},
	};
}

function asExtractError(error: unknown, { digest }: Descriptor): unknown {
	const prefix = `failed to extract layer ${digest}: `;
	if (error instanceof SysError) {
		const where = error.detail === "" ? error.call : `${error.call} ${error.detail}`;
		return systemError(`${prefix}${where}: ${strerror(error.errno).toLowerCase()}: unknown`, { errno: error.errno });
	}
	if (error instanceof EngineError) return new EngineError(error.kind, `${prefix}${error.message}`, error.detail);
	return error;
}
