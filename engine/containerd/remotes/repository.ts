// One repository of a registry, spoken to as the OCI Distribution Specification 1.1 says: credentials and tokens, redirects,
// patience with a registry that asks for it.

import { collect, text } from "../../lib/bytes";
import { EngineError, forbidden, isKind, notFound, systemError, unauthorized, unavailable } from "../../lib/errors";
import { reasonOf } from "../../lib/http/parse";
import type { Clock, Fetch, FetchResponse } from "../../port";
import type { Tracer } from "../../trace/event";
import type { RegistryAuth, RegistrySettings } from "../api";
import { answer, type Challenge, parseChallenge } from "./auth";
import { type Endpoint, endpointsOf, type Hosts } from "./hosts";
import { RESPONSE_HEADERS, TLS_HANDSHAKE } from "./timeouts";

export interface RemoteOptions {
	fetch: Fetch;
	hosts: Hosts;
	settings?: RegistrySettings;
	trace: Tracer;
	/** For waiting when a registry says so; without it nothing is tried again. */
	clock?: Clock;
	auth?: RegistryAuth;
	/** Stops what is under way. */
	signal?: Abort;
}
export interface Abort {
	aborted: boolean;
	onabort: (() => void) | null;
}

export interface RegistryRequest {
	method: string;
	/** Below /v2/NAME/, or an address that the registry gave: whole, or relative to where it was given. */
	path: string;
	headers?: Record<string, string>;
	body?: Uint8Array;
	/** Statuses that are an answer; anything else is thrown. */
	expect: readonly number[];
	/** Another repository that is read from. */
	from?: string;
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const REDIRECT_LIMIT = 10;
/** As often a request is tried again: by a registry that is busy, or one whose TLS handshake took too long. */
const RETRY_LIMIT = 4;
const HANDSHAKE_BACK_OFF_MS = 50;
const BUSY_BACK_OFF_MS = 100;
/** Docker asks again at once, whatever a busy registry says; ours waits as long as it says, where that is not long. */
const BUSY_LONGEST_MS = 10_000;

export class Repository {
	/** Where it is asked, and which of these is the one that answers. */
	private readonly endpoints: Endpoint[];
	private at = 0;
	private challenge: Challenge | undefined;
	/** By what they are good for. */
	private readonly authorizations = new Map<string, Promise<string>>();
	private readonly listeners = new Set<() => void>();

	/**
	 * @param domain "docker.io", "localhost:5000"
	 * @param name "library/busybox"
	 */
	constructor(
		readonly domain: string,
		readonly name: string,
		private readonly options: RemoteOptions,
		private readonly actions = "pull",
	) {
		const { signal, hosts, settings } = options;
		this.endpoints = endpointsOf(domain, hosts, settings, actions === "pull");
		if (signal) {
			signal.onabort = () => {
				for (const listener of this.listeners) listener();
			};
		}
	}

	private get base(): string {
		return this.endpoints[this.at]!.base;
	}

	/** @throws EngineError notFound, unauthorized, forbidden, unavailable, system; detail: {status, code, said, more} of the registry */
	async request(request: RegistryRequest): Promise<FetchResponse> {
		for (;;) {
			const asked = this.at;
			try {
				const response = await this.ask(request);
				if (response.status < 400 || !this.isLeft(asked, request)) return response;
				await discard(response);
			} catch (error) {
				if (!this.isLeft(asked, request, error)) throw error;
			}
		}
	}
	/** Whether another endpoint is to be asked: a mirror may lack what its registry has; a registry is left where it was not reached. */
	private isLeft(asked: number, { path }: RegistryRequest, error?: unknown): boolean {
		if (asked + 1 >= this.endpoints.length || isKind(error, "cancelled") || /^https?:/.test(path)) return false;
		if (!this.endpoints[asked]!.mirror && !(error instanceof EngineError && error.detail?.status === undefined)) return false;
		// another request may have gone on already
		if (this.at === asked) {
			this.at++;
			this.challenge = undefined;
			this.authorizations.clear();
		}
		return true;
	}

