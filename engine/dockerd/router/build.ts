// /build: the classic builder's endpoint, and BuildKit's (version=2) for clients that send their context; BuildKit's sessions and its
// gRPC are not spoken here.

import { EngineError, invalidParameter, messageOf } from "../../lib/errors";
import { buildWithBuildKit, type Send } from "../build/buildkit";
import { pruneBuildCache } from "../build/cache";
import { buildClassically } from "../build/classic";
import { openContext } from "../build/context";
import { readBuildRequest } from "../build/request";
import { type Context, type Handler, integer, type Route } from "./route";

const build: Handler = async (context) => {
	const { daemon, request } = context;
	const asked = readBuildRequest(request);
	const opened = await openContext(daemon, asked, request.body);
	const make = asked.version === 2 ? buildWithBuildKit : buildClassically;
	await told(context, (send) => make(daemon, asked, opened, send, context.responder.gone));
};

/** What goes wrong before the first message is an answer of its own, after it a message. */
async function told({ responder }: Context, work: (send: Send) => Promise<void>): Promise<void> {
	let stream: Awaited<ReturnType<typeof responder.stream>> | undefined;
	const send: Send = async (message) => {
		stream ??= await responder.stream(200, { "content-type": "application/json" });
		await stream.write(`${JSON.stringify(message)}\r\n`);
	};
	try {
		await work(send);
	} catch (error) {
		if (!stream) throw error;
		const message = messageOf(error);
		const code = error instanceof EngineError ? error.detail?.code : undefined;
		await send({ errorDetail: { ...(typeof code === "number" ? { code } : {}), message }, error: message });
	}
	stream ??= await responder.stream(200, { "content-type": "application/json" });
	await stream.end();
}

const prune: Handler = async (context) => {
	const { daemon, request, responder } = context;
	const all = request.query.flag("all");
	const keepStorage =
		integer(context, "keep-storage") ?? integer(context, "reserved-space") ?? integer(context, "max-used-space") ?? 0;
	await responder.json(200, await pruneBuildCache(daemon, { all, keepStorage, filters: request.query.get("filters") }));
};

/** A build ends with its connection: there is none to be cancelled by its id. */
const cancel: Handler = async ({ request, responder }) => {
	if (!request.query.get("id")) throw invalidParameter("build ID not provided");
	await responder.respond(200, { "content-type": "application/json" });
};

export const buildRoutes: readonly Route[] = [
	["POST", "/build", build],
	["POST", "/build/prune", prune],
	["POST", "/build/cancel", cancel],
];
