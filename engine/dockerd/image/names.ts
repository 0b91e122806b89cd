// From what people type to images, by the containerd store's rules: an image's id is the digest of what its name points at.

import type { ContainerdApi, Descriptor, Image } from "../../containerd/api";
import { invalidParameter, isKind, notFound } from "../../lib/errors";
import { familiarName, familiarString, formatReference, parseNormalized, type Reference, tagNameOnly } from "../../lib/reference";
import type { Client } from "../../lib/rpc/types";

/** Names of images that have no name, so that they are not collected: moby-dangling@sha256:… */
const DANGLING = "moby-dangling@";
export const danglingName = (digest: string): string => DANGLING + digest;
export const isDangling = (name: string): boolean => name.startsWith(DANGLING);

/** A whole id, which is no name. */
const IDENTIFIER = /^[0-9a-f]{64}$/;

/** All names of one image. */
export interface NamedImage {
	target: Descriptor;
	images: Image[];
}

export const noSuchImage = (text: string): Error => notFound(`No such image: ${text}`);

export const allImages = async (containerd: Client<ContainerdApi>): Promise<NamedImage[]> =>
	byTarget(await containerd["images.list"]({}));

export function byTarget(images: readonly Image[]): NamedImage[] {
	const byDigest = new Map<string, NamedImage>();
	for (const image of images) {
		const found = byDigest.get(image.target.digest);
		if (found) found.images.push(image);
		else byDigest.set(image.target.digest, { target: image.target, images: [image] });
	}
	return [...byDigest.values()];
}

export interface Resolved extends NamedImage {
	/** The name that was typed, where it was one. */
	image: Image;
	/** It was typed as an id or a part of one. */
	byId: boolean;
}

/** "busybox", "busybox:1@sha256:…", "sha256:8e40…", "8e40b614c06b". @throws EngineError notFound, invalidParameter */
export const resolveImage = async (containerd: Client<ContainerdApi>, typed: string): Promise<Resolved> =>
	resolveAmong(await allImages(containerd), typed);

/** Among these. @throws EngineError as resolveImage */
export function resolveAmong(images: readonly NamedImage[], typed: string): Resolved {
	const reference = parseOrUndefined(typed);
	if (reference) {
		const name = formatReference({ ...tagNameOnly(reference), digest: reference.tag ? undefined : reference.digest });
		for (const one of images) {
			const image = one.images.find((candidate) => matches(candidate, name, reference));
			if (image) return { ...one, image, byId: false };
		}
	}
	const digits = typed.replace(/^sha256:/, "");
	if (/^[0-9a-f]{1,64}$/.test(digits)) {
		const found = images.filter(({ target }) => target.digest.slice("sha256:".length).startsWith(digits));
		if (found.length > 1) throw notFound(`ambiguous reference: ${typed}`);
		const [one] = found;
		if (one) return { ...one, image: one.images[0]!, byId: true };
	}
	// what is neither is refused for its form
	const meant = reference ?? (IDENTIFIER.test(typed) ? undefined : parseNormalized(typed));
	throw noSuchImage(meant ? familiarString(tagNameOnly(meant)) : typed);
}

/** On an image that a container was committed to, by hand or by a step of the classic builder: the image that it went on from. */
export const PARENT_LABEL = "org.mobyproject.image.parent";

/** The image that this one was made from, where that is known; one of all its names says it. */
export const parentOf = (names: readonly Pick<Image, "labels">[]): string | undefined =>
	names.map(({ labels }) => labels[PARENT_LABEL]).find(Boolean);

function matches(image: Image, name: string, reference: Reference): boolean {
	if (reference.digest && image.target.digest !== reference.digest) return false;
	if (image.name === name) return true;
	// name@digest finds any tag of that name.
	return reference.digest !== undefined && !reference.tag && image.name.startsWith(`${name.split("@")[0]}:`);
}

function parseOrUndefined(typed: string): Reference | undefined {
	if (IDENTIFIER.test(typed)) return undefined;
	try {
		return parseNormalized(typed);
	} catch {
		return undefined;
	}
}

/** For a new name. @throws EngineError invalidParameter */
export function parseTarget(repository: string, tag: string): Reference {
	const reference = parseNormalized(repository);
	if (reference.digest) throw invalidParameter("refusing to create a tag with a digest reference");
	return tagNameOnly(tag ? parseNormalized(`${formatReference({ ...reference, tag: undefined })}:${tag}`) : reference);
}

/** "busybox:latest" of docker.io/library/busybox:latest; undefined for a dangling one. */
export function familiarTag(name: string): string | undefined {
	if (isDangling(name)) return undefined;
	const reference = parseNormalized(name);
	return reference.tag ? familiarString({ ...reference, digest: undefined }) : undefined;
}
/** As people write it; of one without a name the digest. */
export const familiarImage = ({ name, target }: Pick<Image, "name" | "target">): string =>
	isDangling(name) ? target.digest : familiarString(parseNormalized(name));
/** "busybox@sha256:…" */
export function familiarDigest(image: Image): string | undefined {
	if (isDangling(image.name)) return undefined;
	return `${familiarName(parseNormalized(image.name))}@${image.target.digest}`;
}

/** images.get, or undefined. */
export async function findImage(containerd: Client<ContainerdApi>, name: string): Promise<Image | undefined> {
	try {
		return await containerd["images.get"]({ name });
	} catch (error) {
		if (isKind(error, "notFound")) return undefined;
		throw error;
	}
}
