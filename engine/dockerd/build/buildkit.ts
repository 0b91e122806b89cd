// POST /build?version=2: BuildKit's way, without a session. Its progress goes out as BuildKit's own status messages.

import {
	CHECK_ID,
	DESCRIPTION_ID,
	encodeStatus,
	FILES_ID,
	IMAGE_ID,
	noStatus,
	SOURCE_ID,
	TRACE_ID,
} from "../../api/build-status";
import { build, type RunningBuild } from "../../builder/build";
import { containerdRunner } from "../../builder/run/runner";
import type { BuildBackend, BuildEvent, Warning } from "../../builder/types";
import { withLease } from "../../containerd/api";
import { encodeBase64 } from "../../lib/base64";
import { hex } from "../../lib/bytes";
import { EngineError, invalidParameter } from "../../lib/errors";
import { makeDirectories } from "../../lib/files";
import { familiarString, formatReference, parseNormalized } from "../../lib/reference";
import { type Daemon, DOCKER_ROOT } from "../daemon/daemon";
import { imageEvent } from "../image/event";
import { buildLabel } from "../image/identity";
import { nameImage } from "../image/write";
import { now } from "../time";
import type { OpenedContext } from "./context";
import type { BuildRequest } from "./request";

export type Send = (message: unknown) => Promise<void>;

async function backendOf(daemon: Daemon, { auth }: BuildRequest): Promise<BuildBackend> {
	const { sys, containerd, networks, trace } = daemon;
	const scratch = `${DOCKER_ROOT}/buildkit`;
	await makeDirectories(sys, scratch, 0o700);
	return {
		containerd,
		sys,
		scratch,
		cache: daemon.buildCache,
		trace,
		runStep: containerdRunner(sys, containerd, "/run/docker/build", networks),
		fetchUrl: daemon.fetchUrl,
		authOf: auth,
		nameImage: async (name, target) => void (await nameImage(containerd, parseNormalized(name), target)),
	};
}

/** @param gone resolves when the client does not wait any more */
export async function buildWithBuildKit(
	daemon: Daemon,
	request: BuildRequest,
	{ context, contexts, dockerfile, filename }: OpenedContext,
	send: Send,
	gone: Promise<void>,
): Promise<void> {
	const running = build(
		{
			dockerfile,
			filename,
			context,
			contexts,
			tags: request.tags.map(formatReference),
			buildArgs: request.buildArgs,
			labels: request.labels,
			target: request.target || undefined,
			platform: request.platform || undefined,
			noCache: request.noCache,
			noCacheFilter: request.noCacheFilter,
			cacheFrom: request.cacheFrom,
			pull: request.pull,
			check: request.check,
			describe: request.describe,
			annotations: request.annotations,
			secrets: request.secrets,
			allow: request.allow,
			export: request.output,
			run: {
				network: request.network || "default",
				extraHosts: request.extraHosts.map((entry) => hostOf(daemon, entry)),
				shmSize: request.shmSize || undefined,
				ulimits: request.ulimits.map(({ Name, Soft, Hard }) => ({ name: Name, soft: Soft, hard: Hard })),
				cgroupParent: request.cgroupParent || undefined,
				resources: request.resources,
			},
		},
		await backendOf(daemon, request),
	);
	void gone.then(() => running.cancel());
	await withLease(daemon.containerd, () => follow(daemon, request, running, filename, send));
}

async function follow(daemon: Daemon, request: BuildRequest, running: RunningBuild, filename: string, send: Send): Promise<void> {
	const teller = new Teller(filename.split("/").at(-1)!, request.quiet ? async () => {} : send);
	try {
		for await (const event of running) {
			await teller.tell(event);
			if (event.kind === "files") await send({ id: FILES_ID, aux: encodeBase64(event.data) });
			else if (event.kind === "checked") await send({ id: CHECK_ID, aux: { warnings: event.warnings, error: event.error } });
			else if (event.kind === "described") await send({ id: DESCRIPTION_ID, aux: { json: event.json, text: event.text } });
			else if (event.kind === "built") {
				if (event.names.length === 0) await nameImage(daemon.containerd, undefined, event.target);
				const { target, config, names } = event;
				const labels = buildLabel(hex(daemon.sys.getrandom(13)).slice(0, 25), now(daemon.sys));
				await daemon.containerd["content.update"]({ digest: target.digest, labels });
				await imageEvent(daemon, "create", target);
				for (const name of names) await imageEvent(daemon, "tag", target, familiarString(parseNormalized(name)));
				await send({ id: IMAGE_ID, aux: { ID: target.digest, Descriptor: target, Config: config.digest } });
			}
		}
	} catch (error) {
		if (error instanceof EngineError && typeof error.detail?.line === "number") {
			const { line, endLine } = error.detail;
			await send({ id: SOURCE_ID, aux: { filename: filename.split("/").at(-1), start: line, end: endLine ?? line } });
		}
		throw error;
	}
}

/** "host:ip" */
function hostOf(daemon: Daemon, entry: string): { host: string; ip: string } {
	const at = entry.search(/[:=]/);
	if (at < 1) throw invalidParameter(`bad format for add-host: ${JSON.stringify(entry)}`);
	const ip = entry.slice(at + 1);
	return { host: entry.slice(0, at), ip: ip === "host-gateway" ? (daemon.networks.hostGateways[0] ?? ip) : ip };
}

/** Events → status messages. A vertex is told whole each time, as BuildKit does. */
class Teller {
	private readonly vertexes = new Map<number, ReturnType<typeof noStatus>["vertexes"][number]>();
	constructor(
		private readonly filename: string,
		private readonly send: Send,
	) {}

	async tell(event: BuildEvent): Promise<void> {
		const status = noStatus();
		if (event.kind === "vertex") {
			const { digest, name, inputs } = event;
			this.vertexes.set(event.id, { digest, name, inputs, cached: false, error: "" });
		}
		if (!("id" in event)) return;
		const vertex = this.vertexes.get(event.id)!;
		if (event.kind === "started") vertex.started = event.time;
		if (event.kind === "completed")
			Object.assign(vertex, { completed: event.time, cached: event.cached, error: event.error ?? "" });
		if (event.kind === "vertex" || event.kind === "started" || event.kind === "completed") status.vertexes.push(vertex);
		else if (event.kind === "output") {
			status.logs.push({ vertex: vertex.digest, timestamp: event.time, stream: event.stream, data: event.data });
		} else if (event.kind === "progress") {
			const { what, current, total, started, done, time } = event;
			const completed = done ? time : undefined;
			status.statuses.push({ id: what, vertex: vertex.digest, current, total, timestamp: time, started, completed });
		} else if (event.kind === "warning") status.warnings.push(this.warning(event.warning, vertex.digest));
		else return;
		await this.send({ id: TRACE_ID, aux: encodeBase64(encodeStatus(status)) });
	}
	private warning({ rule, message, description, url, start, end }: Warning, vertex: string) {
		const short = `${rule}: ${message}${start > 0 ? ` (line ${start})` : ""}`;
		return { vertex, level: 1, short, detail: [description], url, filename: this.filename, start, end };
	}
}
