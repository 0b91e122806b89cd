// /exec and /containers/{id}/exec.

import type { ExecCreateRequest } from "../../api/container";
import { checkExec, createExec, inspectExec, startExec } from "../daemon/exec";
import { resizeExec } from "../daemon/resize";
import { streamType } from "./container";
import { type Handler, integer, type Route, readJson } from "./route";

const create: Handler = async (context) => {
	const { daemon, params, responder } = context;
	const container = daemon.containers.get(params.id!);
	const request = await readJson<ExecCreateRequest>(context);
	const exec = createExec(daemon, container, request ?? {});
	await responder.json(201, { Id: exec.id });
};

const start: Handler = async (context) => {
	const { daemon, params, responder, version } = context;
	const exec = daemon.execs.get(params.id!);
	const body = await readJson<{ Detach?: boolean; Tty?: boolean; ConsoleSize?: [number, number] | null }>(context, false);
	checkExec(exec);
	if (body?.ConsoleSize) exec.consoleSize = body.ConsoleSize;
	if (body?.Detach) {
		await startExec(daemon, exec);
		await responder.respond(200);
		return;
	}
	const connection = await responder.upgrade("tcp", { "content-type": streamType(exec.tty, version) });
	try {
		await startExec(daemon, exec, connection);
	} finally {
		await connection.close();
	}
};

const inspect: Handler = async ({ daemon, params, responder }) => {
	await responder.json(200, inspectExec(daemon.execs.get(params.id!)));
};

const resize: Handler = async (context) => {
	const [height, width] = [integer(context, "h") ?? 0, integer(context, "w") ?? 0];
	await resizeExec(context.daemon, context.daemon.execs.get(context.params.id!), { height, width });
	await context.responder.respond(200);
};

export const execRoutes: readonly Route[] = [
	["POST", "/containers/{id}/exec", create],
	["POST", "/exec/{id}/start", start],
	["GET", "/exec/{id}/json", inspect],
	["POST", "/exec/{id}/resize", resize],
];
