// Blobs: whole, in part, and away.

import { RegistryError } from "../errors";
import type { RouteContext } from "../handle";
import type { RegistryRequest, RegistryResponse } from "../types";
import { contentResponse } from "./content";

export async function getBlob(request: RegistryRequest, { store, name, digest }: RouteContext): Promise<RegistryResponse> {
	const size = await store.blobs.size(name, digest);
	if (size === undefined) throw new RegistryError("BLOB_UNKNOWN", digest);
	const read = (from: number, length: number) => store.blobs.read(digest, from, length);
	return contentResponse(request, digest, async () => ({ size, read }));
}

export async function deleteBlob(_request: RegistryRequest, { store, name, digest }: RouteContext): Promise<RegistryResponse> {
	if ((await store.blobs.size(name, digest)) === undefined) throw new RegistryError("BLOB_UNKNOWN", digest);
	await store.blobs.unlink(name, digest);
	return { status: 202, headers: { "docker-content-digest": digest, "content-length": "0" } };
}
