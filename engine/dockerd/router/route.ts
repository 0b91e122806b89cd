// A row of a router's table, and how a request finds its row.

import { API_VERSION, compareVersions } from "../../api/version";
import { text } from "../../lib/bytes";
import { EngineError, invalidParameter, messageOf, notFound } from "../../lib/errors";
import { MalformedMessage } from "../../lib/http/parse";
import type { Request, Responder } from "../../lib/http/types";
import { parseFirstJson } from "../../lib/json-problem";
import { goQuote } from "../../lib/quote";
import type { Kind } from "../../lib/unmarshal";
import type { Container } from "../container/container";
import type { Daemon } from "../daemon/daemon";
import { parseUnixTime } from "../time";

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

/** Method, pattern, handler, and since which version it is there. {name} takes one piece of the path, {name*} as many as fit. */
export type Route = readonly [
	method: "GET" | "HEAD" | "POST" | "PUT" | "DELETE" | "OPTIONS",
	pattern: string,
	handler: Handler,
	since?: string,
];

interface Compiled {
	method: string;
	regex: RegExp;
	names: string[];
	handler: Handler;
}

export type Find = (method: string, path: string) => { handler: Handler; params: Record<string, string> };

/** @throws EngineError notFound "page not found" (also for a method that no row has) */
export function compile(routes: readonly Route[]): Find {
	const rows = routes.map(([method, pattern, plain, since]): Compiled => {
		const handler = since === undefined ? plain : versioned(plain, since, `${method} ${pattern}`);
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

/** @throws EngineError invalidParameter from a client that speaks an older API */
const versioned =
	(handler: Handler, since: string, row: string): Handler =>
	(context) => {
		if (compareVersions(context.version, since) < 0) {
			throw invalidParameter(`${row.replace(/\*\}/g, "}")} requires minimum API version ${since}`);
		}
		return handler(context);
	};

export const containerOf = ({ daemon, params }: Context): Container => daemon.containers.get(params.id!);

/** /v1.44/info → 1.44 and /info; without a version the newest. @throws EngineError invalidParameter */
export function splitVersion(path: string): { version: string; path: string } {
	const match = /^\/v([0-9.]+)(\/.*)$/.exec(path);
	return match ? { version: match[1]!, path: match[2]! } : { version: API_VERSION, path };
}

/** Has the request a body that must be JSON? @throws EngineError invalidParameter for one of another type */
export function checkJsonType({ request: { headers } }: Context): void {
	const type = headers["content-type"] ?? "";
	const empty = headers["content-length"] === "0" || (!headers["content-length"] && !headers["transfer-encoding"]);
	if (type === "" && empty) return;
	const problem = mediaTypeProblem(type);
	if (problem) throw invalidParameter(`malformed Content-Type header (${type}): mime: ${problem}`);
	if (type.split(";")[0]!.trim().toLowerCase() === "application/json") return;
	throw invalidParameter(`unsupported Content-Type header (${type}): must be 'application/json'`);
}
function mediaTypeProblem(type: string): string | undefined {
	const [, first, slash, second, rest] = /^\s*([^\s;/]*)(\/?)([^\s;/]*)([^;]*)/.exec(type)!;
	if (!first) return "no media type";
	if (slash && !second) return "expected token after slash";
	if (rest!.trim() !== "") return slash ? "unexpected content after media subtype" : "expected slash after first token";
	return undefined;
}

/** The body as it came. */
export const bodyText = async ({ request, body }: Context): Promise<string> =>
	body ?? text(await request.body.bytes().catch(unreadable));

/** The body as what it should be; undefined where there is none. @throws EngineError invalidParameter for anything else */
export async function readJson<T>(context: Context, kind: Kind<T>): Promise<T | undefined> {
	checkJsonType(context);
	const content = await bodyText(context);
	if (content.trim() === "") {
		// A length of 0 is no body; a body without a length that turns out to be none is one cut short.
		if (context.request.headers["transfer-encoding"] === undefined && content === "") return undefined;
		throw cutShort();
	}
	return decodeJson(content, kind);
}

/** What a body that has nothing in it is told where there must be one. */
export const cutShort = () => invalidParameter("invalid JSON: got EOF while reading request body");

/** null is undefined. @throws EngineError invalidParameter */
export function decodeJson<T>(content: string, kind: Kind<T>): T | undefined {
	let first: ReturnType<typeof parseFirstJson>;
	let decoded: T | undefined;
	try {
		first = parseFirstJson(content);
		decoded = first.value === null ? undefined : kind.decode(first.value, undefined);
	} catch (error) {
		throw invalidParameter(`invalid JSON: ${messageOf(error)}`);
	}
	if (first.more) throw invalidParameter("unexpected content after JSON");
	return decoded;
}

/** A body that breaks the rules of HTTP is the client's fault. */
export const unreadable = (error: unknown): never => {
	throw error instanceof MalformedMessage ? invalidParameter(`invalid JSON: ${error.message}`) : error;
};

/** A decimal query parameter. @throws EngineError invalidParameter */
export function integer(context: Context, name: string): number | undefined {
	const value = context.request.query.get(name);
	if (value === undefined || value === "") return undefined;
	if (!/^[+-]?\d+$/.test(value)) throw invalidParameter(`strconv.Atoi: parsing ${goQuote(value)}: invalid syntax`);
	return Number(value);
}

/** A parameter that is a time of streams, named between `quote`s where it is none. @throws EngineError invalidParameter */
export function moment({ request }: Context, name: string, quote: string): bigint | undefined {
	try {
		return parseUnixTime(request.query.get(name));
	} catch (error) {
		throw invalidParameter(`invalid value for ${quote}${name}${quote}: ${messageOf(error)}`);
	}
}

/** h= and w= of the resize endpoints. @throws EngineError invalidParameter */
export function terminalSize(context: Context): { height: number; width: number } {
	const side = (name: string, called: string): number => {
		const value = context.request.query.get(name) ?? "";
		const wrong = /^-?\d+$/.test(value)
			? value.startsWith("-") || Number(value) > 0xffff_ffff
				? "value out of range"
				: undefined
			: "invalid syntax";
		if (wrong) throw invalidParameter(`invalid resize ${called} ${JSON.stringify(value)}: ${wrong}`);
		return Number(value);
	};
	return { height: side("h", "height"), width: side("w", "width") };
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
