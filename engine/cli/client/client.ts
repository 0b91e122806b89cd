// The Engine API as the commands call it: paths with the negotiated version, JSON in and out, errors in docker's words.

import { utf8 } from "../../lib/bytes";
import { keepsAlive, request } from "../../lib/http/client";
import { reasonOf } from "../../lib/http/parse";
import type { Body, ClientResponse, Headers } from "../../lib/http/types";
import type { Duplex } from "../../lib/stream";
import type { Fetch } from "../../port";
import type { Sys } from "../../sys";
import { describe } from "../describe";
import { CLIENT_VERSION } from "../version";
import { ConnectionFailed, DialFailed, dial, fetchHttps, type Ways } from "./dial";
import { type Host, hostHeader, shownAddress, urlAddress } from "./host";
import { type HttpProxy, proxyFor } from "./proxy";
import { encodeQuery, type QueryValues } from "./query";

/** The newest Engine API that this client speaks. */
export const API_VERSION = "1.55";

/** The daemon said no. */
export class DaemonError extends Error {
	override readonly name = "DaemonError";
	constructor(
		readonly status: number,
		/** The daemon's own words. */
		readonly detail: string,
		/** What the user is told. */
		told = `Error response from daemon: ${detail}`,
	) {
		super(told);
	}
}
export const isNotFound = (error: unknown): boolean => error instanceof DaemonError && error.status === 404;

export interface CallOptions {
	query?: QueryValues;
	/** Sent as JSON. */
	json?: unknown;
	/** Sent as it is. */
	body?: Uint8Array | AsyncIterable<Uint8Array>;
	headers?: Headers;
}
export interface Ping {
	apiVersion: string;
	osType: string;
	experimental: boolean;
	builderVersion: string;
	/** "2": BuildKit takes a context as it comes, whatever builder is the usual one. */
	builderContext: string;
	/** Nothing where the daemon does not tell. */
	swarm?: { state: string; manager: boolean };
}

export interface ClientSettings {
	/** DOCKER_API_VERSION: no negotiation then. */
	fixedVersion?: string;
	extraHeaders?: Headers;
	/** For https:// daemons. */
	fetch?: Fetch;
	/** For what is no socket. */
	ways?: Ways;
	/** HTTP_PROXY and NO_PROXY. */
	env?: Readonly<Record<string, string>>;
}

/** "1.41" against "1.52". */
export function compareVersions(a: string, b: string): number {
	const [majorA = 0, minorA = 0] = a.split(".").map(Number);
	const [majorB = 0, minorB = 0] = b.split(".").map(Number);
	return majorA - majorB || minorA - minorB;
}

export class Client {
	private pinged: Promise<Ping> | undefined;
	/** Connections whose last answer has been read and that may carry another request. */
	private readonly idle: Duplex[] = [];

	constructor(
		private readonly sys: Sys,
		readonly host: Host,
		private readonly settings: ClientSettings = {},
	) {}

	/** Asked once; what the daemon says of itself before anything else. @throws ConnectionFailed */
	ping(): Promise<Ping> {
		this.pinged ??= this.firstPing();
		return this.pinged;
	}
	private async firstPing(): Promise<Ping> {
		let response: ClientResponse;
		try {
			response = await this.exchange("HEAD", `${this.host.base}/_ping`, {});
		} catch (error) {
			// the request that follows says it, with its own address
			if (!(error instanceof DialFailed)) throw error;
			return { apiVersion: API_VERSION, osType: "linux", experimental: false, builderVersion: "", builderContext: "" };
		}
		const headers = response.headers;
		const [state, role] = headers.swarm?.split("/") ?? [];
		return {
			apiVersion: headers["api-version"] ?? "1.24",
			osType: headers.ostype ?? "linux",
			experimental: headers["docker-experimental"] === "true",
			builderVersion: headers["builder-version"] ?? "",
			builderContext: headers["builder-context"] ?? "",
			...(state ? { swarm: { state, manager: role === "manager" } } : {}),
		};
	}

