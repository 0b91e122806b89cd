// POST /build?version=1: the classic builder, with the daemon's own containers, commits and pulls.

import { buildClassic } from "../../builder/classic/build";
import type { ClassicBackend, ClassicImage } from "../../builder/classic/types";
import { withoutIgnored } from "../../builder/context/filter";
import type { BuildContext } from "../../builder/context/types";
import { mounted } from "../../builder/solve/layer";
import { withLease } from "../../containerd/api";
import { collect, hex, text } from "../../lib/bytes";
import { EngineError, isKind, notFound } from "../../lib/errors";
import { makeDirectories } from "../../lib/files";
import { IgnoreMatcher, readIgnore } from "../../lib/ignore";
import { familiarString, formatReference, parseNormalized, tagNameOnly } from "../../lib/reference";
import { parsePlatform } from "../../oci/image/platform";
import { rootPath } from "../../oci/layer/root-path";
import { createContainer } from "../daemon/create";
import { containerEvent, type Daemon, DOCKER_ROOT } from "../daemon/daemon";
import { removeContainer } from "../daemon/remove";
import { startContainer } from "../daemon/start";
import { imageEvent } from "../image/event";
import { resolveImage } from "../image/names";
import { pullImage } from "../image/pull";
import { nameImage } from "../image/write";
import type { Send } from "./buildkit";
import type { OpenedContext } from "./context";
import type { BuildRequest } from "./request";
import { type StepImages, stepImages } from "./steps";

/** Quietly, what there would be to say is said only before an error. */
export async function buildClassically(
	daemon: Daemon,
	request: BuildRequest,
	opened: OpenedContext,
	send: Send,
	gone: Promise<void>,
): Promise<void> {
	if (!request.quiet) {
		await build(daemon, request, opened, send, gone);
		return;
	}
	const unsaid: unknown[] = [];
	const keep: Send = async (message) => {
		unsaid.push(message);
	};
	try {
		const id = await build(daemon, request, opened, keep, gone);
		await send({ stream: `${id}\n` });
	} catch (error) {
		for (const message of unsaid) await send(message);
		throw error;
	}
}

/** Gives the image's id. */
async function build(
	daemon: Daemon,
	request: BuildRequest,
	{ context, dockerfile, filename }: OpenedContext,
	send: Send,
	gone: Promise<void>,
): Promise<string> {
	let cancelled = false;
	const backend = new DaemonBackend(daemon, request, send, () => cancelled);
	void gone.then(() => {
		cancelled = true;
		backend.cancel();
	});
	const id = await withLease(daemon.containerd, async () =>
		buildClassic(
			{
				dockerfile,
				filename,
				context: await withoutDockerfile(context, filename),
				buildArgs: request.buildArgs,
				labels: request.labels,
				target: request.target,
				platform: request.platform,
				noCache: request.noCache,
				pull: request.pull,
				remove: request.remove,
				forceRemove: request.forceRemove,
				cacheFrom: request.cacheFrom,
				network: request.network,
			},
			backend,
		),
	);
	const { target } = await resolveImage(daemon.containerd, id);
	for (const reference of request.tags) await nameImage(daemon.containerd, reference, target);
	await backend.say(`Successfully built ${id.replace(/^sha256:/, "").slice(0, 12)}\n`);
	for (const reference of request.tags) {
		await imageEvent(daemon, "tag", target, familiarString(reference));
		await backend.say(`Successfully tagged ${familiarString(reference)}\n`);
	}
	return id;
}

/** The client has left out what .dockerignore names, but had to send these two: they go where it names them. */
async function withoutDockerfile(context: BuildContext, dockerfile: string): Promise<BuildContext> {
	if ((await context.stat(".dockerignore"))?.type !== "file") return context;
	const matcher = new IgnoreMatcher(readIgnore(text(await collect(context.read(".dockerignore")))));
	const named = [".dockerignore", dockerfile].filter((name) => matcher.ignores(name));
	return named.length === 0 ? context : withoutIgnored(context, new IgnoreMatcher(named));
}

const RED = "\x1b[91m";
const PLAIN = "\x1b[0m";

class DaemonBackend implements ClassicBackend {
	readonly sys: Daemon["sys"];
	readonly fetchUrl: Daemon["fetchUrl"];
	readonly cancelled: () => boolean;
	private readonly steps: StepImages;
	private running = "";

	constructor(
		private readonly daemon: Daemon,
		private readonly request: BuildRequest,
		private readonly send: Send,
		cancelled: () => boolean,
	) {
		this.sys = daemon.sys;
		this.fetchUrl = daemon.fetchUrl;
		this.cancelled = cancelled;
		this.steps = stepImages(daemon);
	}
	cancel(): void {
		if (this.running) void this.remove(this.running).catch(() => {});
	}

	async say(stream: string): Promise<void> {
		await this.send({ stream });
	}
	output(stream: 1 | 2, data: Uint8Array): Promise<void> {
		const words = text(data);
		return this.say(stream === 2 ? `${RED}${words}${PLAIN}` : words);
	}
	async told(ID: string): Promise<void> {
		await this.send({ aux: { ID } });
	}

