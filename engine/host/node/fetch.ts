// HTTP(S) for the engine in Node. The site's own registry is answered in this process, from plain files.

import { reasonOf } from "../../lib/fetch-error";
import type { Fetch, FetchRequest, FetchResponse } from "../../port";
import { BAD_PORT, plainFetch } from "./plain-fetch";

/** A reserved name (RFC 2606), so that it can never be somebody's host. */
export const SITE_ORIGIN = "http://site.invalid";

export type LocalHandler = (request: FetchRequest) => Promise<FetchResponse>;

/** @param site answers requests to SITE_ORIGIN */
export const nodeFetch =
	(site?: LocalHandler): Fetch =>
	async (request) => {
		if (request.url.startsWith(`${SITE_ORIGIN}/`)) {
			if (!site) throw new Error(`${request.url}: this machine has no registry of its own`);
			return site(request);
		}
		const controller = new AbortController();
		if (request.signal) {
			if (request.signal.aborted) controller.abort();
			request.signal.onabort = () => controller.abort();
		}
		try {
			return await fetched(request, controller.signal);
		} catch (error) {
			throw new Error(inGo(reasonOf(error)));
		}
	};

async function fetched(request: FetchRequest, signal: AbortSignal): Promise<FetchResponse> {
	const { method, headers, url, body } = request;
	if (body) return plainFetch(request, signal);
	// the client of registries follows by itself: a token must not go where it was not meant for
	const response = await fetch(url, { method, headers, signal, redirect: "manual" }).catch((error: Error) => {
		if (reasonOf(error) !== BAD_PORT) throw error;
		return undefined;
	});
	if (!response) return plainFetch(request, signal);
	return {
		status: response.status,
		headers: Object.fromEntries(response.headers),
		body: (response.body as AsyncIterable<Uint8Array> | null) ?? empty(),
	};
}

/** Failures of the network in the words of Go's net package, since whoever reads them knows Docker. */
const inGo = (words: string): string =>
	words
		.replace(/ ([\da-f:.]*:[\da-f:.]*)(?=:\d+$)/, " [$1]")
		.replace(/^connect ECONNREFUSED (\S+)$/, "dial tcp $1: connect: connection refused")
		.replace(/^connect ETIMEDOUT (\S+)$/, "dial tcp $1: i/o timeout")
		.replace(/^getaddrinfo (?:ENOTFOUND|EAI_AGAIN) (\S+)$/, "dial tcp: lookup $1: no such host");

async function* empty(): AsyncIterable<Uint8Array> {}
