// What there is: repositories, tags, and what refers to a manifest.

import type { Digest } from "../../lib/digest";
import { OCI_INDEX } from "../../oci/image/media-types";
import { RegistryError } from "../errors";
import type { RouteContext } from "../handle";
import { type Referrer, readReferrer } from "../manifest";
import type { RegistryRequest, RegistryResponse } from "../types";
import { json, paginate } from "./json";

export async function listTags({ query }: RegistryRequest, { store, name }: RouteContext): Promise<RegistryResponse> {
	if (!(await store.has(name))) throw new RegistryError("NAME_UNKNOWN", { name });
	const page = paginate(await store.manifests.tags(name), query, `/v2/${name}/tags/list`);
	return json({ name, tags: page.items }, page.headers);
}

export async function catalog({ query }: RegistryRequest, { store }: RouteContext): Promise<RegistryResponse> {
	const page = paginate(await store.names(), query, "/v2/_catalog");
	return json({ repositories: page.items }, page.headers);
}

/** Documents never change: what each refers to is read once. */
const known = new Map<Digest, Referrer | undefined>();
const KNOWN_LIMIT = 10_000;

/** Manifests and indexes whose subject is this one (signatures, attestations); the subject itself need not be here. */
export async function referrers({ query }: RegistryRequest, { store, name, digest }: RouteContext): Promise<RegistryResponse> {
	const wanted = query.get("artifactType");
	const manifests = [];
	for (const one of await store.manifests.revisions(name)) {
		if (!known.has(one)) {
			const stored = await store.manifests.get(name, one);
			if (!stored) continue;
			if (known.size >= KNOWN_LIMIT) known.clear();
			known.set(one, readReferrer(stored));
		}
		const referrer = known.get(one);
		if (referrer?.subject !== digest) continue;
		if (!wanted || referrer.descriptor.artifactType === wanted) manifests.push(referrer.descriptor);
	}
	return json(
		{ schemaVersion: 2, mediaType: OCI_INDEX, manifests },
		wanted ? { "oci-filters-applied": "artifactType" } : {},
		OCI_INDEX,
	);
}
