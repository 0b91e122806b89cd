// /containers: the table, and what each row makes of its request.

import type { ContainerCreateRequest, HostConfig, PathStat, WaitResponse } from "../../api/container";
import { compareVersions } from "../../api/version";
import { utf8 } from "../../lib/bytes";
import { conflict, invalidParameter, notFound } from "../../lib/errors";
import { parseSignal, SIGNALS } from "../../lib/linux";
import { encodeBase64 } from "../base64";
import type { Container } from "../container/container";
import { exportContainer, readArchive, statPath, writeArchive } from "../daemon/archive";
import { attachContainer, checkAttach } from "../daemon/attach";
import { containerChanges } from "../daemon/changes";
import { commitContainer } from "../daemon/commit";
import { createContainer } from "../daemon/create";
import { inspectContainer } from "../daemon/inspect";
import { listContainers } from "../daemon/list";
import { pruneContainers } from "../daemon/prune";
import { removeContainer } from "../daemon/remove";
import { renameContainer } from "../daemon/rename";
import { resizeContainer } from "../daemon/resize";
import { restartContainer } from "../daemon/restart";
import { startContainer } from "../daemon/start";
import { containerStats, type StatsResponse } from "../daemon/stats";
import { killContainer, pauseContainer, type StopOptions, stopContainer, unpauseContainer } from "../daemon/stop";
import { topContainer } from "../daemon/top";
import { updateContainer } from "../daemon/update";
import { parseCondition, waitContainer } from "../daemon/wait";
import { readLog } from "../logs/jsonfile";
import { parseDetachKeys } from "../stream/detach";
import { frame, MULTIPLEXED_STREAM, RAW_STREAM } from "../stream/frame";
import { parseTimestamp } from "../time";
import { type Context, type Handler, integer, type Route, readJson } from "./route";

const containerOf = ({ daemon, params }: Context): Container => daemon.containers.get(params.id!);

const list: Handler = async ({ daemon, request, responder, ...rest }) => {
	const { query } = request;
	const limit = integer({ daemon, request, responder, ...rest }, "limit") ?? 0;
	const options = { all: query.flag("all"), limit, size: query.flag("size"), filters: query.get("filters") };
	await responder.json(200, await listContainers(daemon, options));
};

const create: Handler = async (context) => {
	const { daemon, request, responder } = context;
	const body = await readJson<ContainerCreateRequest>(context);
	if (!body || typeof body !== "object") throw invalidParameter("config cannot be empty in order to create a container");
	await responder.json(201, await createContainer(daemon, body, request.query.get("name") ?? ""));
};

const inspect: Handler = async (context) => {
	const { daemon, request, responder, version } = context;
	await responder.json(200, await inspectContainer(daemon, containerOf(context), version, request.query.flag("size")));
};

const start: Handler = async (context) => {
	await startContainer(context.daemon, containerOf(context));
	await context.responder.respond(204);
};

function stopOptions(context: Context): StopOptions {
	const signal = context.request.query.get("signal") || undefined;
	if (signal && parseSignal(signal) === undefined) throw invalidParameter(`Invalid signal: ${signal}`);
	return { signal, timeout: integer(context, "t") };
}
const stop: Handler = async (context) => {
	await stopContainer(context.daemon, containerOf(context), stopOptions(context));
	await context.responder.respond(204);
};
const restart: Handler = async (context) => {
	await restartContainer(context.daemon, containerOf(context), stopOptions(context));
	await context.responder.respond(204);
};
const kill: Handler = async (context) => {
	const text = context.request.query.get("signal") || "KILL";
	const signal = parseSignal(text);
	if (signal === undefined) throw invalidParameter(`Invalid signal: ${text}`);
	let container: Container;
	try {
		container = containerOf(context);
	} catch (error) {
		throw notFound(`Cannot kill container: ${context.params.id}: ${(error as Error).message}`);
	}
	await killContainer(context.daemon, container, signal ?? SIGNALS.SIGKILL, context.params.id!);
	await context.responder.respond(204);
};
const pause: Handler = async (context) => {
	await pauseContainer(context.daemon, containerOf(context));
	await context.responder.respond(204);
};
const unpause: Handler = async (context) => {
	await unpauseContainer(context.daemon, containerOf(context));
	await context.responder.respond(204);
};

