// POST /images/{name}/push.

import type { ProgressMessage } from "../../api/common";
import type { PushProgress, RegistryAuth } from "../../containerd/api";
import { invalidParameter } from "../../lib/errors";
import { familiarName, familiarString, formatReference, nameOf, parseNormalized, tagNameOnly } from "../../lib/reference";
import type { Daemon } from "../daemon/daemon";
import { findImage, noSuchImage } from "./names";

export interface PushRequest {
	name: string;
	tag: string;
	auth?: RegistryAuth;
}

const STATUS = {
	preparing: "Preparing",
	waiting: "Waiting",
	pushing: "Pushing",
	pushed: "Pushed",
	exists: "Layer already exists",
	mounted: "Mounted from",
} as const;

function layerMessage({ digest, state, current, total, from }: Extract<PushProgress, { kind: "layer" }>): ProgressMessage {
	const id = digest.slice("sha256:".length, "sha256:".length + 12);
	const progressDetail = state === "pushing" ? { current, total } : {};
	return { status: state === "mounted" ? `${STATUS.mounted} ${from}` : STATUS[state], progressDetail, id };
}

export async function pushImage(
	daemon: Daemon,
	request: PushRequest,
	send: (message: ProgressMessage) => Promise<void>,
): Promise<void> {
	const parsed = parseNormalized(request.name);
	if (parsed.digest) throw invalidParameter("cannot push a digest reference");
	const reference = tagNameOnly(request.tag ? { ...parsed, tag: request.tag } : parsed);
	const name = formatReference(reference);
	if (!(await findImage(daemon.containerd, name))) throw noSuchImage(familiarString(reference));
	await send({ status: `The push refers to repository [${nameOf(reference)}]` });
	for await (const item of daemon.containerd["transfer.push"]({ reference: name, auth: request.auth })) {
		if (item.kind === "layer") await send(layerMessage(item));
		else if (item.kind === "done") {
			const { digest, size } = item.target;
			await send({ status: `${reference.tag}: digest: ${digest} size: ${size}` });
			await send({ aux: { Tag: reference.tag, Digest: digest, Size: size } });
		}
	}
	daemon.events.emit("image", "push", familiarString(reference), { name: familiarName(reference) });
}
