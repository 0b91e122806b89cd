// Manifests and indexes, by tag and by digest; tags; what refers to a manifest.

import { collect, utf8 } from "../../lib/bytes";
import { digestOf, isDigest } from "../../lib/digest";
import { isTag } from "../../lib/reference";
import { isIndex, isManifest, OCI_INDEX } from "../../oci/image/media-types";
import { detectMediaType, parseDocument } from "../../oci/image/parse";
import type { Manifest } from "../../oci/image/types";
import { RegistryError } from "../errors";
import type { RouteContext } from "../handle";
import type { RegistryRequest, RegistryResponse } from "../types";

const MANIFEST_LIMIT = 4 << 20;

export async function getManifest(
	{ method, headers }: RegistryRequest,
	{ store, name, reference }: RouteContext,
): Promise<RegistryResponse> {
	const manifest = await store.manifest(name, reference);
	if (!manifest) throw new RegistryError("MANIFEST_UNKNOWN", { name, reference });
	const { digest, mediaType, data } = manifest;
	const common = { "docker-content-digest": digest, etag: `"${digest}"` };
	if (headers["if-none-match"] === `"${digest}"`) return { status: 304, headers: common };
	return {
		status: 200,
		headers: { ...common, "content-type": mediaType, "content-length": String(data.length) },
		...(method === "HEAD" ? {} : { body: data }),
	};
}

export async function putManifest(request: RegistryRequest, { store, name, reference }: RouteContext): Promise<RegistryResponse> {
	const data = await collect(limited(request.body));
	if (reference.includes(":") && digestOf(data) !== reference) throw new RegistryError("DIGEST_INVALID", { digest: reference });
	const mediaType = mediaTypeOf(request, data);
	const document = parse(data, mediaType);
	// an index may name manifests of platforms that are not here; a manifest without its layers is of no use
	if (document.kind === "manifest") await requireBlobs(document.manifest, store, name);
	const digest = await store.putManifest(name, reference.includes(":") ? undefined : reference, mediaType, data);
	const subject = document.kind === "manifest" ? document.manifest.subject?.digest : undefined;
	return {
		status: 201,
		headers: {
			location: `/v2/${name}/manifests/${digest}`,
			"docker-content-digest": digest,
			"content-length": "0",
			...(subject ? { "oci-subject": subject } : {}),
		},
	};
}

function mediaTypeOf({ headers }: RegistryRequest, data: Uint8Array): string {
	const named = (headers["content-type"] ?? "").split(";")[0]!.trim();
	if (isManifest(named) || isIndex(named)) return named;
	try {
		return detectMediaType(data) ?? named;
	} catch (error) {
		throw new RegistryError("MANIFEST_INVALID", (error as Error).message);
	}
}
function parse(data: Uint8Array, mediaType: string) {
	try {
		return parseDocument(data, mediaType);
	} catch (error) {
		throw new RegistryError("MANIFEST_INVALID", (error as Error).message);
	}
}
async function* limited(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
	let size = 0;
	for await (const piece of body) {
		size += piece.length;
		if (size > MANIFEST_LIMIT) throw new RegistryError("MANIFEST_INVALID", "manifest is too large");
		yield piece;
	}
}
async function requireBlobs({ config, layers }: Manifest, store: RouteContext["store"], name: string): Promise<void> {
	for (const { digest, urls } of [config, ...layers]) {
		if (urls?.length || (await store.blobSize(name, digest)) !== undefined) continue;
		throw new RegistryError("MANIFEST_BLOB_UNKNOWN", { digest });
	}
}

export async function deleteManifest(
	_request: RegistryRequest,
	{ store, name, reference }: RouteContext,
): Promise<RegistryResponse> {
	if (!(await store.deleteManifest(name, reference))) throw new RegistryError("MANIFEST_UNKNOWN", { name, reference });
	return { status: 202, headers: {} };
}

export async function listTags({ query }: RegistryRequest, { store, name }: RouteContext): Promise<RegistryResponse> {
	const repository = await store.repository(name);
	if (!repository) throw new RegistryError("NAME_UNKNOWN", { name });
	const page = paginate(Object.keys(repository.tags).sort(), query);
	return json({ name, tags: page.items }, page.more ? link(`/v2/${name}/tags/list`, page) : {});
}

export async function catalog({ query }: RegistryRequest, { store }: RouteContext): Promise<RegistryResponse> {
	const page = paginate(await store.names(), query);
	return json({ repositories: page.items }, page.more ? link("/v2/_catalog", page) : {});
}

/** Manifests whose subject is this one (signatures, attestations). */
export async function referrers(_request: RegistryRequest, { store, name, reference }: RouteContext): Promise<RegistryResponse> {
	const repository = await store.repository(name);
	const manifests = [];
	for (const digest of Object.keys(repository?.manifests ?? {}).sort()) {
		const stored = await store.manifest(name, digest);
		const document = stored && isManifest(stored.mediaType) ? parseDocument(stored.data, stored.mediaType) : undefined;
		if (!stored || document?.kind !== "manifest" || document.manifest.subject?.digest !== reference) continue;
		const { annotations, config } = document.manifest;
		manifests.push({
			mediaType: stored.mediaType,
			digest,
			size: stored.data.length,
			artifactType: config.mediaType,
			annotations,
		});
	}
	return json({ schemaVersion: 2, mediaType: OCI_INDEX, manifests }, {}, OCI_INDEX);
}

interface Page {
	items: string[];
	more: boolean;
	count: number;
}
function paginate(all: string[], query: RegistryRequest["query"]): Page {
	const last = query.get("last") ?? "";
	const n = query.get("n");
	if (n !== undefined && !/^\d{1,6}$/.test(n)) throw new RegistryError("PAGINATION_NUMBER_INVALID", { n });
	const rest = last === "" ? all : all.filter((item) => item > last);
	const count = n === undefined ? rest.length : Number(n);
	return { items: rest.slice(0, count), more: count > 0 && rest.length > count, count };
}
const link = (path: string, { items, count }: Page): Record<string, string> => ({
	link: `<${path}?last=${encodeURIComponent(items.at(-1) ?? "")}&n=${count}>; rel="next"`,
});
export function json(value: unknown, headers: Record<string, string> = {}, type = "application/json"): RegistryResponse {
	const body = utf8(`${JSON.stringify(value)}\n`);
	return { status: 200, headers: { "content-type": type, "content-length": String(body.length), ...headers }, body };
}

export const isReference = (text: string): boolean => isDigest(text) || isTag(text);
