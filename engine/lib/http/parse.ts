// Heads of HTTP/1.1 messages (RFC 9112): request line, status line and header fields, with limits. What is refused, and in which
// words, is as Go's net/http has it, on which Docker's daemons and registries stand.

import type { ByteReader } from "../reader";
import type { Headers } from "./types";

/** The most bytes of a message's head: Go's DefaultMaxHeaderBytes, and what it reads beyond. */
export const HEAD_LIMIT = 1024 * 1024 + 4096;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** What may be in a host's name and port, an address in brackets included. */
const HOST = /^[!$%&'()*+,\-.0-9:;=A-Z[\]_a-z~]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\0-\x08\x0a-\x1f\x7f]/;

/** A message that is not HTTP; `status` is what a server answers to it. */
export class MalformedMessage extends Error {
	override readonly name = "MalformedMessage";
	constructor(
		readonly status: number,
		message: string,
		/** Is the client told what is wrong, or the status alone? */
		readonly told = false,
	) {
		super(message);
	}
}

export interface RequestHead {
	method: string;
	target: string;
	/** 0 for HTTP/1.0, 1 for HTTP/1.1. */
	minor: number;
	headers: Headers;
}
export interface ResponseHead {
	status: number;
	statusText: string;
	minor: number;
	headers: Headers;
}

/** null when the connection ends before a request begins. */
export async function readRequestHead(reader: ByteReader): Promise<RequestHead | null> {
	const budget = new Budget();
	const line = await budget.line(reader);
	if (line === null) return null;
	const match = /^(\S+) (\S+) HTTP\/(\d)\.(\d)$/.exec(line);
	if (!match || !TOKEN.test(match[1]!)) throw new MalformedMessage(400, "malformed HTTP request");
	const [, method, target, major, minor] = match;
	if (!isTarget(method!, target!)) throw new MalformedMessage(400, "invalid URI for request");
	if (major !== "1") throw new MalformedMessage(505, "unsupported protocol version", true);
	const headers = await readFields(reader, budget);
	if (minor !== "0" && headers.host === undefined && method !== "CONNECT") {
		throw new MalformedMessage(400, "missing required Host header", true);
	}
	if (!HOST.test(headers.host ?? "")) throw new MalformedMessage(400, "malformed Host header", true);
	const spaced = Object.keys(headers).find((name) => name.includes(" "));
	if (spaced !== undefined) throw new MalformedMessage(400, "invalid header name", true);
	return { method: method!, target: target!, minor: Number(minor), headers };
}

/** A path, an absolute URL, or "*", with whole escapes. */
function isTarget(method: string, target: string): boolean {
	if (CONTROL.test(target) || /%(?![0-9a-fA-F]{2})/.test(target.split("?")[0]!)) return false;
	return method === "CONNECT" || target === "*" || /^(\/|[a-zA-Z][a-zA-Z0-9+.-]*:)/.test(target);
}

/** null when the connection ends before an answer begins. */
export async function readResponseHead(reader: ByteReader): Promise<ResponseHead | null> {
	const budget = new Budget();
	const line = await budget.line(reader);
	if (line === null) return null;
	const match = /^HTTP\/1\.(\d) (\d{3})(?: (.*))?$/.exec(line);
	if (!match) throw new MalformedMessage(502, `malformed HTTP response ${JSON.stringify(line.slice(0, 80))}`);
	const headers = await readFields(reader, budget);
	return { minor: Number(match[1]), status: Number(match[2]), statusText: match[3] ?? "", headers };
}

/** Header fields, or the trailer of a chunked body. */
export async function readFields(reader: ByteReader, budget = new Budget()): Promise<Headers> {
	const headers: Headers = {};
	for (let name = ""; ; ) {
		const line = await budget.line(reader);
		if (line === null) throw new MalformedMessage(400, "unexpected end of the header");
		if (line === "") return headers;
		if (/^[ \t]/.test(line)) {
			// the field before goes on (RFC 9112 section 5.2)
			if (name === "") throw new MalformedMessage(400, "malformed header field");
			headers[name] += ` ${trimmed(line)}`;
			continue;
		}
		const colon = line.indexOf(":");
		name = line.slice(0, colon).toLowerCase();
		// a name with a blank in it is kept, for the one to be told who sent it
		if (colon < 1 || !TOKEN.test(name.replaceAll(" ", "-"))) throw new MalformedMessage(400, "malformed header field");
		const value = trimmed(line.slice(colon + 1));
		if (CONTROL.test(value)) throw new MalformedMessage(400, "malformed header value");
		const before = Object.hasOwn(headers, name) ? headers[name] : undefined;
		if (before !== undefined && name === "host") throw new MalformedMessage(400, "too many Host headers");
		headers[name] = before === undefined ? value : `${before}, ${value}`;
	}
}

const trimmed = (text: string): string => text.replace(/^[ \t]+|[ \t]+$/g, "");

class Budget {
	private left = HEAD_LIMIT;
	async line(reader: ByteReader): Promise<string | null> {
		try {
			const line = await reader.line(this.left);
			this.left -= (line?.length ?? 0) + 2;
			return line;
		} catch (error) {
			if (error instanceof RangeError) throw new MalformedMessage(431, "request header fields too large");
			throw error;
		}
	}
}

/** How a message's body is delimited (RFC 9112 section 6). `undefined` length: to the end of the connection. */
export type Framing = { kind: "none" } | { kind: "length"; length: number } | { kind: "chunked" } | { kind: "close" };

export function requestFraming(headers: Headers): Framing {
	return declaredFraming(headers) ?? { kind: "none" };
}
export function responseFraming(head: ResponseHead, method: string): Framing {
	if (method === "HEAD" || bodiless(head.status)) return { kind: "none" };
	return declaredFraming(head.headers) ?? { kind: "close" };
}
export const bodiless = (status: number): boolean => status < 200 || status === 204 || status === 304;

function declaredFraming(headers: Headers): Framing | undefined {
	const encoding = headers["transfer-encoding"]?.toLowerCase();
	const length = headers["content-length"];
	if (encoding !== undefined) {
		if (encoding !== "chunked") throw new MalformedMessage(501, "Unsupported transfer encoding", true);
		// a length beside it is passed over, as RFC 9112 section 6.3 says
		return { kind: "chunked" };
	}
	if (length === undefined) return undefined;
	const values = new Set(length.split(",").map((value) => value.trim()));
	const [only] = values;
	if (values.size !== 1 || !/^\d{1,15}$/.test(only!)) throw new MalformedMessage(400, `bad Content-Length "${length}"`);
	return { kind: "length", length: Number(only) };
}

/** Is the token in the comma-separated list of this header? */
export const hasToken = (headers: Headers, name: string, token: string): boolean =>
	(headers[name] ?? "").split(",").some((part) => part.trim().toLowerCase() === token);

/** The bytes of a head; header names are written as they are conventionally spelt. */
export function formatHead(firstLine: string, headers: Headers): string {
	let out = `${firstLine}\r\n`;
	for (const [name, value] of Object.entries(headers)) {
		if (/[\r\n\0]/.test(value)) throw new TypeError(`header ${name} has a line break`);
		out += `${name.replace(/(^|-)[a-z]/g, (first) => first.toUpperCase())}: ${value}\r\n`;
	}
	return `${out}\r\n`;
}

export const reasonOf = (status: number): string => REASONS[status] ?? `Status ${status}`;
const REASONS: Record<number, string> = {
	100: "Continue",
	101: "Switching Protocols",
	200: "OK",
	201: "Created",
	202: "Accepted",
	204: "No Content",
	206: "Partial Content",
	301: "Moved Permanently",
	302: "Found",
	304: "Not Modified",
	307: "Temporary Redirect",
	308: "Permanent Redirect",
	400: "Bad Request",
	401: "Unauthorized",
	403: "Forbidden",
	404: "Not Found",
	405: "Method Not Allowed",
	406: "Not Acceptable",
	409: "Conflict",
	410: "Gone",
	411: "Length Required",
	413: "Content Too Large",
	415: "Unsupported Media Type",
	416: "Range Not Satisfiable",
	417: "Expectation Failed",
	429: "Too Many Requests",
	431: "Request Header Fields Too Large",
	499: "Client Closed Request",
	500: "Internal Server Error",
	501: "Not Implemented",
	502: "Bad Gateway",
	503: "Service Unavailable",
	504: "Gateway Timeout",
	505: "HTTP Version Not Supported",
	507: "Insufficient Storage",
};
