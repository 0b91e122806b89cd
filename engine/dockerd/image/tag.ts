// POST /images/{name}/tag and DELETE /images/{name}.

import type { ImageDeleteItem } from "../../api/common";
import { conflict, invalidParameter } from "../../lib/errors";
import { familiarName, familiarString, parseNormalized } from "../../lib/reference";
import type { Container } from "../container/container";
import type { Daemon } from "../daemon/daemon";
import { goneEvent, imageEvent } from "./event";
import { danglingName, familiarTag, isDangling, parseTarget, type Resolved, resolveImage } from "./names";
import { keepNameless, nameImage } from "./write";

export async function tagImage(daemon: Daemon, typed: string, repository: string, tag: string): Promise<void> {
	const reference = parseTarget(repository, tag);
	if (familiarName(reference) === "sha256") {
		throw invalidParameter("refusing to create an ambiguous tag using digest algorithm as name");
	}
	const { target } = await resolveImage(daemon.containerd, typed);
	await nameImage(daemon.containerd, reference, target);
	await imageEvent(daemon, "tag", target, familiarString(reference));
}

export interface DeleteOptions {
	force: boolean;
}

/** @throws EngineError notFound, conflict where containers or other names need it */
export async function deleteImage(daemon: Daemon, typed: string, options: DeleteOptions): Promise<ImageDeleteItem[]> {
	const resolved = await resolveImage(daemon.containerd, typed);
	return resolved.byId ? deleteById(daemon, resolved, options) : deleteName(daemon, resolved, typed, options);
}

const usersOf = (daemon: Daemon, digest: string): Container[] =>
	daemon.containers.all().filter(({ stored }) => stored.Image === digest);

async function deleteName(
	daemon: Daemon,
	{ image, images, target }: Resolved,
	typed: string,
	options: DeleteOptions,
): Promise<ImageDeleteItem[]> {
	const named = images.filter(({ name }) => !isDangling(name));
	const untagged = familiarTag(image.name) ?? typed;
	const users = usersOf(daemon, target.digest);
	const [running] = users.filter(({ state }) => state.Running);
	const [stopped] = users;
	if (named.length === 1) {
		const shown = familiarString(parseNormalized(typed));
		if (stopped && !options.force) {
			const user = running ?? stopped;
			throw conflict(
				`conflict: unable to remove repository reference ${JSON.stringify(shown)} (must force) - container ${user.id.slice(0, 12)} is using its referenced image ${target.digest.slice(7, 19)}`,
			);
		}
		if (stopped) await keepNameless(daemon.containerd, image);
	}
	await daemon.containerd["images.delete"]({ name: image.name, sync: true });
	goneEvent(daemon, "untag", target, untagged);
	const items: ImageDeleteItem[] = [{ Untagged: untagged }];
	if (named.length === 1 && !stopped) {
		await daemon.containerd["images.delete"]({ name: danglingName(target.digest), sync: true }).catch(() => {});
		items.push({ Deleted: target.digest });
		goneEvent(daemon, "delete", target);
	}
	return items;
}

async function deleteById(daemon: Daemon, { images, target }: Resolved, options: DeleteOptions): Promise<ImageDeleteItem[]> {
	const short = target.digest.slice(7, 19);
	const named = images.filter(({ name }) => !isDangling(name));
	const repositories = new Set(named.map(({ name }) => name.slice(0, name.lastIndexOf(":"))));
	const refuse = (why: string, how = "must be forced"): Error =>
		conflict(`conflict: unable to delete ${short} (${how}) - ${why}`);
	for (const { id, state } of usersOf(daemon, target.digest)) {
		const user = id.slice(0, 12);
		if (state.Running) throw refuse(`image is being used by running container ${user}`, "cannot be forced");
		if (!options.force) throw refuse(`image is being used by stopped container ${user}`);
	}
	if (repositories.size > 1 && !options.force) throw refuse("image is referenced in multiple repositories");
	const items: ImageDeleteItem[] = [];
	for (const { name } of images) {
		await daemon.containerd["images.delete"]({ name, sync: true });
		const tag = familiarTag(name);
		if (!tag) continue;
		items.push({ Untagged: tag });
		goneEvent(daemon, "untag", target, tag);
	}
	items.push({ Deleted: target.digest });
	goneEvent(daemon, "delete", target);
	return items;
}
