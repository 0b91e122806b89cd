// The Engine API's front door: version, headers, trace, errors. What is behind it is in the tables.

import { API_VERSION, compareVersions, ENGINE_VERSION, isTooOld, MIN_API_VERSION, spokenVersion } from "../../api/version";
import { EngineError, ERROR_STATUS, invalidParameter, messageOf } from "../../lib/errors";
import type { Headers, Request, Responder } from "../../lib/http/types";
import { clean } from "../../lib/path";
import type { Daemon } from "../daemon/daemon";
import { buildRoutes } from "./build";
import { containerRoutes } from "./container";
import { distributionRoutes } from "./distribution";
import { execRoutes } from "./exec";
import { imageRoutes } from "./image";
import { networkRoutes } from "./network";
import { pluginRoutes } from "./plugin";
import { type Context, compile, splitVersion, unreadable } from "./route";
import { swarmRoutes } from "./swarm";
import { systemRoutes } from "./system";
import { volumeRoutes } from "./volume";

const find = compile([
	...systemRoutes,
	...buildRoutes,
	...containerRoutes,
	...execRoutes,
	...imageRoutes,
	...volumeRoutes,
	...networkRoutes,
	...distributionRoutes,
	...pluginRoutes,
	...swarmRoutes,
]);

export const COMMON_HEADERS: Headers = {
	"api-version": API_VERSION,
	"docker-experimental": "false",
	ostype: "linux",
	server: `Docker/${ENGINE_VERSION} (linux)`,
};
/** Since which version errors are JSON. */
const OLDEST_JSON = "1.24";

/** Go's path.Clean for a URL's path: what is not so is asked for anew. A slash at its end stays. */
function cleanPath(path: string): string {
	const straight = clean(path);
	return path.endsWith("/") && straight !== "/" ? `${straight}/` : straight;
}

/** A longer body is traced without its text. */
const TRACED_BODY = 64 * 1024;

/** @param peer PID of the client, for the trace */
export async function serveRequest(daemon: Daemon, request: Request, plain: Responder, peer?: number): Promise<void> {
	const responder = traced(daemon, request, plain);
	const { version: asked, path } = splitVersion(request.path);
	const version = spokenVersion(asked, request.headers["user-agent"]);
	const context: Context = { daemon, request, responder, params: {}, version };
	try {
		await traceRequest(context, peer);
		const straight = cleanPath(request.path);
		if (straight !== request.path) {
			const query = request.target.indexOf("?");
			await responder.respond(301, { location: straight + (query < 0 ? "" : request.target.slice(query)) });
			return;
		}
		const { handler, params } = find(request.method, path);
		checkVersion(version);
		checkQuery(request.target);
		await handler({ ...context, params });
		if (!responder.answered) await responder.respond(200);
	} catch (error) {
		if (responder.answered) throw error;
		const status = error instanceof EngineError ? ERROR_STATUS[error.kind] : 500;
		if (!(error instanceof EngineError)) console.error(`Handler for ${request.method} ${request.path}: ${stackOf(error)}`);
		if (status === 304) await responder.respond(status);
		// What is that old may not read JSON where it expects words.
		else if (compareVersions(version, OLDEST_JSON) < 0) {
			await responder.respond(status, { "content-type": "text/plain; charset=utf-8" }, `${messageOf(error)}\n`);
		} else await responder.json(status, { message: messageOf(error) });
	}
}

const stackOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

/** What Go's url.ParseQuery refuses. */
function checkQuery(target: string): void {
	const [bad] = /%(?![0-9a-fA-F]{2}).{0,2}/.exec(target.split("?")[1] ?? "") ?? [];
	if (bad !== undefined) throw invalidParameter(`invalid URL escape ${JSON.stringify(bad)}`);
	if (target.split("?")[1]?.includes(";")) throw invalidParameter("invalid semicolon separator in query");
}

function checkVersion(version: string): void {
	if (compareVersions(version, API_VERSION) > 0) {
		throw invalidParameter(`client version ${version} is too new. Maximum supported API version is ${API_VERSION}`);
	}
	if (isTooOld(version)) {
		throw invalidParameter(
			`client version ${version} is too old. Minimum supported API version is ${MIN_API_VERSION}, please upgrade your client to a newer version`,
		);
	}
}

async function traceRequest(context: Context, peer: number | undefined): Promise<void> {
	const { daemon, request } = context;
	const json = request.headers["content-type"]?.startsWith("application/json") ?? false;
	// without a length, what it would come to is not known
	const length = Number(request.headers["content-length"] ?? Number.POSITIVE_INFINITY);
	if (json && length <= TRACED_BODY) context.body = await request.body.text().catch(unreadable);
	const { id, method, target } = request;
	const client = request.headers["user-agent"];
	daemon.trace.emit("api", {
		type: "http.request",
		id,
		method,
		path: target,
		...(peer ? { peer } : {}),
		...(client ? { client } : {}),
		...(context.body ? { body: context.body } : {}),
	});
}

/** Adds the common headers, and tells the trace what is answered. */
function traced({ trace }: Daemon, { id }: Request, plain: Responder): Responder {
	const tell = (status: number, bytes: number, body?: string): void =>
		trace.emit("api", { type: "http.response", id, status, bytes, ...(body !== undefined ? { body } : {}) });
	const sized = (body: Uint8Array | string | undefined): number => body?.length ?? 0;
	return {
		get answered() {
			return plain.answered;
		},
		gone: plain.gone,
		respond(status, headers, body) {
			tell(status, sized(body), typeof body === "string" ? body.slice(0, TRACED_BODY) : undefined);
			return plain.respond(status, { ...COMMON_HEADERS, ...headers }, body);
		},
		json(status, value, headers) {
			const body = `${JSON.stringify(value)}\n`;
			tell(status, body.length, body.slice(0, TRACED_BODY));
			return plain.respond(status, { ...COMMON_HEADERS, "content-type": "application/json", ...headers }, body);
		},
		stream(status, headers) {
			tell(status, 0);
			return plain.stream(status, { ...COMMON_HEADERS, ...headers });
		},
		upgrade(protocol, headers) {
			trace.emit("api", { type: "http.upgrade", id, protocol });
			return plain.upgrade(protocol, { ...COMMON_HEADERS, ...headers });
		},
	};
}