const remove: Handler = async (context) => {
	const { query } = context.request;
	await removeContainer(context.daemon, containerOf(context), { force: query.flag("force"), volumes: query.flag("v") });
	await context.responder.respond(204);
};

const rename: Handler = async (context) => {
	await renameContainer(context.daemon, containerOf(context), context.request.query.get("name") ?? "");
	await context.responder.respond(204);
};

const update: Handler = async (context) => {
	const change = await readJson<Partial<HostConfig>>(context);
	await updateContainer(context.daemon, containerOf(context), change ?? {});
	await context.responder.json(200, { Warnings: null });
};

const resize: Handler = async (context) => {
	const [height, width] = [integer(context, "h") ?? 0, integer(context, "w") ?? 0];
	await resizeContainer(context.daemon, containerOf(context), { height, width });
	await context.responder.respond(200);
};

const wait: Handler = async (context) => {
	const condition = parseCondition(context.request.query.get("condition"));
	const result = waitContainer(containerOf(context), condition);
	// The head goes out at once: a client starts the container when it knows that it is waiting.
	const stream = await context.responder.stream(200, { "content-type": "application/json" });
	const { code, error } = (await Promise.race([result, stream.gone.then(() => undefined)])) ?? { code: 0 };
	const body: WaitResponse = { StatusCode: code, ...(error ? { Error: { Message: error } } : {}) };
	if (!stream.closed) await stream.write(`${JSON.stringify(body)}\n`);
	await stream.end();
};

const attach: Handler = async (context) => {
	const { daemon, request, responder, version } = context;
	const { query } = request;
	const container = containerOf(context);
	const detachKeys = parseDetachKeys(query.get("detachKeys"));
	checkAttach(container);
	const connection = await responder.upgrade("tcp", { "content-type": streamType(container.config.Tty, version) });
	try {
		await attachContainer(daemon, container, connection, {
			stdin: query.flag("stdin") && container.config.OpenStdin,
			stdout: query.flag("stdout"),
			stderr: query.flag("stderr"),
			logs: query.flag("logs"),
			stream: query.flag("stream"),
			detachKeys,
		});
	} finally {
		await connection.close();
	}
};

export const streamType = (tty: boolean, version: string): string =>
	!tty && compareVersions(version, "1.42") >= 0 ? MULTIPLEXED_STREAM : RAW_STREAM;

const logs: Handler = async (context) => {
	const { daemon, request, responder, version } = context;
	const { query } = request;
	const container = containerOf(context);
	const streams = { stdout: query.flag("stdout"), stderr: query.flag("stderr") };
	if (!streams.stdout && !streams.stderr) {
		throw invalidParameter("Bad parameters: you must choose at least one stream");
	}
	if (!container.stored.LogPath) throw conflict("configured logging driver does not support reading");
	const tail = query.get("tail") ?? "all";
	const since = parseTimestamp(query.get("since"), daemon.sys.now());
	const until = parseTimestamp(query.get("until"), daemon.sys.now());
	const timestamps = query.flag("timestamps");
	const { Tty } = container.config;
	const stream = await responder.stream(200, { "content-type": streamType(Tty, version) });
	const follow = query.flag("follow") && container.log ? { log: container.log, cancelled: stream.gone } : undefined;
	const records = readLog(daemon.sys, container.stored.LogPath, {
		tail: /^\d+$/.test(tail) ? Number(tail) : undefined,
		since: since || undefined,
		until: until || undefined,
		follow,
	});
	for await (const record of records) {
		if (!streams[record.stream] || stream.closed) continue;
		const line = utf8(timestamps ? `${record.time} ${record.log}` : record.log);
		await stream.write(Tty ? line : frame(record.stream, line));
	}
	await stream.end();
};

const top: Handler = async (context) => {
	const args = context.request.query.get("ps_args") ?? "-ef";
	await context.responder.json(200, await topContainer(context.daemon, containerOf(context), args));
};

const changes: Handler = async (context) => {
	await context.responder.json(200, await containerChanges(context.daemon, containerOf(context)));
};

