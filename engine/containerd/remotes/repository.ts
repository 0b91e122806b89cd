// One repository of a registry, spoken to as the OCI Distribution Specification 1.1 says.

import { collect, text } from "../../lib/bytes";
import { EngineError, forbidden, notFound, systemError, unauthorized, unavailable } from "../../lib/errors";
import { reasonOf } from "../../lib/http/parse";
import type { Fetch, FetchResponse } from "../../port";
import type { Tracer } from "../../trace/event";
import type { RegistryAuth } from "../api";
import { answer, parseChallenge } from "./auth";
import { baseOf, type Hosts } from "./hosts";

export interface RemoteOptions {
	fetch: Fetch;
	hosts: Hosts;
	trace: Tracer;
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
	/** Below /v2/NAME/, or a whole address that the registry gave. */
	path: string;
	headers?: Record<string, string>;
	body?: Uint8Array;
	/** Statuses that are an answer; anything else is thrown. */
	expect: readonly number[];
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const REDIRECT_LIMIT = 10;

export class Repository {
	readonly base: string;
	private authorization: string | undefined;
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
		this.base = baseOf(domain, options.hosts);
		const { signal } = options;
		if (signal) {
			signal.onabort = () => {
				for (const listener of this.listeners) listener();
			};
		}
	}

	/** @throws EngineError notFound, unauthorized, forbidden, unavailable, system; detail: {status, code} of the registry */
	async request(request: RegistryRequest): Promise<FetchResponse> {
		const url = this.urlOf(request.path);
		let response = await this.send(url, request);
		if (response.status === 401) {
			const header = response.headers["www-authenticate"];
			const challenge = header === undefined ? undefined : parseChallenge(header);
			if (challenge) {
				await discard(response);
				const scope = `repository:${this.name}:${this.actions}`;
				this.authorization = await answer(this.options.fetch, challenge, this.options.auth, scope);
				response = await this.send(url, request);
			}
		}
		if (request.expect.includes(response.status)) return response;
		throw await this.failure(request, url, response);
	}

	private urlOf(path: string): string {
		if (/^https?:\/\//.test(path)) return path;
		return path.startsWith("/") ? this.base + path : `${this.base}/v2/${this.name}/${path}`;
	}

	private async send(url: string, request: RegistryRequest): Promise<FetchResponse> {
		for (let hops = 0; ; hops++) {
			const response = await this.fetch(url, request);
			const { location } = response.headers;
			if (!REDIRECTS.has(response.status) || !location || request.method === "PUT" || request.method === "POST") return response;
			if (hops === REDIRECT_LIMIT) throw systemError(`stopped after ${REDIRECT_LIMIT} redirects`);
			await discard(response);
			url = /^https?:\/\//.test(location) ? location : originOf(url) + location;
		}
	}

	private async fetch(url: string, { method, headers = {}, body }: RegistryRequest): Promise<FetchResponse> {
		const { trace, signal } = this.options;
		// a token is for the registry; where it sends us is somebody else's storage
		const own = originOf(url) === originOf(`${this.base}/`) && this.authorization !== undefined;
		const sent = own ? { ...headers, authorization: this.authorization! } : headers;
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
			throw unavailable(`failed to do request: ${method} ${JSON.stringify(url)}: ${(error as Error).message}`);
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
		const { code, message } = await registryError(response);
		const { status } = response;
		const detail = { status, ...(code ? { code } : {}) };
		const said = message ? `: ${message}` : "";
		if (status === 404) return notFound(`${this.domain}/${this.name}: not found${said}`, detail);
		if (status === 401) return unauthorized(`${this.domain}/${this.name}: authorization failed${said}`, detail);
		if (status === 403) return forbidden(`${this.domain}/${this.name}: denied${said}`, detail);
		const words = `unexpected status from ${request.method} request to ${url}: ${status} ${reasonOf(status)}${said}`;
		if (status === 429) return new EngineError("unavailable", `toomanyrequests: ${message ?? words}`, detail);
		return status >= 500 ? unavailable(words, detail) : systemError(words, detail);
	}
}

export const cancelled = () => new EngineError("cancelled", "context canceled");

const originOf = (url: string): string => /^https?:\/\/[^/]+/.exec(url)?.[0] ?? "";

export async function discard(response: FetchResponse): Promise<void> {
	for await (const _ of response.body);
}

/** The first error of the specification's error document. */
async function registryError(response: FetchResponse): Promise<{ code?: string; message?: string }> {
	try {
		const { errors } = JSON.parse(text(await collect(response.body))) as { errors?: Array<{ code?: string; message?: string }> };
		return errors?.[0] ?? {};
	} catch {
		return {};
	}
}
