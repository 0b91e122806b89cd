// GET /images/{name}/json and /images/{name}/history.

import type { HistoryItem, ImageConfig, ImageInspect } from "../../api/image";
import { compareVersions } from "../../api/version";
import { isKind, messageOf, notFound } from "../../lib/errors";
import { formatPlatform } from "../../oci/image/platform";
import type { Platform } from "../../oci/image/types";
import type { Daemon } from "../daemon/daemon";
import { unixSeconds, ZERO_TIME } from "../time";
import { imageIdentity } from "./identity";
import { manifestSummaries } from "./list";
import { allImages, familiarDigest, familiarTag, type NamedImage, parentOf, resolveImage } from "./names";
import { contentSize, layerSizes, sum } from "./size";

export interface InspectOptions {
	version: string;
	manifests: boolean;
	platform?: Platform;
}

/** What an image is on a platform. @throws EngineError notFound */
async function resolveFor(daemon: Daemon, typed: string, platform: Platform | undefined) {
	const { target, images } = await resolveImage(daemon.containerd, typed);
	const content = await daemon.content.image(target, platform).catch((error: unknown) => {
		if (!platform || !isKind(error, "notFound")) throw error;
		throw notFound(
			`image with reference ${typed} was found but does not provide the specified platform (${formatPlatform(platform)})`,
		);
	});
	return { target, images, ...content };
}

export async function inspectImage(
	daemon: Daemon,
	typed: string,
	{ version, manifests, platform }: InspectOptions,
): Promise<ImageInspect> {
	const { target, images, file, manifest, descriptor } = await resolveFor(daemon, typed, platform).catch((error: unknown) => {
		throw isKind(error, "notFound") && !platform ? notFound(`no such image: ${typed}: ${messageOf(error)}`) : error;
	});
	const Size = contentSize(descriptor, manifest) + sum(await layerSizes(daemon.containerd, file));
	const old = compareVersions(version, "1.52") < 0;
	const parent = parentOf(images);
	const identity = compareVersions(version, "1.53") < 0 ? undefined : await imageIdentity(daemon, target);
	return {
		Id: target.digest,
		RepoTags: images.map(({ name }) => familiarTag(name)).filter((tag) => tag !== undefined),
		RepoDigests: [...new Set(images.map(familiarDigest).filter((digest) => digest !== undefined))],
		...(parent || old ? { Parent: parent ?? "" } : {}),
		...(old ? { DockerVersion: "" } : {}),
		...(compareVersions(version, "1.45") < 0 ? { Container: "", ContainerConfig: configOf({}, version) } : {}),
		Comment: file.history?.at(-1)?.comment ?? "",
		Created: file.created ?? ZERO_TIME,
		Author: file.author ?? "",
		Config: configOf(file.config ?? {}, version),
		Architecture: file.architecture,
		...(file.variant ? { Variant: file.variant } : {}),
		Os: file.os,
		Size,
		...(compareVersions(version, "1.44") < 0 ? { VirtualSize: Size } : {}),
		...(old ? { GraphDriver: { Data: null, Name: "overlayfs" } } : {}),
		RootFS: { Type: "layers", Layers: file.rootfs.diff_ids },
		Metadata: {
			LastTagTime:
				images
					.map(({ updatedAt }) => updatedAt)
					.sort()
					.at(-1) ?? ZERO_TIME,
		},
		...(compareVersions(version, "1.48") < 0
			? {}
			: { Descriptor: platform || descriptor.digest === target.digest ? descriptor : target }),
		...(manifests ? { Manifests: await manifestSummaries(daemon, target) } : {}),
		...(identity ? { Identity: identity } : {}),
	};
}

/** Until API 1.49 all members were there, empty or not. */
function configOf(config: ImageConfig, version: string): ImageConfig {
	if (compareVersions(version, "1.50") >= 0) return config;
	return {
		Hostname: "",
		Domainname: "",
		User: "",
		AttachStdin: false,
		AttachStdout: false,
		AttachStderr: false,
		Tty: false,
		OpenStdin: false,
		StdinOnce: false,
		Env: null,
		Cmd: null,
		Volumes: null,
		WorkingDir: "",
		Entrypoint: null,
		OnBuild: null,
		Labels: null,
		...config,
	};
}

/** Newest first. The top has an id, and what it was made from here; what is below came without one. */
export async function imageHistory(daemon: Daemon, typed: string, platform?: Platform): Promise<HistoryItem[]> {
	const { target, images, file } = await resolveFor(daemon, typed, platform);
	const sizes = await layerSizes(daemon.containerd, file);
	let layer = 0;
	const items = (file.history ?? []).map(
		({ created, created_by, comment, empty_layer }): HistoryItem => ({
			Comment: comment ?? "",
			Created: created ? unixSeconds(created) : 0,
			CreatedBy: created_by ?? "",
			Id: "<missing>",
			Size: empty_layer ? 0 : (sizes[layer++] ?? 0),
			Tags: null,
		}),
	);
	items.reverse();
	const every = await allImages(daemon.containerd);
	let current: NamedImage | undefined = { target, images };
	for (const item of items) {
		if (!current) break;
		item.Id = current.target.digest;
		const tags = current.images.map(({ name }) => familiarTag(name)).filter((tag) => tag !== undefined);
		item.Tags = tags.length > 0 ? tags : null;
		const parent = parentOf(current.images);
		current = every.find((one) => one.target.digest === parent);
	}
	return items;
}
