// POST /commit: what a container wrote becomes a layer over its image.

import type { ContainerConfig } from "../../api/container";
import { withLease } from "../../containerd/api";
import { familiarString } from "../../lib/reference";
import { OCI_LAYER_GZIP } from "../../oci/image/media-types";
import type { RunConfig } from "../../oci/image/types";
import { commandOf } from "../container/config";
import type { Container } from "../container/container";
import { applyChanges } from "../image/changes";
import { imageEvent } from "../image/event";
import { allImages, noSuchImage, PARENT_LABEL, parseTarget } from "../image/names";
import { nameImage, writeManifest } from "../image/write";
import { now } from "../time";
import { containerEvent, type Daemon } from "./daemon";
import { pauseContainer, unpauseContainer } from "./stop";

export interface CommitRequest {
	repository: string;
	tag: string;
	comment: string;
	author: string;
	changes: string[];
	pause: boolean;
	config?: Partial<ContainerConfig>;
}

/** Answers the new image's id. */
export const commitContainer = (daemon: Daemon, container: Container, request: CommitRequest): Promise<string> =>
	standing(daemon, container, request.pause, () => withLease(daemon.containerd, () => commit(daemon, container, request)));

async function commit(daemon: Daemon, container: Container, request: CommitRequest): Promise<string> {
	const reference = request.repository ? parseTarget(request.repository, request.tag) : undefined;
	const { stored } = container;
	const parent = (await allImages(daemon.containerd)).find(({ target }) => target.digest === stored.Image);
	if (!parent) throw noSuchImage(stored.Image);
	const { file, manifest } = await daemon.content.image(parent.target);
	const { descriptor, diffId } = await difference(daemon, container.id);

	const created = now(daemon.sys);
	const config = applyChanges(runConfig({ ...container.config, ...request.config }), request.changes);
	const target = await writeManifest(
		daemon.containerd,
		{
			...file,
			created,
			author: request.author,
			config,
			rootfs: { type: "layers", diff_ids: [...file.rootfs.diff_ids, diffId] },
			history: [
				...(file.history ?? []),
				{
					created,
					created_by: commandOf(container.config).join(" "),
					...(request.author ? { author: request.author } : {}),
					...(request.comment ? { comment: request.comment } : {}),
				},
			],
		},
		[...manifest.layers, descriptor],
	);
	await daemon.containerd["images.unpack"]({ target });
	await nameImage(daemon.containerd, reference, target, { [PARENT_LABEL]: stored.Image });
	const imageRef = reference ? familiarString(reference) : "";
	if (reference) await imageEvent(daemon, "tag", target, imageRef);
	containerEvent(daemon, container, "commit", { comment: request.comment, imageID: target.digest, imageRef });
	return target.digest;
}

/** Nothing of it writes meanwhile, unless the caller does not mind. */
async function standing<T>(daemon: Daemon, container: Container, pause: boolean, work: () => Promise<T>): Promise<T> {
	if (!pause || !container.state.Running || container.state.Paused) return work();
	// what cannot be paused, or has ended meanwhile, is committed all the same
	await pauseContainer(daemon, container).catch(() => {});
	try {
		return await work();
	} finally {
		await unpauseContainer(daemon, container).catch(() => {});
	}
}

async function difference(daemon: Daemon, id: string) {
	const { containerd } = daemon;
	const key = `${id}-commit`;
	const lower = await containerd["snapshots.view"]({ key, parent: `${id}-init` });
	try {
		const upper = await containerd["snapshots.mounts"]({ key: id });
		return await containerd["diff.create"]({ lower, upper, mediaType: OCI_LAYER_GZIP, ref: key });
	} finally {
		await containerd["snapshots.remove"]({ key });
	}
}

/** Of a container's configuration what belongs to an image. */
function runConfig(config: ContainerConfig): RunConfig {
	const { User, ExposedPorts, Env, Entrypoint, Cmd, Volumes, WorkingDir, Labels, StopSignal, Healthcheck, OnBuild, Shell } =
		config;
	const all = { User, ExposedPorts, Env, Entrypoint, Cmd, Volumes, WorkingDir, Labels, StopSignal, Healthcheck, OnBuild, Shell };
	const given = Object.entries(all).filter(([, value]) => value !== null && value !== undefined && value !== "");
	return Object.fromEntries(given) as RunConfig;
}