	/** The lower of what both speak. */
	async version(): Promise<string> {
		if (this.settings.fixedVersion) return this.settings.fixedVersion.replace(/^v/, "");
		const { apiVersion } = await this.ping();
		return compareVersions(apiVersion, API_VERSION) < 0 ? apiVersion : API_VERSION;
	}
	async speaks(version: string): Promise<boolean> {
		return compareVersions(await this.version(), version) >= 0;
	}

	/** @throws DaemonError for a status of 400 and above, ConnectionFailed */
	async call(method: string, path: string, options: CallOptions = {}): Promise<ClientResponse> {
		const target = await this.target(path, options.query);
		const response = await this.exchange(method, target, options);
		await refuse(response, `${urlAddress(this.host)}${target}`);
		return response;
	}
	async json<T>(method: string, path: string, options: CallOptions = {}): Promise<T> {
		const response = await this.call(method, path, options);
		const answer = (await response.body.text()) || "null";
		return JSON.parse(answer) as T;
	}
	/** The body's text as it came, for what must show it unchanged. */
	async text(method: string, path: string, options: CallOptions = {}): Promise<string> {
		return (await this.call(method, path, options)).body.text();
	}
	/** For calls whose answer has no body of interest. */
	async done(method: string, path: string, options: CallOptions = {}): Promise<void> {
		await (await this.call(method, path, options)).body.text();
	}

	/** Attach and exec: the raw connection after the head, and the kind of stream it carries. */
	async hijack(path: string, options: CallOptions = {}): Promise<{ stream: Duplex; contentType: string }> {
		const target = await this.target(path, options.query);
		const stream = await this.connect("POST", target);
		const response = await request(
			stream,
			{
				method: "POST",
				target,
				headers: {
					...this.headers(options),
					...(options.json === undefined ? { "content-type": "text/plain" } : {}),
					connection: "Upgrade",
					upgrade: "tcp",
				},
				body: bodyOf(options),
			},
			{ hijack: true },
		);
		if (!response.upgraded) {
			await refuse(response, `${urlAddress(this.host)}${target}`);
			throw new DaemonError(response.status, `unable to upgrade to tcp, received ${response.status}`);
		}
		return { stream: response.upgraded, contentType: response.headers["content-type"] ?? "" };
	}

	/** A connection of its own that nothing has been said on. @throws ConnectionFailed */
	raw(): Promise<Duplex> {
		return dial(this.sys, this.host, this.settings.ways);
	}

	/** Lets go of connections that wait for another request. */
	async close(): Promise<void> {
		await Promise.all(this.idle.splice(0).map((stream) => stream.close()));
	}

	private async target(path: string, query: QueryValues | undefined): Promise<string> {
		// "/web" is a container's name too: a server would redirect from //web
		const clean = path.replace(/\/{2,}/g, "/");
		return `${this.host.base}/v${await this.version()}${clean}${query ? encodeQuery(query) : ""}`;
	}
	private headers(options: CallOptions): Headers {
		return {
			host: hostHeader(this.host),
			"user-agent": `Docker-Client/${CLIENT_VERSION} (linux)`,
			...this.settings.extraHeaders,
			...(options.json === undefined ? {} : { "content-type": "application/json" }),
			...options.headers,
		};
	}