	private async ask(request: RegistryRequest): Promise<FetchResponse> {
		const url = this.urlOf(request.path);
		for (let tries = 0; ; tries++) {
			const again = this.options.clock !== undefined && tries < RETRY_LIMIT;
			const response = await this.authorized(url, request).catch((error: unknown) => {
				if (again && this.at === this.endpoints.length - 1 && isSlowHandshake(error)) return undefined;
				throw error;
			});
			if (!response) {
				await this.sleep(HANDSHAKE_BACK_OFF_MS);
				continue;
			}
			if (request.expect.includes(response.status)) return response;
			const wait = again ? patience(response, tries) : undefined;
			if (wait === undefined) throw await this.failure(request, url, response);
			await discard(response);
			await this.sleep(wait);
		}
	}
	/** Waits, unless the work is given up meanwhile. @throws EngineError cancelled */
	async sleep(ms: number): Promise<void> {
		const { clock, signal } = this.options;
		let listener: () => void = () => {};
		await new Promise<void>((resolve) => {
			const timer = clock?.timer(ms, resolve);
			if (!timer) resolve();
			listener = () => {
				timer?.cancel();
				resolve();
			};
			this.listeners.add(listener);
		});
		this.listeners.delete(listener);
		if (signal?.aborted) throw cancelled();
	}

	/** With credentials, where the registry asks for them. */
	private async authorized(url: string, request: RegistryRequest): Promise<FetchResponse> {
		const scopes = [`repository:${this.name}:${this.actions}`, ...(request.from ? [`repository:${request.from}:pull`] : [])];
		const key = scopes.join(" ");
		const used = this.challenge && (await this.authorization(key, scopes));
		const response = await this.send(url, request, used);
		const header = response.headers["www-authenticate"];
		const challenge = response.status === 401 && header !== undefined ? parseChallenge(header) : undefined;
		if (!challenge) return response;
		// what basic credentials were refused for, they will be refused for again
		if (used !== undefined && challenge.scheme === "basic") return response;
		await discard(response);
		this.challenge = challenge;
		if ((await this.authorizations.get(key)?.catch(() => undefined)) === used) this.authorizations.delete(key);
		return this.send(url, request, await this.authorization(key, scopes));
	}
	private authorization(key: string, scopes: string[]): Promise<string> {
		const { fetch, auth } = this.options;
		const known = this.authorizations.get(key);
		if (known) return known;
		// a mirror is somebody else's: the registry's password is not for it
		const given = this.endpoints[this.at]!.mirror ? undefined : auth;
		const made = answer(fetch, this.challenge!, given, { scopes }).then(({ authorization }) => authorization);
		this.authorizations.set(key, made);
		made.catch(() => this.authorizations.delete(key));
		return made;
	}

