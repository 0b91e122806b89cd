// POST /images/create?fromSrc=: a tar of a root file system becomes an image of one layer. What comes compressed by gzip or zstd
// stays as it is; a plain tar, or one compressed by bzip2 or xz, is compressed with gzip.

import type { ProgressMessage } from "../../api/common";
import { withLease } from "../../containerd/api";
import { peekArchive, unpacked } from "../../lib/archive";
import { collect, text } from "../../lib/bytes";
import { decompress } from "../../lib/decompress";
import { createDigester } from "../../lib/digest";
import { systemError } from "../../lib/errors";
import { reasonOf } from "../../lib/http/parse";
import { OCI_LAYER_GZIP, OCI_LAYER_ZSTD } from "../../oci/image/media-types";
import { DEFAULT_PLATFORM, matchesPlatform, parsePlatform } from "../../oci/image/platform";
import type { Descriptor } from "../../oci/image/types";
import type { Sys } from "../../sys";
import type { Daemon } from "../daemon/daemon";
import { now } from "../time";
import { applyChanges } from "./changes";
import { imageEvent } from "./event";
import { parseTarget } from "./names";
import { nameImage, writeBlob, writeLayer, writeManifest } from "./write";

export interface ImportRequest {
	/** "-": the request's body. */
	source: string;
	repository: string;
	tag: string;
	message: string;
	changes: string[];
	platform?: string;
}

/** @throws EngineError; there is no image then */
export async function importImage(
	daemon: Daemon,
	request: ImportRequest,
	body: AsyncIterable<Uint8Array>,
	send: (message: ProgressMessage) => Promise<void>,
): Promise<void> {
	const from = request.source === "-" ? "-" : addressOf(request.source);
	const archive = from === "-" ? body : await fetched(daemon, from, send);
	const reference = request.repository ? parseTarget(request.repository, request.tag) : undefined;
	const config = applyChanges({}, request.changes);
	const platform = request.platform ? parsePlatform(request.platform) : DEFAULT_PLATFORM;
	const target = await withLease(daemon.containerd, async () => {
		const { descriptor, diffId } = await writeArchive(daemon, archive);
		const created = now(daemon.sys);
		const comment = request.message || `Imported from ${from}`;
		const target = await writeManifest(
			daemon.containerd,
			{
				created,
				...platform,
				config,
				rootfs: { type: "layers", diff_ids: [diffId] },
				history: [{ created, comment }],
			},
			[descriptor],
		);
		if (matchesPlatform(DEFAULT_PLATFORM, platform)) await daemon.containerd["images.unpack"]({ target });
		await nameImage(daemon.containerd, reference, target);
		return target;
	}).catch(async (error: unknown) => {
		await daemon.containerd["gc.run"]({}).catch(() => {});
		throw error;
	});
	await imageEvent(daemon, "import", target);
	await send({ status: target.digest });
}

/** Bytes. */
const TOLD_EVERY = 512 * 1024;
const addressOf = (source: string): string => (source.includes("://") ? source : `http://${source}`);

/** What an address has. @throws EngineError with the status that it answers */
async function fetched(
	daemon: Daemon,
	url: string,
	send: (message: ProgressMessage) => Promise<void>,
): Promise<AsyncIterable<Uint8Array>> {
	const { status, headers, body } = await daemon.fetchUrl(url);
	if (status >= 400) {
		const said = text(await collect(body)).slice(0, 1024);
		throw systemError(`failed to GET ${url} with status ${status} ${reasonOf(status)}: ${said}`);
	}
	await send({ status: `Downloading from ${url}` });
	const total = Number(headers["content-length"] ?? 0);
	return (async function* () {
		let [current, told] = [0, 0];
		for await (const piece of body) {
			yield piece;
			current += piece.length;
			if (current - told < TOLD_EVERY && current !== total) continue;
			told = current;
			await send({ status: "Importing", progressDetail: { current, ...(total ? { total } : {}) } });
		}
	})();
}

/** Bytes that the disk has left. */
async function roomOf(sys: Sys): Promise<number> {
	const { bsize, bfree, bavail = bfree } = await sys.statfs("/");
	return bsize * bavail;
}
/** What would never fit when it is unpacked is not read to its end: a few bytes may stand for terabytes. */
async function* within(room: number, pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
	let left = room;
	for await (const piece of pieces) {
		left -= piece.length;
		if (left < 0) throw systemError("failed to extract layer: no space left on device", { errno: "ENOSPC" });
		yield piece;
	}
}

async function writeArchive(
	daemon: Daemon,
	body: AsyncIterable<Uint8Array>,
): Promise<{ descriptor: Descriptor; diffId: string }> {
	const { containerd, sys } = daemon;
	const { compression, whole } = await peekArchive(body);
	const room = await roomOf(sys);
	if (compression !== "gzip" && compression !== "zstd") {
		return writeLayer(containerd, within(room, unpacked(sys, whole, compression)));
	}
	const { digest, size } = await writeBlob(containerd, whole);
	const plain = await createDigester();
	const stored = (async function* () {
		for await (const { data } of containerd["content.read"]({ digest })) yield data;
	})();
	for await (const piece of within(room, decompress(stored, compression))) plain.update(piece);
	const mediaType = compression === "gzip" ? OCI_LAYER_GZIP : OCI_LAYER_ZSTD;
	return { descriptor: { mediaType, digest, size }, diffId: plain.digest() };
}
