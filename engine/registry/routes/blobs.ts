// Blobs: whole, in part, and away.

import { RegistryError } from "../errors";
import type { RouteContext } from "../handle";
import type { RegistryRequest, RegistryResponse } from "../types";
import { matchesEtag, parseRange } from "./conditions";

export async function getBlob(
	{ method, headers }: RegistryRequest,
	{ store, name, digest }: RouteContext,
): Promise<RegistryResponse> {
	const size = await store.blobs.size(name, digest);
	if (size === undefined) throw new RegistryError("BLOB_UNKNOWN", digest);
	const etag = `"${digest}"`;
	const common = {
		"accept-ranges": "bytes",
		"cache-control": "max-age=31536000",
		"content-type": "application/octet-stream",
		"docker-content-digest": digest,
		etag,
	};
	if (matchesEtag(headers["if-none-match"], digest)) return { status: 304, headers: common };
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
		...(method === "HEAD" ? {} : { body: store.blobs.read(digest, from, length) }),
	};
}

export async function deleteBlob(_request: RegistryRequest, { store, name, digest }: RouteContext): Promise<RegistryResponse> {
	if ((await store.blobs.size(name, digest)) === undefined) throw new RegistryError("BLOB_UNKNOWN", digest);
	await store.blobs.unlink(name, digest);
	return { status: 202, headers: { "docker-content-digest": digest, "content-length": "0" } };
}
