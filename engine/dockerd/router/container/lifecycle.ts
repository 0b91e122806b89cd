// What changes a container's state: start to remove.

import { compareVersions } from "../../../api/version";
import { invalidParameter } from "../../../lib/errors";
import { BLOCK_DEVICE_LIMITS } from "../../container/block-io";
import { pruneContainers } from "../../daemon/prune";
import { removeContainer, removeLink } from "../../daemon/remove";
import { renameContainer } from "../../daemon/rename";
import { resizeContainer } from "../../daemon/resize";
import { restartContainer } from "../../daemon/restart";
import { startContainer } from "../../daemon/start";
import { killNamed, pauseContainer, type StopOptions, signalNumber, stopContainer, unpauseContainer } from "../../daemon/stop";
import { updateContainer } from "../../daemon/update";
import { containerUpdate } from "../body/container";
import { type Context, containerOf, type Handler, integer, readJson, terminalSize } from "../route";

/** The shortest JSON object with a member has that many bytes and one more. */
const SHORTEST_BODY = 7;

export const start: Handler = async (context) => {
	const { request, daemon, responder } = context;
	const length = Number(request.headers["content-length"] ?? 0);
	if (length > SHORTEST_BODY || request.headers["transfer-encoding"]) {
		throw invalidParameter("starting container with non-empty request body was deprecated since API v1.22 and removed in v1.24");
	}
	if (request.query.get("checkpoint")) throw invalidParameter("checkpoint is only supported in experimental mode");
	await startContainer(daemon, containerOf(context));
	await responder.respond(204);
};

function stopOptions(context: Context): StopOptions {
	const timeout = integer(context, "t");
	const signal = compareVersions(context.version, "1.42") >= 0 ? context.request.query.get("signal") : undefined;
	return { signal: signal ? signalNumber(signal) : undefined, timeout };
}
export const stop: Handler = async (context) => {
	const options = stopOptions(context);
	await stopContainer(context.daemon, containerOf(context), options);
	await context.responder.respond(204);
};
export const restart: Handler = async (context) => {
	const options = stopOptions(context);
	await restartContainer(context.daemon, containerOf(context), options);
	await context.responder.respond(204);
};
export const kill: Handler = async ({ daemon, params, request, responder }) => {
	await killNamed(daemon, params.id!, request.query.get("signal") ?? "");
	await responder.respond(204);
};
export const pause: Handler = async (context) => {
	await pauseContainer(context.daemon, containerOf(context));
	await context.responder.respond(204);
};
export const unpause: Handler = async (context) => {
	await unpauseContainer(context.daemon, containerOf(context));
	await context.responder.respond(204);
};

export const remove: Handler = async (context) => {
	const { query } = context.request;
	if (query.flag("link")) await removeLink(context.daemon, context.params.id!);
	else {
		const options = { force: query.flag("force"), volumes: query.flag("v") };
		await removeContainer(context.daemon, containerOf(context), options, context.params.id);
	}
	await context.responder.respond(204);
};
export const rename: Handler = async (context) => {
	const name = (context.request.query.get("name") ?? "").trim();
	if (name === "" || name === "/") throw invalidParameter("Neither old nor new names may be empty");
	await renameContainer(context.daemon, containerOf(context), name);
	await context.responder.respond(204);
};

export const update: Handler = async (context) => {
	const { PidsLimit, ...rest } = (await readJson(context, containerUpdate)) ?? {};
	if (compareVersions(context.version, "1.55") < 0) for (const name of BLOCK_DEVICE_LIMITS) delete rest[name];
	const counted = PidsLimit !== undefined && compareVersions(context.version, "1.40") >= 0;
	// Zero and less have always been "no limit".
	const change = counted ? { ...rest, PidsLimit: Math.max(0, PidsLimit ?? 0) } : rest;
	const warnings = await updateContainer(context.daemon, containerOf(context), change);
	await context.responder.json(200, { Warnings: warnings.length > 0 ? warnings : null });
};
export const resize: Handler = async (context) => {
	const size = terminalSize(context);
	await resizeContainer(context.daemon, containerOf(context), size);
	await context.responder.respond(200);
};
export const prune: Handler = async ({ daemon, request, responder }) => {
	await responder.json(200, await pruneContainers(daemon, request.query.get("filters")));
};
