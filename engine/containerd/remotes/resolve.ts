// A name → the document that it points at, checked.

import { collect } from "../../lib/bytes";
import { digestOf } from "../../lib/digest";
import { dataLoss, EngineError, notFound, unauthorized } from "../../lib/errors";
import { formatReference, type Reference } from "../../lib/reference";
import { MANIFEST_TYPES } from "../../oci/image/media-types";
import { detectMediaType, parseDocument } from "../../oci/image/parse";
import type { Descriptor } from "../api";
import type { Repository } from "./repository";

const LIMIT = 4 << 20;

export interface Resolved {
	descriptor: Descriptor;
	data: Uint8Array;
}

/** @throws EngineError notFound with detail.code MANIFEST_UNKNOWN or NAME_UNKNOWN where the registry says so */
export async function resolve(repository: Repository, reference: Reference): Promise<Resolved> {
	try {
		return await fetchDocument(repository, reference.digest ?? reference.tag ?? "latest");
	} catch (error) {
		if (!(error instanceof EngineError)) throw error;
		const name = formatReference(reference);
		const prefix = `failed to resolve reference ${JSON.stringify(name)}: `;
		if (error.kind === "notFound") throw notFound(`${prefix}${name}: not found`, error.detail);
		if (error.kind === "unauthorized" && isDenial(error))
			throw unauthorized(
				`${prefix}pull access denied, repository does not exist or may require authorization: ${error.message}`,
				error.detail,
			);
		throw new EngineError(error.kind, prefix + error.message, error.detail);
	}
}

/** There were no credentials to ask with, or they are not enough: not that something is wrong with them. */
export const isDenial = ({ detail }: EngineError): boolean => detail?.status === undefined || detail.denied === true;

/** @param identifier a tag or a digest @throws EngineError dataLoss when what comes is not what the digest says */
export async function fetchDocument(repository: Repository, identifier: string): Promise<Resolved> {
	const response = await repository.request({
		method: "GET",
		path: `manifests/${identifier}`,
		headers: { accept: [...MANIFEST_TYPES, "*/*"].join(", ") },
		expect: [200],
	});
	const data = await limited(response.body);
	const digest = digestOf(data);
	const promised = identifier.includes(":") ? identifier : response.headers["docker-content-digest"];
	if (promised?.startsWith("sha256:") && promised !== digest) {
		throw dataLoss(`manifest verification failed for digest ${promised}`, { actual: digest });
	}
	const mediaType = mediaTypeOf(response.headers["content-type"], data);
	// refused here already, before anything is stored: a type that is no image's, a document that is damaged
	parseDocument(data, mediaType);
	return { descriptor: { mediaType, digest, size: data.length }, data };
}

/** A blob as small as a document. @throws EngineError dataLoss when what comes is not what the digest says */
export async function fetchBlob(repository: Repository, digest: string): Promise<Uint8Array> {
	const response = await repository.request({ method: "GET", path: `blobs/${digest}`, expect: [200] });
	const data = await limited(response.body);
	if (digestOf(data) !== digest) throw dataLoss(`blob verification failed for digest ${digest}`, { actual: digestOf(data) });
	return data;
}

function mediaTypeOf(header: string | undefined, data: Uint8Array): string {
	const named = (header ?? "").split(";")[0]!.trim().toLowerCase();
	const generic = named === "" || named === "application/json" || named === "text/plain" || named === "application/octet-stream";
	return generic ? (detectMediaType(data) ?? named) : named;
}

async function limited(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
	let size = 0;
	return collect(
		(async function* () {
			for await (const piece of body) {
				size += piece.length;
				if (size > LIMIT) throw dataLoss("document is too large");
				yield piece;
			}
		})(),
	);
}
