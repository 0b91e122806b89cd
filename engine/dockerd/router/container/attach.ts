// POST /containers/{id}/attach and GET …/attach/ws: a connection, or a WebSocket, becomes the container's streams.

import { compareVersions } from "../../../api/version";
import { EngineError, ERROR_STATUS, invalidParameter, messageOf } from "../../../lib/errors";
import { hasToken } from "../../../lib/http/parse";
import { acceptKey, webSocket } from "../../../lib/http/websocket";
import type { Duplex } from "../../../lib/stream";
import { attachContainer, checkAttach } from "../../daemon/attach";
import { parseDetachKeys } from "../../stream/detach";
import { RAW_STREAM } from "../../stream/frame";
import { hijack, streamType } from "../hijack";
import { type Context, containerOf, type Handler } from "../route";

function prepared(context: Context) {
	const { query } = context.request;
	const detachKeys = parseDetachKeys(query.get("detachKeys"));
	const container = containerOf(context);
	checkAttach(container, context.params.id!);
	return { container, detachKeys, logs: query.flag("logs"), stream: query.flag("stream") };
}

export const attach: Handler = async (context) => {
	const { daemon, request, responder, version } = context;
	const { query } = request;
	let ready: ReturnType<typeof prepared>;
	try {
		ready = prepared(context);
	} catch (error) {
		// Docker has taken the connection over by now: the words come as they are.
		const status = error instanceof EngineError ? ERROR_STATUS[error.kind] : 500;
		const headers = { "content-type": RAW_STREAM, connection: "close" };
		await responder.respond(status, headers, `${messageOf(error)}\r\n`);
		return;
	}
	const { container, ...options } = ready;
	const upgrading = request.headers.upgrade !== undefined;
	const connect = () => hijack(context, upgrading ? streamType(container.config.Tty, version) : RAW_STREAM);
	await attachContainer(daemon, container, connect, {
		...options,
		stdin: query.flag("stdin") && container.config.OpenStdin,
		stdout: query.flag("stdout"),
		stderr: query.flag("stderr"),
		multiplexed: !container.config.Tty,
	});
};

/** RFC 6455. What is sent comes in frames as it was written, text before API 1.28, binary since. */
export const attachWebSocket: Handler = async (context) => {
	const { daemon, request, responder, version } = context;
	const { query, headers } = request;
	const { container, ...options } = prepared(context);
	const key = headers["sec-websocket-key"];
	if (!hasToken(headers, "upgrade", "websocket") || key === undefined) throw invalidParameter("not websocket protocol");
	// Which streams is asked since API 1.42; before, it was all of them.
	const wants = (name: string): boolean => compareVersions(version, "1.42") < 0 || query.flag(name);
	const accept = await acceptKey(key);
	const connect = async (): Promise<Duplex> => {
		const connection = await responder.upgrade("websocket", { "sec-websocket-accept": accept });
		return webSocket(connection, compareVersions(version, "1.28") >= 0 ? "binary" : "text");
	};
	await attachContainer(daemon, container, connect, {
		...options,
		stdin: wants("stdin") && container.config.OpenStdin,
		stdout: wants("stdout"),
		stderr: wants("stderr"),
		multiplexed: false,
	});
};
