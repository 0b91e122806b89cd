// The site's registry answered in this process: what the /v2 route is to a browser.

import { randomBytes } from "node:crypto";
import { parseQuery } from "../../lib/http/query";
import type { FetchResponse } from "../../port";
import { registryHandler } from "../../registry/handle";
import { RegistryStore } from "../../registry/store/store";
import type { LocalHandler } from "./fetch";
import { nodeFiles } from "./files";

/** @param options.readOnly false where set-up pushes to it */
export function siteRegistry(folder: string, options: { readOnly: boolean } = { readOnly: true }): LocalHandler {
	const handle = registryHandler(new RegistryStore(nodeFiles(folder, { durable: false }), Date.now), {
		readOnly: options.readOnly,
		libraryNames: options.readOnly,
		search: true,
		random: (bytes) => {
			bytes.set(randomBytes(bytes.length));
			return bytes;
		},
	});
	return async ({ method, url, headers, body }): Promise<FetchResponse> => {
		const { pathname, search } = new URL(url);
		const request = { method, path: decodeURIComponent(pathname), query: parseQuery(search.slice(1)), headers };
		const answer = await handle({ ...request, body: pieces(body) });
		return { status: answer.status, headers: answer.headers, body: pieces(answer.body) };
	};
}

async function* pieces(body: Uint8Array | AsyncIterable<Uint8Array> | undefined): AsyncIterable<Uint8Array> {
	if (body instanceof Uint8Array) yield body;
	else if (body) yield* body;
}
