// A blob's bytes and a manifest's as the answer to GET or HEAD: whole, of a blob a range, or not again (RFC 9110 sections 13 and 14).

import type { Digest } from "../../lib/digest";
import type { RegistryRequest, RegistryResponse } from "../types";
import { matchesEtag, parseRange } from "./conditions";

export interface Content {
	/** Bytes. */
	size: number;
	read(from: number, length: number): AsyncIterable<Uint8Array>;
}

/** Opens the content only for who does not have it yet. */
export async function contentResponse(
	{ method, headers }: Pick<RegistryRequest, "method" | "headers">,
	digest: Digest,
	open: () => Promise<Content>,
): Promise<RegistryResponse> {
	const etag = `"${digest}"`;
	const common = {
		"accept-ranges": "bytes",
		"cache-control": "max-age=31536000",
		"content-type": "application/octet-stream",
		"docker-content-digest": digest,
		etag,
	};
	if (matchesEtag(headers["if-none-match"], digest)) return { status: 304, headers: common };
	const { size, read } = await open();
	// content never changes under its digest: a condition on it can only be about this one
	const conditional = headers["if-range"] === undefined || headers["if-range"] === etag;
	const range = method === "GET" && conditional ? parseRange(headers.range, size) : undefined;
	if (range === "unsatisfiable")
		return { status: 416, headers: { ...common, "content-range": `bytes */${size}`, "content-length": "0" } };
	const [from, to] = range ?? [0, size - 1];
	const length = to - from + 1;
	return {
		status: range ? 206 : 200,
		headers: {
			...common,
			"content-length": String(length),
			...(range ? { "content-range": `bytes ${from}-${to}/${size}` } : {}),
		},
		...(method === "HEAD" ? {} : { body: read(from, length) }),
	};
}

export interface Document {
	digest: Digest;
	mediaType: string;
	/** Bytes. */
	size: number;
	read(): Promise<Uint8Array>;
}

/** Reads the document only for who does not have it yet. */
export async function documentResponse(
	{ method, headers }: Pick<RegistryRequest, "method" | "headers">,
	{ digest, mediaType, size, read }: Document,
): Promise<RegistryResponse> {
	const common = { "docker-content-digest": digest, etag: `"${digest}"` };
	if (matchesEtag(headers["if-none-match"], digest)) return { status: 304, headers: common };
	return {
		status: 200,
		headers: { ...common, "content-type": mediaType, "content-length": String(size) },
		...(method === "HEAD" ? {} : { body: await read() }),
	};
}