const stats: Handler = async (context) => {
	const { daemon, request, responder } = context;
	const container = containerOf(context);
	if (!request.query.flag("stream", true)) {
		await responder.json(200, await containerStats(daemon, container));
		return;
	}
	const stream = await responder.stream(200, { "content-type": "application/json" });
	let before: StatsResponse | undefined;
	while (!stream.closed) {
		before = await containerStats(daemon, container, before);
		await stream.write(`${JSON.stringify(before)}\n`);
		if (!daemon.containers.has(container.id)) break;
		await Promise.race([daemon.sys.nanosleep(1000), stream.gone]);
	}
	await stream.end();
};

const pathOf = ({ request }: Context): string => {
	const path = request.query.get("path");
	if (!path) throw invalidParameter("bad parameter: path cannot be empty");
	return path;
};
const statHeader = (stat: PathStat) => ({ "x-docker-container-path-stat": encodeBase64(utf8(JSON.stringify(stat))) });

const archiveStat: Handler = async (context) => {
	const stat = await statPath(context.daemon, containerOf(context), pathOf(context), context.params.id!);
	await context.responder.respond(200, statHeader(stat));
};
const archiveGet: Handler = async (context) => {
	await readArchive(context.daemon, containerOf(context), pathOf(context), context.params.id!, async (stat, tar) => {
		const stream = await context.responder.stream(200, { "content-type": "application/x-tar", ...statHeader(stat) });
		for await (const piece of tar) await stream.write(piece);
		await stream.end();
	});
};
const archivePut: Handler = async (context) => {
	await writeArchive(context.daemon, containerOf(context), pathOf(context), context.params.id!, context.request.body);
	await context.responder.respond(200);
};
const exportTar: Handler = async (context) => {
	await exportContainer(context.daemon, containerOf(context), async (tar) => {
		const stream = await context.responder.stream(200, { "content-type": "application/octet-stream" });
		for await (const piece of tar) await stream.write(piece);
		await stream.end();
	});
};

const commit: Handler = async (context) => {
	const { daemon, request, responder } = context;
	const { query } = request;
	const config = await readJson<Partial<ContainerCreateRequest>>(context, false);
	const container = daemon.containers.get(query.get("container") ?? "");
	const Id = await commitContainer(daemon, container, {
		repository: query.get("repo") ?? "",
		tag: query.get("tag") ?? "",
		comment: query.get("comment") ?? "",
		author: query.get("author") ?? "",
		changes: query.all("changes"),
		pause: query.flag("pause", true),
		config: config ?? undefined,
	});
	await responder.json(201, { Id });
};

const prune: Handler = async ({ daemon, request, responder }) => {
	await responder.json(200, await pruneContainers(daemon, request.query.get("filters")));
};

export const containerRoutes: readonly Route[] = [
	["GET", "/containers/json", list],
	["POST", "/containers/create", create],
	["POST", "/containers/prune", prune],
	["GET", "/containers/{id}/json", inspect],
	["POST", "/containers/{id}/start", start],
	["POST", "/containers/{id}/stop", stop],
	["POST", "/containers/{id}/restart", restart],
	["POST", "/containers/{id}/kill", kill],
	["POST", "/containers/{id}/pause", pause],
	["POST", "/containers/{id}/unpause", unpause],
	["POST", "/containers/{id}/wait", wait],
	["POST", "/containers/{id}/attach", attach],
	["POST", "/containers/{id}/resize", resize],
	["POST", "/containers/{id}/rename", rename],
	["POST", "/containers/{id}/update", update],
	["GET", "/containers/{id}/logs", logs],
	["GET", "/containers/{id}/top", top],
	["GET", "/containers/{id}/stats", stats],
	["GET", "/containers/{id}/changes", changes],
	["GET", "/containers/{id}/export", exportTar],
	["HEAD", "/containers/{id}/archive", archiveStat],
	["GET", "/containers/{id}/archive", archiveGet],
	["PUT", "/containers/{id}/archive", archivePut],
	["DELETE", "/containers/{id}", remove],
	["POST", "/commit", commit],
];
