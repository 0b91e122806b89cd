// /exec and /containers/{id}/exec.

import { compareVersions } from "../../api/version";
import { invalidParameter } from "../../lib/errors";
import { checkExec, createExec, inspectExec, startExec } from "../daemon/exec";
import { resizeExec } from "../daemon/resize";
import { frame } from "../stream/frame";
import { execCreate, execStart } from "./body/container";
import { hijack, streamType } from "./hijack";
import { containerOf, type Handler, type Route, readJson, terminalSize } from "./route";

const create: Handler = async (context) => {
	const { daemon, params, responder, version } = context;
	const request = (await readJson(context, execCreate)) ?? {};
	if (!request.Cmd?.length) throw invalidParameter("No exec command specified");
	if (compareVersions(version, "1.42") < 0) delete request.ConsoleSize;
	const container = containerOf(context);
	const exec = createExec(daemon, container, request, params.id!);
	await responder.json(201, { Id: exec.id });
};

const start: Handler = async (context) => {
	const { daemon, params, responder, version } = context;
	const { Detach, Tty = false, ConsoleSize } = (await readJson(context, execStart)) ?? {};
	const exec = daemon.execs.get(params.id!);
	checkExec(exec);
	if (ConsoleSize && Tty && compareVersions(version, "1.42") >= 0) exec.consoleSize = ConsoleSize;
	if (Detach) {
		await startExec(daemon, exec);
		await responder.respond(200);
		return;
	}
	const connection = await hijack(context, streamType(Tty, version));
	try {
		await startExec(daemon, exec, {
			send: (stream, bytes) => connection.write(Tty ? bytes : frame(stream, bytes)),
			input: connection,
			failed: "tell",
		});
	} finally {
		await connection.close();
	}
};

const inspect: Handler = async ({ daemon, params, responder }) => {
	await responder.json(200, inspectExec(daemon.execs.get(params.id!)));
};

const resize: Handler = async (context) => {
	const size = terminalSize(context);
	await resizeExec(context.daemon, context.daemon.execs.get(context.params.id!), size);
	await context.responder.respond(200);
};

export const execRoutes: readonly Route[] = [
	["POST", "/containers/{id*}/exec", create],
	["POST", "/exec/{id*}/start", start],
	["GET", "/exec/{id*}/json", inspect],
	["POST", "/exec/{id*}/resize", resize],
];
