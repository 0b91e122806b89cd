// POST /images/create?fromSrc=: a tar of a root file system becomes an image of one layer. What comes compressed by gzip or zstd
// stays as it is; a plain tar is compressed.

import type { ProgressMessage } from "../../api/common";
import { withLease } from "../../containerd/api";
import { decompress, peek } from "../../lib/decompress";
import { createDigester } from "../../lib/digest";
import { notImplemented } from "../../lib/errors";
import { OCI_LAYER_GZIP, OCI_LAYER_ZSTD } from "../../oci/image/media-types";
import { DEFAULT_PLATFORM, matchesPlatform, parsePlatform } from "../../oci/image/platform";
import type { Descriptor } from "../../oci/image/types";
import type { Daemon } from "../daemon/daemon";
import { now } from "../time";
import { applyChanges } from "./changes";
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
	if (request.source !== "-")
		throw notImplemented("importing from a URL is not supported by this host; send the archive (docker import -)");
	const reference = request.repository ? parseTarget(request.repository, request.tag) : undefined;
	const config = applyChanges({}, request.changes);
	const platform = request.platform ? parsePlatform(request.platform) : DEFAULT_PLATFORM;
	const target = await withLease(daemon.containerd, async () => {
		const { descriptor, diffId } = await writeArchive(daemon, body);
		const created = now(daemon.sys);
		const comment = request.message || "Imported from -";
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
	daemon.events.emit("image", "import", target.digest, { name: target.digest });
	await send({ status: target.digest });
}

async function writeArchive(
	daemon: Daemon,
	body: AsyncIterable<Uint8Array>,
): Promise<{ descriptor: Descriptor; diffId: string }> {
	const { containerd } = daemon;
	const { compression, whole } = await peek(body);
	if (compression === "none") return writeLayer(containerd, whole);
	const { digest, size } = await writeBlob(containerd, whole);
	const plain = await createDigester();
	const stored = (async function* () {
		for await (const { data } of containerd["content.read"]({ digest })) yield data;
	})();
	for await (const piece of decompress(stored, compression)) plain.update(piece);
	const mediaType = compression === "gzip" ? OCI_LAYER_GZIP : OCI_LAYER_ZSTD;
	return { descriptor: { mediaType, digest, size }, diffId: plain.digest() };
}
