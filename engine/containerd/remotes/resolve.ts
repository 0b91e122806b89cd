// A name → the document that it points at, checked.

import { collect } from "../../lib/bytes";
import { type Digest, digestAs, isDigest } from "../../lib/digest";
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

/**
 * As containerd's resolver does: HEAD says what a name points at, and only what is not known here is fetched, by its digest. A registry
 * that does not answer HEAD so is asked for the document.
 * @param known what is here already, by digest
 * @throws EngineError notFound with detail.code MANIFEST_UNKNOWN or NAME_UNKNOWN where the registry says so
 */
export async function resolve(
	repository: Repository,
	reference: Reference,
	known: (digest: Digest) => Promise<Uint8Array> | undefined = () => undefined,
): Promise<Resolved> {
	try {
		const identifier = reference.digest ?? reference.tag ?? "latest";
		const head = await pointedAt(repository, identifier);
		const here = head && (await known(head.digest));
		if (!here) return await fetchDocument(repository, head?.digest ?? identifier);
		const mediaType = mediaTypeOf(head.contentType, here);
		return { descriptor: { mediaType, digest: head.digest, size: here.length }, data: here };
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

/** Answers undefined where the document itself must be asked for: an answer to HEAD has no words for what is wrong. */
async function pointedAt(
	repository: Repository,
	identifier: string,
): Promise<{ digest: Digest; contentType: string | undefined } | undefined> {
	const expect = [200, 400, 403, 404, 405];
	const response = await repository.request({ method: "HEAD", path: pathOf(identifier), headers: ACCEPT, expect });
	// such an answer has no body; what sends one all the same is not listened to
	for await (const _ of response.body) break;
	const digest = identifier.includes(":") ? identifier : (response.headers["docker-content-digest"] ?? "");
	return response.status === 200 && isDigest(digest) ? { digest, contentType: response.headers["content-type"] } : undefined;
}
const pathOf = (identifier: string): string => `manifests/${identifier}`;
const ACCEPT = { accept: [...MANIFEST_TYPES, "*/*"].join(", ") };

/** There were no credentials to ask with, or they are not enough: not that something is wrong with them. */
export const isDenial = ({ detail }: EngineError): boolean => detail?.status === undefined || detail.denied === true;

/** @param identifier a tag or a digest @throws EngineError dataLoss when what comes is not what the digest says */
export async function fetchDocument(repository: Repository, identifier: string): Promise<Resolved> {
	const response = await repository.request({ method: "GET", path: pathOf(identifier), headers: ACCEPT, expect: [200] });
	const data = await limited(response.body);
	const promised = identifier.includes(":") ? identifier : (response.headers["docker-content-digest"] ?? "");
	const digest = await digestAs(promised, data);
	if (isDigest(promised) && promised !== digest) {
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
	const actual = await digestAs(digest, data);
	if (actual !== digest) throw dataLoss(`blob verification failed for digest ${digest}`, { actual });
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
