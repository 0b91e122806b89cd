// POST /images/{name}/push: one tag, or all of a repository's.

import type { ProgressMessage } from "../../api/common";
import type { Platform, PushProgress, RegistryAuth } from "../../containerd/api";
import { invalidParameter, notFound, systemError } from "../../lib/errors";
import {
	familiarName,
	familiarString,
	formatReference,
	nameOf,
	parseNormalized,
	type Reference,
	tagNameOnly,
} from "../../lib/reference";
import type { Daemon } from "../daemon/daemon";
import { imageEvent } from "./event";
import { findImage } from "./names";
import { asPushError } from "./registry-error";

export interface PushRequest {
	name: string;
	/** "" for all tags, unless the name has one. */
	tag: string;
	platform?: Platform;
	auth?: RegistryAuth;
}
type Send = (message: ProgressMessage) => Promise<void>;

const STATUS = {
	preparing: "Preparing",
	waiting: "Waiting",
	pushing: "Pushing",
	pushed: "Pushed",
	exists: "Layer already exists",
	mounted: "Mounted from",
	retrying: "Retrying",
} as const;

function layerMessage({ digest, state, current, total, from }: Extract<PushProgress, { kind: "layer" }>): ProgressMessage {
	const id = digest.slice("sha256:".length, "sha256:".length + 12);
	const progressDetail = state === "pushing" ? { current, total } : {};
	return { status: state === "mounted" ? `${STATUS.mounted} ${from}` : STATUS[state], progressDetail, id };
}

export async function pushImage(daemon: Daemon, request: PushRequest, send: Send): Promise<void> {
	const parsed = parseNormalized(request.name);
	if (parsed.digest) throw invalidParameter("cannot push a digest reference");
	const tag = request.tag || parsed.tag;
	await send({ status: `The push refers to repository [${nameOf(parsed)}]` });
	if (tag) return pushTag(daemon, { ...parsed, tag }, request, send);
	const tags = await tagsOf(daemon, parsed);
	if (tags.length === 0) throw nothingToPush(parsed);
	for (const one of tags) await pushTag(daemon, { ...parsed, tag: one }, request, send);
}

const nothingToPush = (reference: Reference): Error =>
	systemError(`An image does not exist locally with the tag: ${familiarName(reference)}`);

async function tagsOf(daemon: Daemon, reference: Reference): Promise<string[]> {
	const tags: string[] = [];
	for (const { name } of await daemon.containerd["images.list"]({})) {
		const image = /^[^@]+:[^/@]+$/.test(name) ? parseNormalized(name) : undefined;
		if (image?.tag && nameOf(image) === nameOf(reference)) tags.push(image.tag);
	}
	return tags.sort();
}

async function pushTag(daemon: Daemon, reference: Reference, { platform, auth }: PushRequest, send: Send): Promise<void> {
	const name = formatReference(tagNameOnly(reference));
	const image = await findImage(daemon.containerd, name);
	if (!image) {
		if ((await tagsOf(daemon, reference)).length === 0) throw nothingToPush(reference);
		throw notFound(`tag does not exist: ${familiarString(reference)}`);
	}
	try {
		for await (const item of daemon.containerd["transfer.push"]({ reference: name, platform, auth })) {
			if (item.kind === "layer") await send(layerMessage(item));
			else if (item.kind === "instead") {
				const { index: originalIndex, manifest: selectedManifest } = item;
				await send({ aux: { manifestPushedInsteadOfIndex: true, originalIndex, selectedManifest } });
			} else if (item.kind === "done") {
				const { digest, size } = item.target;
				await send({ status: `${reference.tag}: digest: ${digest} size: ${size}` });
				await send({ aux: { Tag: reference.tag, Digest: digest, Size: size } });
			}
		}
	} catch (error) {
		throw asPushError(error);
	}
	await imageEvent(daemon, "push", image.target, familiarName(reference), familiarString(reference));
}
