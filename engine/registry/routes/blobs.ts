// Blobs: read, in parts too, and deleted.

import { RegistryError } from "../errors";
import type { RouteContext } from "../handle";
import type { RegistryRequest, RegistryResponse } from "../types";

export async function getBlob(
	{ method, headers }: RegistryRequest,
	{ store, name, digest }: RouteContext,
): Promise<RegistryResponse> {
	const size = await store.blobSize(name, digest);
	if (size === undefined) throw new RegistryError("BLOB_UNKNOWN", { digest });
	const common = {
		"accept-ranges": "bytes",
		"cache-control": "max-age=31536000",
		"content-type": "application/octet-stream",
		"docker-content-digest": digest,
		etag: `"${digest}"`,
	};
	if (headers["if-none-match"] === `"${digest}"`) return { status: 304, headers: common };
	const range = method === "GET" ? parseRange(headers.range, size) : undefined;
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
		...(method === "HEAD" ? {} : { body: store.readBlob(digest, from, length) }),
	};
}

/** One range of bytes (RFC 9110 section 14); several at once are answered with the whole. */
export function parseRange(header: string | undefined, size: number): [from: number, to: number] | "unsatisfiable" | undefined {
	const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? "");
	if (!match || (match[1] === "" && match[2] === "")) return undefined;
	const [from, to] =
		match[1] === ""
			? [Math.max(0, size - Number(match[2])), size - 1]
			: [Number(match[1]), match[2] === "" ? size - 1 : Number(match[2])];
	if (from >= size || to < from) return "unsatisfiable";
	return [from, Math.min(to, size - 1)];
}

export async function deleteBlob(_request: RegistryRequest, { store, name, digest }: RouteContext): Promise<RegistryResponse> {
	if ((await store.blobSize(name, digest)) === undefined) throw new RegistryError("BLOB_UNKNOWN", { digest });
	await store.unlinkBlob(name, digest);
	return { status: 202, headers: {} };
}
