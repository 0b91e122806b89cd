// A row of a router's table, and how a request finds its row.

import { API_VERSION } from "../../api/version";
import { text } from "../../lib/bytes";
import { EngineError, invalidParameter, messageOf, notFound } from "../../lib/errors";
import { MalformedMessage } from "../../lib/http/parse";
import type { Request, Responder } from "../../lib/http/types";
import { parseJson } from "../../lib/json-problem";
import type { Daemon } from "../daemon/daemon";

export interface Context {
	daemon: Daemon;
	request: Request;
	responder: Responder;
	/** The pieces of the path that the pattern names, decoded. */
	params: Record<string, string>;
	/** What the client speaks. */
	version: string;
	/** A JSON body that was read for the trace already. */
	body?: string;
}
export type Handler = (context: Context) => Promise<void>;

/** Method, pattern, handler. {name} takes one piece of the path, {name*} as many as fit. */
export type Route = readonly [method: "GET" | "HEAD" | "POST" | "PUT" | "DELETE", pattern: string, handler: Handler];

interface Compiled {
	method: string;
	regex: RegExp;
	names: string[];
	handler: Handler;
}

export type Find = (method: string, path: string) => { handler: Handler; params: Record<string, string> };

/** @throws EngineError notFound "page not found" (also for a method that no row has) */
export function compile(routes: readonly Route[]): Find {
	const rows = routes.map(([method, pattern, handler]): Compiled => {
		const names: string[] = [];
		const source = pattern.replace(/\{(\w+)(\*?)\}/g, (_, name: string, many: string) => {
			names.push(name);
			return many ? "(.*)" : "([^/]+)";
		});
		return { method, regex: new RegExp(`^${source}$`), names, handler };
	});
	return (method, path) => {
		for (const row of rows) {
			if (row.method !== method) continue;
			const match = row.regex.exec(path);
			if (!match) continue;
			return { handler: row.handler, params: Object.fromEntries(row.names.map((name, at) => [name, match[at + 1]!])) };
		}
		throw notFound("page not found");
	};
}

/** /v1.44/info → 1.44 and /info; without a version the newest. @throws EngineError invalidParameter */
export function splitVersion(path: string): { version: string; path: string } {
	const match = /^\/v([0-9.]+)(\/.*)$/.exec(path);
	return match ? { version: match[1]!, path: match[2]! } : { version: API_VERSION, path };
}

/** The body as JSON. @throws EngineError invalidParameter for what is none, and for an empty body where one is `required` */
export async function readJson<T>(context: Context, required = true): Promise<T | undefined> {
	const { headers, body } = context.request;
	const type = headers["content-type"] ?? "";
	const content = context.body ?? text(await body.bytes().catch(unreadable));
	if (content === "") {
		if (required) throw invalidParameter("invalid JSON: got EOF while reading request body");
		return undefined;
	}
	if (type.split(";")[0]!.trim() !== "application/json") {
		throw invalidParameter(`unsupported Content-Type header (${type}): must be 'application/json'`);
	}
	try {
		return parseJson(content) as T;
	} catch (error) {
		throw invalidParameter(`invalid JSON: ${(error as Error).message}`);
	}
}

/** A body that breaks the rules of HTTP is the client's fault. */
export const unreadable = (error: unknown): never => {
	throw error instanceof MalformedMessage ? invalidParameter(`invalid JSON: ${error.message}`) : error;
};

/** A decimal query parameter. @throws EngineError invalidParameter */
export function integer(context: Context, name: string): number | undefined {
	const value = context.request.query.get(name);
	if (value === undefined || value === "") return undefined;
	if (!/^-?\d+$/.test(value)) throw invalidParameter(`strconv.Atoi: parsing ${JSON.stringify(value)}: invalid syntax`);
	return Number(value);
}

/** Streams lines of JSON. What goes wrong before the first is an answer of its own, after it (and with `failuresToo` ever) a line. */
export async function jsonLines(
	{ responder }: Context,
	produce: (send: (message: unknown) => Promise<void>) => Promise<void>,
	failuresToo = false,
): Promise<void> {
	let stream: Awaited<ReturnType<Responder["stream"]>> | undefined;
	const send = async (message: unknown): Promise<void> => {
		stream ??= await responder.stream(200, { "content-type": "application/json" });
		await stream.write(`${JSON.stringify(message)}\r\n`);
	};
	try {
		await produce(send);
	} catch (error) {
		if (!stream && !failuresToo) throw error;
		const message = messageOf(error);
		const code = error instanceof EngineError ? error.detail?.code : undefined;
		await send({ errorDetail: { ...(typeof code === "number" ? { code } : {}), message }, error: message });
	}
	stream ??= await responder.stream(200, { "content-type": "application/json" });
	await stream.end();
}
