// Uploads: in one request, in chunks, or by mounting what another repository has.
//
//     POST uploads/?digest=D        all at once            POST uploads/?mount=D&from=NAME    nothing to send
//     POST uploads/ → PATCH … → PUT ?digest=D              the usual way

import { algorithmOf, type Digest } from "../../lib/digest";
import { checkPushed, isAlgorithm } from "../digests";
import { RegistryError } from "../errors";
import type { RouteContext } from "../handle";
import type { RegistryRequest, RegistryResponse } from "../types";

export async function startUpload(request: RegistryRequest, context: RouteContext): Promise<RegistryResponse> {
	const { store, name } = context;
	const { query } = request;
	const mount = query.get("mount");
	if (mount !== undefined) {
		checkPushed(mount);
		if (await mounted(mount, query.get("from"), context)) return created(context, mount);
	}
	const digest = query.get("digest");
	if (digest !== undefined) checkPushed(digest);
	const algorithm = query.get("digest-algorithm") ?? (digest ? algorithmOf(digest) : "sha256");
	if (!isAlgorithm(algorithm)) throw new RegistryError("DIGEST_INVALID", { algorithm });
	const id = context.newId();
	await store.uploads.create(name, id, algorithm);
	if (digest !== undefined) return finishUpload(request, { ...context, upload: id });
	return { status: 202, headers: progress({ ...context, upload: id }, 0) };
}

/** Links the blob where the source repository has it and may be read. Otherwise the client sends it. */
async function mounted(digest: Digest, from: string | undefined, context: RouteContext): Promise<boolean> {
	const { store, name } = context;
	const there = async (): Promise<boolean> => {
		if (from === undefined) return context.anonymousMounts && (await store.blobs.sizeAnywhere(digest)) !== undefined;
		if (!context.mayPull(from)) return false;
		const source = await context.repositoryOf(from);
		return source !== undefined && (await store.blobs.size(source, digest)) !== undefined;
	};
	if (!(await there())) return false;
	await store.blobs.announce(name, digest);
	// looked at again, now that the collector knows of it
	if (await there()) return true;
	await store.blobs.unlink(name, digest);
	return false;
}

export async function uploadStatus(_request: RegistryRequest, context: RouteContext): Promise<RegistryResponse> {
	return { status: 204, headers: progress(context, await sizeOf(context)) };
}

export const patchUpload = (request: RegistryRequest, context: RouteContext): Promise<RegistryResponse> =>
	context.store.uploads.exclusively(context.name, context.upload, async () => {
		const size = await append(request, context, await sizeOf(context));
		return { status: 202, headers: progress(context, size) };
	});

export async function finishUpload(request: RegistryRequest, context: RouteContext): Promise<RegistryResponse> {
	const { store, name, upload } = context;
	const digest = request.query.get("digest") ?? "";
	checkPushed(digest);
	return store.uploads.exclusively(name, upload, async () => {
		await append(request, context, await sizeOf(context));
		if (!(await store.uploads.finish(name, upload, digest))) throw new RegistryError("DIGEST_INVALID", { digest });
		return created(context, digest);
	});
}

export const cancelUpload = (_request: RegistryRequest, context: RouteContext): Promise<RegistryResponse> =>
	context.store.uploads.exclusively(context.name, context.upload, async () => {
		await sizeOf(context);
		await context.store.uploads.remove(context.name, context.upload);
		return { status: 204, headers: {} };
	});

async function sizeOf({ store, name, upload }: RouteContext): Promise<number> {
	const size = await store.uploads.size(name, upload);
	if (size === undefined) throw new RegistryError("BLOB_UPLOAD_UNKNOWN", { id: upload });
	return size;
}

/** Takes the body to the end of the upload; chunks must come in order. What came before a cut stays. */
async function append({ headers, body }: RegistryRequest, context: RouteContext, size: number): Promise<number> {
	const { store, name, upload } = context;
	const given = headers["content-range"];
	if (given !== undefined) {
		const range = /^(?:bytes[ =])?(\d+)-(\d+)(?:\/(?:\d+|\*))?$/.exec(given);
		const [from, to] = [Number(range?.[1]), Number(range?.[2])];
		if (!range || from !== size || to < from - 1)
			throw new RegistryError("RANGE_INVALID", { expected: size }, { headers: progress(context, size) });
		const length = headers["content-length"];
		if (length !== undefined && Number(length) !== to - from + 1)
			throw new RegistryError("SIZE_INVALID", { range: given, length: Number(length) });
	}
	for await (const piece of body) {
		if (piece.length === 0) continue;
		await store.uploads.append(name, upload, size, piece);
		size += piece.length;
	}
	return size;
}

const progress = ({ address, name, upload }: RouteContext, size: number): Record<string, string> => ({
	location: address(`/v2/${name}/blobs/uploads/${upload}`),
	range: `0-${Math.max(0, size - 1)}`,
	"docker-upload-uuid": upload,
	"content-length": "0",
});
const created = ({ address, name }: RouteContext, digest: Digest): RegistryResponse => ({
	status: 201,
	headers: {
		location: address(`/v2/${name}/blobs/${digest}`),
		"docker-content-digest": digest,
		"content-length": "0",
	},
});