	private async exchange(method: string, target: string, options: CallOptions): Promise<ClientResponse> {
		const proxy = proxyFor(this.host, this.settings.env ?? {});
		const message = {
			method,
			target: proxy ? `${shownAddress(this.host)}${target}` : target,
			headers: { ...this.headers(options), ...(proxy?.authorization ? { "proxy-authorization": proxy.authorization } : {}) },
			body: bodyOf(options),
		};
		if ("https" in this.host.address) return fetchHttps(this.settings.fetch, this.host, message);
		let stream = this.idle.pop();
		const again = stream !== undefined && (message.body === undefined || message.body instanceof Uint8Array);
		let answer: ClientResponse | undefined;
		// a daemon may close connections that wait: what was not answered on such a one is asked again
		if (stream && again) answer = await request(stream, message).catch(() => undefined);
		if (!stream || !answer) {
			const fresh = again || !stream ? await this.connect(method, target, proxy) : stream;
			stream = fresh;
			answer = await this.asking(method, target, () => request(fresh, message));
		}
		return { ...answer, body: this.whenRead(answer, stream, method === "HEAD") };
	}

	private connect(method: string, target: string, proxy?: HttpProxy): Promise<Duplex> {
		return this.asking(method, target, () => dial(this.sys, this.host, this.settings.ways, proxy));
	}
	/** What failed on the way is told with the request; a program that was the way tells it when it is read from. */
	private async asking<T>(method: string, target: string, act: () => Promise<T>): Promise<T> {
		try {
			return await act();
		} catch (error) {
			if (error instanceof ConnectionFailed && !(error instanceof DialFailed)) throw error;
			const verb = method[0] + method.slice(1).toLowerCase();
			throw new DialFailed(
				`error during connect: ${verb} "${shownAddress(this.host)}${target}": ${describe(error).replace(/^unexpected EOF$/, "EOF")}`,
			);
		}
	}

	/** The body, which gives its connection back (or closes it) when it has been read to the end. */
	private whenRead(response: ClientResponse, stream: Duplex, empty: boolean): Body {
		const release = () => {
			if (keepsAlive(response) || empty || response.status === 204 || response.status === 304) this.idle.push(stream);
			else void stream.close();
		};
		if (empty || response.status === 204 || response.status === 304) {
			release();
			return response.body;
		}
		const body = response.body;
		return {
			async bytes(limit) {
				const bytes = await body.bytes(limit);
				release();
				return bytes;
			},
			async text(limit) {
				const text = await body.text(limit);
				release();
				return text;
			},
			async json<T>(limit?: number) {
				const value = await body.json<T>(limit);
				release();
				return value;
			},
			async *[Symbol.asyncIterator]() {
				let ended = false;
				try {
					for await (const piece of body) yield piece;
					ended = true;
				} finally {
					if (ended) release();
					else void stream.close();
				}
			},
		};
	}
}

const bodyOf = (options: CallOptions): Uint8Array | AsyncIterable<Uint8Array> | undefined =>
	options.json === undefined ? options.body : utf8(JSON.stringify(options.json));

/** An answer whose body is as long as this is not shown. */
const LONGEST_ERROR = 1 << 20;

/** @param url of the request, which is told where the answer says nothing, since something else may have been asked than a daemon */
async function refuse(response: ClientResponse, url: string): Promise<void> {
	const { status, statusText, body } = response;
	if (status < 400) return;
	const said = `${status} ${statusText}`.trim();
	const hint = (what: string): string =>
		`request returned ${what} for API route and version ${url}, check if the server supports the requested API version`;
	const answer = await body.text(LONGEST_ERROR - 1).catch(() => undefined);
	if (answer === undefined) throw new DaemonError(status, said, hint(`${said} with a message (> ${LONGEST_ERROR} bytes)`));
	if (answer === "") throw new DaemonError(status, said, hint(said));
	const unsaid = `API returned a ${status} (${reasonOf(status)}) but provided no error-message`;
	throw new DaemonError(
		status,
		(response.headers["content-type"] === "application/json" ? messageIn(answer) : answer).trim() || unsaid,
	);
}

/** Of a JSON error; empty where it has none. */
function messageIn(answer: string): string {
	try {
		const parsed = JSON.parse(answer) as { message?: unknown };
		return typeof parsed?.message === "string" ? parsed.message : "";
	} catch (error) {
		return `error reading JSON: ${(error as Error).message}`;
	}
}
