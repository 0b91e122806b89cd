// DELETE /images/{name}?platforms=: what is here of some platforms of an image goes, the image and its names stay. Other images that
// have the same manifest lose it too, which is why it must be forced.

import type { ImageDeleteItem } from "../../api/common";
import { conflict, EngineError, invalidParameter, isKind } from "../../lib/errors";
import { familiarString, parseNormalized } from "../../lib/reference";
import { formatPlatform } from "../../oci/image/platform";
import type { Platform } from "../../oci/image/types";
import type { Daemon } from "../daemon/daemon";
import { type Resolved, resolveImage } from "./names";

/** @throws EngineError notFound for a platform that is not here, conflict while a container runs from it */
export async function deletePlatforms(
	daemon: Daemon,
	typed: string,
	platforms: Platform[],
	force: boolean,
): Promise<ImageDeleteItem[]> {
	if (!force)
		throw invalidParameter("Content will be removed from all images referencing this variant. Use —-force to force delete.");
	const resolved = await resolveImage(daemon.containerd, typed);
	refuseRunning(daemon, typed, resolved);
	const items: ImageDeleteItem[] = [];
	for (const platform of platforms) {
		try {
			items.push({ Deleted: await deletePlatform(daemon, resolved, platform) });
		} catch (error) {
			if (!(error instanceof EngineError)) throw error;
			const what = `failed to delete platform ${formatPlatform(platform)} for image ${resolved.target.digest}`;
			throw new EngineError(error.kind, `${what}: ${error.message}`, error.detail);
		}
	}
	return items;
}

/** Answers the manifest's digest. */
async function deletePlatform(daemon: Daemon, { target }: Resolved, platform: Platform): Promise<string> {
	const { descriptor, manifest } = await daemon.content.image(target, platform);
	for (const { digest } of [descriptor, manifest.config, ...manifest.layers]) {
		await daemon.containerd["content.delete"]({ digest }).catch((error: unknown) => {
			// two layers may be the same
			if (!isKind(error, "notFound")) throw error;
		});
		daemon.content.forget(digest);
	}
	return descriptor.digest;
}

/** The real one has the content go from under a container; here a start would miss it. */
function refuseRunning(daemon: Daemon, typed: string, { target }: Resolved): void {
	const user = daemon.containers.all().find(({ stored, state }) => stored.Image === target.digest && state.Running);
	if (!user) return;
	const name = familiarString(parseNormalized(typed));
	const short = target.digest.slice(7, 19);
	throw conflict(
		`conflict: unable to remove repository reference ${JSON.stringify(name)} (cannot be forced) - container ${user.id.slice(0, 12)} is using its referenced image ${short}`,
	);
}
