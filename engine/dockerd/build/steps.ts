// The images that the classic builder's steps make: each is an image of its own without a name, whose labels say which one it went on
// from and which container it was committed from; it is found again by both. Those that others went on from are listed with -a alone,
// and go with the last one that was made of them.

import type { CommitRequest, StepConfig } from "../../builder/classic/types";
import { ordered, writeBlob } from "../../builder/export/image";
import type { Mount } from "../../containerd/api";
import { hex } from "../../lib/bytes";
import { digestOf } from "../../lib/digest";
import { chainId } from "../../oci/image/chain-id";
import { OCI_CONFIG, OCI_LAYER_GZIP, OCI_MANIFEST } from "../../oci/image/media-types";
import type { Descriptor, ImageConfig } from "../../oci/image/types";
import type { Daemon } from "../daemon/daemon";
import { PARENT_LABEL, resolveImage } from "../image/names";
import { nameImage } from "../image/write";
import { now } from "../time";

const CONTAINER_LABEL = "org.mobyproject.image.container-config";
/** Of a tar without entries: two blocks of zeros. */
const EMPTY_TAR = digestOf(new Uint8Array(1024));
const EMPTY_STREAM = digestOf(new Uint8Array(0));

export interface StepImages {
	find(parent: string, config: StepConfig): Promise<string | undefined>;
	/** @param lower the parent's files, `upper` with the step's */
	add(request: CommitRequest, lower: Mount[], upper: Mount[]): Promise<string>;
	/** The snapshot of an image; "" for none. */
	chainOf(image: string): Promise<string>;
}

export const stepImages = (daemon: Daemon): StepImages => ({
	find: (parent, config) => find(daemon, parent, config),
	add: (request, lower, upper) => add(daemon, request, lower, upper),
	chainOf: (image) => chainOf(daemon, image),
});

/** Equal for configurations that a step's container may share. */
function fingerprint({ Image: _, ...config }: StepConfig): string {
	const { User, Cmd, Entrypoint, Env, Labels, ExposedPorts, Volumes, WorkingDir, StopSignal, Healthcheck, Shell, OnBuild } =
		config;
	const all = { User, Cmd, Entrypoint, Env, Labels, ExposedPorts, Volumes, WorkingDir, StopSignal, Healthcheck, Shell, OnBuild };
	return digestOf(JSON.stringify(ordered(all as typeof config)));
}

async function find(daemon: Daemon, parent: string, config: StepConfig): Promise<string | undefined> {
	const wanted = fingerprint(config);
	const found = (await daemon.containerd["images.list"]({}))
		.filter(({ labels }) => labels[CONTAINER_LABEL] === wanted && labels[PARENT_LABEL] === parent)
		.sort((one, other) => (one.createdAt < other.createdAt ? 1 : -1));
	return found[0]?.target.digest;
}

async function chainOf(daemon: Daemon, image: string): Promise<string> {
	if (image === "") return "";
	const { target, image: named } = await resolveImage(daemon.containerd, image);
	const { file } = await daemon.content.image(target);
	const key = chainId(file.rootfs.diff_ids);
	const there = await daemon.containerd["snapshots.stat"]({ key }).catch(() => undefined);
	if (!there && key !== "") await daemon.containerd["images.unpack"]({ name: named.name });
	return key;
}

async function add(daemon: Daemon, request: CommitRequest, lower: Mount[], upper: Mount[]): Promise<string> {
	const { containerd, sys } = daemon;
	const parent = request.parent === "" ? undefined : await resolveImage(containerd, request.parent);
	const before = parent && (await daemon.content.image(parent.target));
	const ref = `step-${hex(sys.getrandom(8))}`;
	const made = await containerd["diff.create"]({ lower, upper, mediaType: OCI_LAYER_GZIP, ref });
	const empty = made.diffId === EMPTY_TAR || made.diffId === EMPTY_STREAM;
	const { Image: _, ...config } = request.config;
	const created = now(sys);
	const file: ImageConfig = {
		architecture: "amd64",
		os: "linux",
		created,
		...(request.author ? { author: request.author } : before?.file.author ? { author: before.file.author } : {}),
		config: ordered(config),
		rootfs: { type: "layers", diff_ids: [...(before?.file.rootfs.diff_ids ?? []), ...(empty ? [] : [made.diffId])] },
		history: [
			...(before?.file.history ?? []),
			{
				created,
				created_by: (request.containerConfig.Cmd ?? []).join(" "),
				...(request.author ? { author: request.author } : {}),
				...(empty ? { empty_layer: true } : {}),
			},
		],
	};
	const chain = chainId(file.rootfs.diff_ids);
	const layers: Descriptor[] = [...(before?.manifest.layers ?? []), ...(empty ? [] : [made.descriptor])];
	const target = await write(daemon, file, layers, chain);
	const labels = { [PARENT_LABEL]: request.parent, [CONTAINER_LABEL]: fingerprint(request.containerConfig) };
	const { name } = await nameImage(containerd, undefined, target, labels);
	if (chain !== "") await containerd["images.unpack"]({ name });
	return target.digest;
}

async function write({ containerd }: Daemon, file: ImageConfig, layers: Descriptor[], chain: string): Promise<Descriptor> {
	const ofConfig: Record<string, string> = chain === "" ? {} : { "containerd.io/gc.ref.snapshot.overlayfs": chain };
	const config = await writeBlob(containerd, OCI_CONFIG, file, ofConfig);
	const labels: Record<string, string> = { "containerd.io/gc.ref.content.config": config.digest };
	const plain = layers.map(({ mediaType, digest, size }) => ({ mediaType, digest, size }));
	plain.forEach(({ digest }, at) => {
		labels[`containerd.io/gc.ref.content.l.${at}`] = digest;
	});
	return writeBlob(containerd, OCI_MANIFEST, { schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers: plain }, labels);
}
