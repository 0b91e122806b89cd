// POST /images/create?fromSrc=: a tar of a root file system becomes an image of one layer.

import type { ProgressMessage } from "../../api/common";
import { notImplemented } from "../../lib/errors";
import { familiarString } from "../../lib/reference";
import { DEFAULT_PLATFORM, parsePlatform } from "../../oci/image/platform";
import { plain } from "../daemon/archive";
import type { Daemon } from "../daemon/daemon";
import { now } from "../time";
import { applyChanges } from "./changes";
import { parseTarget } from "./names";
import { nameImage, writeLayer, writeManifest } from "./write";

export interface ImportRequest {
	/** "-": the request's body. */
	source: string;
	repository: string;
	tag: string;
	message: string;
	changes: string[];
	platform?: string;
}

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
	const { os, architecture } = request.platform ? parsePlatform(request.platform) : DEFAULT_PLATFORM;
	const { descriptor, diffId } = await writeLayer(daemon.containerd, await plain(body));
	const created = now(daemon.sys);
	const comment = request.message || "Imported from -";
	const target = await writeManifest(
		daemon.containerd,
		{
			created,
			architecture,
			os,
			config,
			rootfs: { type: "layers", diff_ids: [diffId] },
			history: [{ created, comment }],
		},
		[descriptor],
	);
	const { name } = await nameImage(daemon.containerd, reference, target);
	await daemon.containerd["images.unpack"]({ name });
	daemon.events.emit("image", "import", target.digest, { name: reference ? familiarString(reference) : target.digest });
	await send({ status: target.digest });
}
