// POST /images/create?fromImage=: a pull, told in Docker's lines of progress.

import type { ProgressMessage } from "../../api/common";
import type { PullProgress, RegistryAuth } from "../../containerd/api";
import { familiarName, familiarString, formatReference, isNameOnly, parseNormalized, type Reference } from "../../lib/reference";
import { parsePlatform } from "../../oci/image/platform";
import type { Daemon } from "../daemon/daemon";
import { imageEvent } from "./event";
import { findImage } from "./names";
import { asPullError } from "./registry-error";
import { keepNameless } from "./write";

export interface PullRequest {
	fromImage: string;
	tag: string;
	platform?: string;
	auth?: RegistryAuth;
}

type Send = (message: ProgressMessage) => Promise<void>;

/** @throws EngineError before the first message for a name that is none; after it for what the registry says */
export async function pullImage(daemon: Daemon, request: PullRequest, send: Send): Promise<void> {
	const reference = referenceOf(request);
	try {
		if (!isNameOnly(reference)) return await pullTag(daemon, reference, request, send);
		const { tags } = await daemon.containerd["transfer.tags"]({ reference: formatReference(reference), auth: request.auth });
		for (const tag of tags) await pullTag(daemon, { ...reference, tag }, request, send);
	} catch (error) {
		throw asPullError(error, reference);
	}
}

async function pullTag(daemon: Daemon, reference: Reference, request: PullRequest, send: Send): Promise<void> {
	const name = formatReference(reference);
	const before = await findImage(daemon.containerd, name);
	let digest = "";
	const platform = request.platform ? parsePlatform(request.platform) : undefined;
	const progress = daemon.containerd["transfer.pull"]({ reference: name, platform, auth: request.auth, unpack: true });
	for await (const item of progress) {
		if (item.kind === "resolved") {
			digest = item.digest;
			await send({ status: `Pulling from ${reference.path}`, id: reference.tag ?? digest });
			// What the name has meant so far stays, without a name.
			if (before && before.target.digest !== digest) await keepNameless(daemon.containerd, before);
		} else if (item.kind === "layer") await send(layerMessage(item));
	}
	await send({ status: `Digest: ${digest}` });
	const fresh = before?.target.digest !== digest;
	await send({
		status: fresh
			? `Status: Downloaded newer image for ${familiarString(reference)}`
			: `Status: Image is up to date for ${familiarString(reference)}`,
	});
	const pulled = await findImage(daemon.containerd, name);
	if (pulled) await imageEvent(daemon, "pull", pulled.target, familiarName(reference), familiarString(reference));
}

/** Without tag and digest where all tags are meant. */
function referenceOf({ fromImage, tag }: PullRequest): Reference {
	const reference = parseNormalized(fromImage);
	if (tag.includes(":")) return { ...reference, tag: undefined, digest: tag };
	return tag ? { ...reference, tag } : reference;
}

const STATUS = {
	exists: "Already exists",
	pulling: "Pulling fs layer",
	waiting: "Waiting",
	downloading: "Downloading",
	verifying: "Verifying Checksum",
	downloaded: "Download complete",
	extracting: "Extracting",
	done: "Pull complete",
	retrying: "Retrying",
} as const;

function layerMessage({ digest, state, current, total }: Extract<PullProgress, { kind: "layer" }>): ProgressMessage {
	const counted = state === "downloading" || state === "extracting";
	const id = digest.slice("sha256:".length, "sha256:".length + 12);
	return { status: STATUS[state], progressDetail: counted ? { current, total } : {}, id };
}
