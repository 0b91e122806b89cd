// What is told of an image: with its labels, as long as it is here.

import type { Descriptor } from "../../oci/image/types";
import type { Daemon } from "../daemon/daemon";

export type ImageAction = "create" | "delete" | "import" | "load" | "pull" | "push" | "save" | "tag" | "untag";

/** @param id what it is told of: the target's digest, but for pull and push the name. @param name the digest where it has none */
export async function imageEvent(
	daemon: Daemon,
	action: ImageAction,
	target: Descriptor,
	name: string = target.digest,
	id: string = target.digest,
): Promise<void> {
	const { config } = (await daemon.content.image(target).catch(() => undefined))?.file ?? {};
	daemon.events.emit("image", action, id, { ...config?.Labels, name });
}

/** What has lost its name, or is no more: without labels. */
export const goneEvent = (daemon: Daemon, action: "untag" | "delete", { digest }: Descriptor, name: string = digest): void =>
	daemon.events.emit("image", action, digest, { name });
