// POST /images/{name}/tag and DELETE /images/{name}.

import type { ImageDeleteItem } from "../../api/common";
import { conflict, invalidParameter } from "../../lib/errors";
import { familiarName, familiarString, parseNormalized } from "../../lib/reference";
import type { Container } from "../container/container";
import type { Daemon } from "../daemon/daemon";
import { goneEvent, imageEvent } from "./event";
import {
	allImages,
	danglingName,
	familiarTag,
	isDangling,
	type NamedImage,
	parentOf,
	parseTarget,
	type Resolved,
	resolveImage,
} from "./names";
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
	/** With it go the nameless images that it was made from. */
	parents: boolean;
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
	const items: ImageDeleteItem[] = [{ Untagged: untagged }];
	const last = named.length === 1 && !stopped;
	const parents = last && options.parents ? await parentsOf(daemon, images) : [];
	const needed = last && !options.force && (await hasChildren(daemon, target.digest));
	if (needed) await keepNameless(daemon.containerd, image);
	await daemon.containerd["images.delete"]({ name: image.name, sync: true });
	goneEvent(daemon, "untag", target, untagged);
	if (!last) return items;
	if (!needed) await daemon.containerd["images.delete"]({ name: danglingName(target.digest), sync: true }).catch(() => {});
	items.push({ Deleted: target.digest });
	goneEvent(daemon, "delete", target);
	items.push(...(await deleteParents(daemon, parents)));
	return items;
}

/** The images that this one was made from, one after another, as far as they are here. */
async function parentsOf(daemon: Daemon, images: Resolved["images"]): Promise<NamedImage[]> {
	const every = await allImages(daemon.containerd);
	const parents: NamedImage[] = [];
	for (let digest = parentOf(images); digest; ) {
		const parent = every.find(({ target }) => target.digest === digest);
		if (!parent || parents.includes(parent)) break;
		parents.push(parent);
		digest = parentOf(parent.images);
	}
	return parents;
}

const hasChildren = async (daemon: Daemon, digest: string): Promise<boolean> =>
	(await allImages(daemon.containerd)).some(({ images }) => parentOf(images) === digest);

/** As far as they have no name, and no container. */
async function deleteParents(daemon: Daemon, parents: readonly NamedImage[]): Promise<ImageDeleteItem[]> {
	const items: ImageDeleteItem[] = [];
	for (const { target, images } of parents) {
		if (!images.every(({ name }) => isDangling(name)) || usersOf(daemon, target.digest).length > 0) break;
		for (const { name } of images) await daemon.containerd["images.delete"]({ name, sync: true });
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
	const parents = options.parents && named.length < 2 ? await parentsOf(daemon, images) : [];
	for (const { name } of images) {
		await daemon.containerd["images.delete"]({ name, sync: true });
		const tag = familiarTag(name);
		if (!tag) continue;
		items.push({ Untagged: tag });
		goneEvent(daemon, "untag", target, tag);
	}
	items.push({ Deleted: target.digest });
	goneEvent(daemon, "delete", target);
	items.push(...(await deleteParents(daemon, parents)));
	return items;
}