	/** The whole address of a path as requests have it. */
	urlOf(path: string): string {
		if (/^https?:\/\//.test(path)) return path;
		return path.startsWith("/") ? originOf(`${this.base}/`) + path : `${this.base}/v2/${this.name}/${path}`;
	}

	private async send(url: string, request: RegistryRequest, authorization: string | undefined): Promise<FetchResponse> {
		let { method, body } = request;
		for (let hops = 0; ; hops++) {
			const response = await this.fetch(url, { ...request, method, body }, authorization);
			const { location } = response.headers;
			// 201 and 202 have a location too, of what was made
			if (!REDIRECTS.has(response.status) || !location) return response;
			if (hops === REDIRECT_LIMIT) throw systemError(`stopped after ${REDIRECT_LIMIT} redirects`);
			const next = resolveUrl(url, location);
			if (url.startsWith("https://") && !next.startsWith("https://"))
				throw systemError(`refusing a redirect from HTTPS to ${next}`);
			await discard(response);
			// RFC 9110 section 15.4: only 307 and 308 keep method and body
			if (method !== "GET" && method !== "HEAD" && response.status < 307) [method, body] = ["GET", undefined];
			url = next;
		}
	}

	private async fetch(
		url: string,
		{ method, headers = {}, body }: RegistryRequest,
		authorization: string | undefined,
	): Promise<FetchResponse> {
		const { trace, signal } = this.options;
		// a token is for the registry; where it sends us is somebody else's storage
		const own = originOf(url) === originOf(`${this.base}/`) && authorization !== undefined;
		const sent = own ? { ...headers, authorization } : headers;
		if (signal?.aborted) throw cancelled();
		const abort: Abort = { aborted: false, onabort: null };
		const listener = () => {
			abort.aborted = true;
			abort.onabort?.();
		};
		this.listeners.add(listener);
		try {
			const response = await this.options.fetch({ method, url, headers: sent, body, signal: abort });
			const bytes = Number(response.headers["content-length"] ?? 0);
			trace.emit("registry", { type: "registry.request", method, url, status: response.status, bytes });
			return { ...response, body: this.until(response.body, listener) };
		} catch (error) {
			this.listeners.delete(listener);
			if (signal?.aborted) throw cancelled();
			trace.emit("registry", { type: "registry.request", method, url, status: 0, bytes: 0 });
			const { message } = error as Error;
			const words = `failed to do request: ${method[0]}${method.slice(1).toLowerCase()} ${JSON.stringify(url)}: ${message}`;
			// what answers in another protocol will do so again; a silence has been long enough
			const lasting = message.startsWith("http: ") || message === RESPONSE_HEADERS.words || message === TLS_HANDSHAKE.words;
			throw lasting ? systemError(words) : unavailable(words);
		}
	}
	private async *until(body: AsyncIterable<Uint8Array>, listener: () => void): AsyncGenerator<Uint8Array> {
		try {
			yield* body;
		} finally {
			this.listeners.delete(listener);
		}
	}

	private async failure(request: RegistryRequest, url: string, response: FetchResponse): Promise<EngineError> {
		const { code, message, detail: more } = await registryError(response);
		const { status } = response;
		const detail = {
			status,
			...(code ? { code } : {}),
			...(message ? { said: message } : {}),
			...(typeof more === "string" ? { more } : {}),
		};
		const said = message ? `: ${message}` : "";
		if (status === 404) return notFound(`${this.domain}/${this.name}: not found${said}`, detail);
		// the token was good, and is not enough
		const why = status === 401 ? parseChallenge(response.headers["www-authenticate"] ?? "")?.parameters.error : undefined;
		if (why) return unauthorized(`server message: ${why}: authorization failed`, { ...detail, denied: true });
		if (status === 401) return unauthorized(`${this.domain}/${this.name}: authorization failed${said}`, detail);
		if (status === 403) return forbidden(`${this.domain}/${this.name}: denied${said}`, detail);
		const unexpected = `unexpected status from ${request.method} request to ${url}: ${status} ${reasonOf(status)}`;
		const words = code ? `${unexpected}\n${code.toLowerCase().replaceAll("_", " ")}${said}` : unexpected + said;
		return status >= 500 ? unavailable(words, detail) : systemError(words, detail);
	}
}

/** How long to wait before asking again, in milliseconds; undefined where asking again is of no use. */
function patience({ status, headers }: FetchResponse, tries: number): number | undefined {
	if (status !== 429 && status !== 408 && !(status === 503 && headers["retry-after"] !== undefined)) return undefined;
	const seconds = Number(headers["retry-after"]);
	const wait = Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : BUSY_BACK_OFF_MS * 2 ** tries;
	return wait <= BUSY_LONGEST_MS ? wait : undefined;
}

/** It may go faster the next time, as containerd has it (isTransientTransportErr). */
const isSlowHandshake = (error: unknown): boolean => error instanceof EngineError && error.message.endsWith(TLS_HANDSHAKE.words);

export const cancelled = () => new EngineError("cancelled", "context canceled");
/** A line that was cut, or a server that was not there: what may be different the next time. */
export const isCut = (error: unknown): boolean => isKind(error, "unavailable");

export const originOf = (url: string): string => /^https?:\/\/[^/?#]+/.exec(url)?.[0] ?? "";

/** RFC 3986 section 5, as far as Location headers go. */
export function resolveUrl(base: string, location: string): string {
	if (/^https?:\/\//.test(location)) return location;
	if (location.startsWith("//")) return base.slice(0, base.indexOf(":") + 1) + location;
	if (location.startsWith("/")) return originOf(base) + location;
	const path = base.replace(/[?#].*$/, "");
	return location.startsWith("?") ? path + location : path.replace(/[^/]*$/, "") + location;
}

export async function discard(response: FetchResponse): Promise<void> {
	for await (const _ of response.body);
}

const ERROR_LIMIT = 64 * 1024;
async function* limited(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
	let size = 0;
	for await (const piece of body) {
		yield piece;
		size += piece.length;
		if (size > ERROR_LIMIT) return;
	}
}
/** The first error of the specification's error document. */
async function registryError(response: FetchResponse): Promise<{ code?: string; message?: string; detail?: unknown }> {
	try {
		const { errors } = JSON.parse(text(await collect(limited(response.body)))) as {
			errors?: Array<{ code?: string; message?: string; detail?: unknown }>;
		};
		return errors?.[0] ?? {};
	} catch {
		return {};
	}
}