	async image(name: string, options: { localOnly: boolean; pull: boolean; platform: string }): Promise<ClassicImage> {
		const { daemon } = this;
		if (name === "") return { id: "", config: {}, history: [], diffIds: [] };
		if (options.platform !== "") parsePlatform(options.platform);
		if (options.pull && !options.localOnly && !name.startsWith("sha256:")) await this.pull(name);
		const resolved = await resolveImage(daemon.containerd, name).catch(async (error: unknown) => {
			if (options.localOnly || !isKind(error, "notFound")) throw error;
			await this.pull(name);
			return resolveImage(daemon.containerd, name);
		});
		const { file } = await daemon.content.image(resolved.target);
		return {
			id: resolved.target.digest,
			config: file.config ?? {},
			history: file.history ?? [],
			diffIds: file.rootfs.diff_ids,
		};
	}
	private async pull(name: string): Promise<void> {
		const reference = tagNameOnly(parseNormalized(name));
		const fromImage = formatReference(reference);
		await pullImage(this.daemon, { fromImage, tag: "", auth: this.request.auth(fromImage) }, this.send);
	}

	cached: ClassicBackend["cached"] = (parent, config) => this.steps.find(parent, config);

	async create(config: Parameters<ClassicBackend["create"]>[0]): Promise<string> {
		const { request } = this;
		const { resources } = request;
		const created = await createContainer(
			this.daemon,
			{
				...(config as object),
				Image: config.Image,
				// a command of its own, whatever the image says
				...(config.Entrypoint ? {} : { Entrypoint: config.Cmd?.length ? [""] : null }),
				HostConfig: {
					NetworkMode: request.network || "default",
					ExtraHosts: request.extraHosts,
					ShmSize: request.shmSize || undefined,
					Ulimits: request.ulimits,
					CgroupParent: request.cgroupParent,
					Memory: resources.memory,
					MemorySwap: resources.memorySwap,
					CpuShares: resources.cpuShares,
					CpuPeriod: resources.cpuPeriod,
					CpuQuota: resources.cpuQuota,
					CpusetCpus: resources.cpusetCpus,
					CpusetMems: resources.cpusetMems,
					LogConfig: { Type: "none", Config: {} },
				},
			} as never,
			{ name: "" },
		);
		return created.Id;
	}

	async run(id: string, output: (stream: 1 | 2, data: Uint8Array) => void): Promise<number> {
		const container = this.daemon.containers.get(id);
		this.running = id;
		try {
			const attached = new Promise<void>((resolve) => {
				container.pendingAttach.add((hub) => {
					if (!hub) return resolve();
					const attachment = hub.addSink(async (stream, bytes) => output(stream === "stderr" ? 2 : 1, bytes));
					void attachment.ended.then(resolve);
				});
			});
			const ended = container.waiters.wait("next-exit");
			containerEvent(this.daemon, container, "attach");
			await startContainer(this.daemon, container);
			const { code } = await ended;
			await attached;
			return code;
		} finally {
			this.running = "";
		}
	}

	async makeWorkdir(id: string): Promise<void> {
		const { WorkingDir } = this.daemon.containers.get(id).config;
		if (!WorkingDir) return;
		await this.daemon.rootfs.with(id, async (root) => {
			const path = await rootPath(this.sys, root, WorkingDir);
			await makeDirectories(this.sys, path);
		});
	}

	async remove(id: string): Promise<void> {
		const container = this.daemon.containers.all().find((one) => one.id === id);
		if (container) await removeContainer(this.daemon, container, { force: true, volumes: true });
	}

	commit: ClassicBackend["commit"] = async (id, request) => {
		const { containerd } = this.daemon;
		const key = `${id}-commit`;
		const lower = await containerd["snapshots.view"]({ key, parent: `${id}-init` });
		try {
			return await this.steps.add(request, lower, await containerd["snapshots.mounts"]({ key: id }));
		} finally {
			await containerd["snapshots.remove"]({ key });
		}
	};

	change: ClassicBackend["change"] = async (request, work) => {
		const { containerd } = this.daemon;
		const key = `build-${hex(this.sys.getrandom(8))}`;
		const parent = await this.steps.chainOf(request.parent);
		const upper = await containerd["snapshots.prepare"]({ key, parent });
		try {
			await mounted(this.place(), upper, work);
			const option = upper[0]?.options.find((one) => one.startsWith("lowerdir="));
			const lower = option ? [{ type: "overlay", source: "overlay", options: [option] }] : [];
			return await this.steps.add(request, lower, upper);
		} finally {
			await containerd["snapshots.remove"]({ key });
		}
	};

	async files<T>(id: string, work: (root: string) => Promise<T>): Promise<T> {
		const { containerd } = this.daemon;
		const parent = await this.steps.chainOf(id);
		if (parent === "") throw notFound("an image without files has nothing to copy");
		const key = `build-files-${hex(this.sys.getrandom(8))}`;
		const mounts = await containerd["snapshots.view"]({ key, parent });
		try {
			return await mounted(this.place(), mounts, work);
		} finally {
			await containerd["snapshots.remove"]({ key });
		}
	}
	private place(): { sys: Daemon["sys"]; scratch: string } {
		return { sys: this.sys, scratch: `${DOCKER_ROOT}/tmp` };
	}
}

/** Of a command that failed; the client exits with its code. */
export const exitCodeOf = (error: unknown): number | undefined =>
	error instanceof EngineError && typeof error.detail?.code === "number" ? error.detail.code : undefined;
