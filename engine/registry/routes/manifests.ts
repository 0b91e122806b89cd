// Manifests and indexes, by tag and by digest.

import { collect } from "../../lib/bytes";
import { algorithmOf, createDigester, type Digest, isDigest } from "../../lib/digest";
import { isTag } from "../../lib/reference";
import { RegistryError } from "../errors";
import type { RouteContext } from "../handle";
import { type Contents, readManifest } from "../manifest";
import type { RegistryRequest, RegistryResponse } from "../types";
import { documentResponse } from "./content";

const MANIFEST_LIMIT = 4 << 20;

const unknown = (name: string, reference: string): RegistryError =>
	new RegistryError("MANIFEST_UNKNOWN", isDigest(reference) ? { Name: name, Revision: reference } : { Tag: reference });

export async function getManifest(request: RegistryRequest, { store, name, reference }: RouteContext): Promise<RegistryResponse> {
	const manifest = await store.manifests.get(name, reference);
	if (!manifest) throw unknown(name, reference);
	const { digest, mediaType, data } = manifest;
	return documentResponse(request, { digest, mediaType, size: data.length, read: async () => data });
}

export async function putManifest(request: RegistryRequest, context: RouteContext): Promise<RegistryResponse> {
	const { store, name, reference } = context;
	const data = await collect(limited(request));
	const byDigest = isDigest(reference);
	const digester = await createDigester(byDigest ? algorithmOf(reference) : "sha256");
	digester.update(data);
	const digest = digester.digest();
	if (byDigest && digest !== reference) throw new RegistryError("DIGEST_INVALID", { digest: reference });
	const also = byDigest ? request.query.all("tag") : [];
	for (const tag of also) if (!isTag(tag)) throw new RegistryError("TAG_INVALID", { tag });
	const tags = byDigest ? also : [reference];
	const contents = readManifest(data, (request.headers["content-type"] ?? "").split(";")[0]!.trim());
	const references = [...contents.blobs, ...contents.manifests];
	const manifest = { digest, mediaType: contents.mediaType, data, tags, references };
	await store.manifests.put(name, manifest, () => requireContents(contents, context));
	return {
		status: 201,
		headers: {
			location: context.address(`/v2/${name}/manifests/${digest}`),
			"docker-content-digest": digest,
			"content-length": "0",
			...(contents.subject ? { "oci-subject": contents.subject } : {}),
			...(also.length > 0 ? { "oci-tag": also.join(", ") } : {}),
		},
	};
}

/** A manifest without its layers is of no use; what it is about (its subject) may come later. */
async function requireContents(contents: Contents, { store, name, sparseIndexes }: RouteContext): Promise<void> {
	const missing: Digest[] = [];
	for (const digest of contents.blobs) if ((await store.blobs.size(name, digest)) === undefined) missing.push(digest);
	// a build cache's index names layers
	const there = async (digest: Digest): Promise<boolean> =>
		(await store.manifests.resolve(name, digest)) !== undefined || (await store.blobs.size(name, digest)) !== undefined;
	if (!sparseIndexes) for (const digest of contents.manifests) if (!(await there(digest))) missing.push(digest);
	if (missing.length > 0) throw new RegistryError("MANIFEST_BLOB_UNKNOWN", missing[0]);
}

async function* limited({ headers, body }: RegistryRequest): AsyncGenerator<Uint8Array> {
	const refused = () =>
		new RegistryError("SIZE_INVALID", { limit: MANIFEST_LIMIT }, { status: 413, message: "manifest is too large" });
	if (Number(headers["content-length"] ?? 0) > MANIFEST_LIMIT) throw refused();
	let size = 0;
	for await (const piece of body) {
		size += piece.length;
		if (size > MANIFEST_LIMIT) throw refused();
		yield piece;
	}
}

export async function deleteManifest(
	_request: RegistryRequest,
	{ store, name, reference }: RouteContext,
): Promise<RegistryResponse> {
	if (!(await store.manifests.delete(name, reference))) throw unknown(name, reference);
	return { status: 202, headers: { "content-length": "0" } };
}

export const isReference = (text: string): boolean => isDigest(text) || isTag(text);

/** With a colon it can only be a digest that is none; a tag that cannot be is not there, which matters only to who would make it. */
export function noReference(method: string, reference: string): RegistryError {
	if (reference.includes(":")) return new RegistryError("DIGEST_INVALID", { reference });
	return method === "PUT"
		? new RegistryError("TAG_INVALID", { reference })
		: new RegistryError("MANIFEST_UNKNOWN", { Tag: reference });
}
