// Uploads: in one request, in chunks, or by mounting what another repository has.
//
//     POST uploads/?digest=D        all at once            POST uploads/?mount=D&from=NAME    nothing to send
//     POST uploads/ → PATCH … → PUT ?digest=D              the usual way

import { digestProblem } from "../../lib/digest";
import { RegistryError } from "../errors";
import type { RouteContext } from "../handle";
import type { RegistryRequest, RegistryResponse } from "../types";

export async function startUpload(request: RegistryRequest, context: RouteContext): Promise<RegistryResponse> {
	const { store, name } = context;
	const mount = request.query.get("mount");
	const from = request.query.get("from");
	if (mount !== undefined && digestProblem(mount) === undefined && from !== undefined) {
		const source = await context.repositoryOf(from);
		if (source !== undefined && (await store.blobSize(source, mount)) !== undefined) {
			await store.linkBlob(name, mount);
			return created(name, mount);
		}
	}
	const id = context.newId();
	await store.createUpload(id);
	if (request.query.get("digest") !== undefined) return finishUpload(request, { ...context, upload: id });
	return { status: 202, headers: progress(name, id, 0) };
}

export async function uploadStatus(_request: RegistryRequest, context: RouteContext): Promise<RegistryResponse> {
	return { status: 204, headers: progress(context.name, context.upload, await sizeOf(context)) };
}

export async function patchUpload(request: RegistryRequest, context: RouteContext): Promise<RegistryResponse> {
	const size = await append(request, context, await sizeOf(context));
	return { status: 202, headers: progress(context.name, context.upload, size) };
}

export async function finishUpload(request: RegistryRequest, context: RouteContext): Promise<RegistryResponse> {
	const { store, name, upload } = context;
	const digest = request.query.get("digest");
	if (digest === undefined || digestProblem(digest) !== undefined)
		throw new RegistryError("DIGEST_INVALID", { digest: digest ?? "" });
	await append(request, context, await sizeOf(context));
	if (!(await store.finishUpload(name, upload, digest))) throw new RegistryError("DIGEST_INVALID", { digest });
	return created(name, digest);
}

export async function cancelUpload(_request: RegistryRequest, context: RouteContext): Promise<RegistryResponse> {
	await sizeOf(context);
	await context.store.removeUpload(context.upload);
	return { status: 204, headers: {} };
}

async function sizeOf({ store, upload }: RouteContext): Promise<number> {
	const size = await store.uploadSize(upload);
	if (size === undefined) throw new RegistryError("BLOB_UPLOAD_UNKNOWN", { id: upload });
	return size;
}

/** Takes the body to the end of the upload; chunks must come in order. */
async function append({ headers, body }: RegistryRequest, { store, upload }: RouteContext, size: number): Promise<number> {
	const range = /^(\d+)-(\d+)$/.exec(headers["content-range"] ?? "");
	if (range && Number(range[1]) !== size) throw new RegistryError("RANGE_INVALID", { expected: size });
	for await (const piece of body) {
		await store.append(upload, piece);
		size += piece.length;
	}
	return size;
}

const progress = (name: string, id: string, size: number): Record<string, string> => ({
	location: `/v2/${name}/blobs/uploads/${id}`,
	range: `0-${Math.max(0, size - 1)}`,
	"docker-upload-uuid": id,
	"content-length": "0",
});
const created = (name: string, digest: string): RegistryResponse => ({
	status: 201,
	headers: { location: `/v2/${name}/blobs/${digest}`, "docker-content-digest": digest, "content-length": "0" },
});
