// The registry: a request → an answer, by the OCI Distribution Specification 1.1 (and Docker's _catalog).

import { hex, utf8 } from "../lib/bytes";
import { isDigest } from "../lib/digest";
import { isRepositoryPath } from "../lib/reference";
import { RegistryError } from "./errors";
import { deleteBlob, getBlob } from "./routes/blobs";
import { catalog, deleteManifest, getManifest, isReference, json, listTags, putManifest, referrers } from "./routes/manifests";
import { cancelUpload, finishUpload, patchUpload, startUpload, uploadStatus } from "./routes/uploads";
import type { RegistryStore } from "./store";
import type { RegistryRequest, RegistryResponse } from "./types";

export interface RouteContext {
	store: RegistryStore;
	/** The repository; "" where the route has none. */
	name: string;
	digest: string;
	/** A tag or a digest. */
	reference: string;
	upload: string;
	newId(): string;
	/** The repository of this name, under whichever of its names it is kept. */
	repositoryOf(name: string): Promise<string | undefined>;
}
type Route = (request: RegistryRequest, context: RouteContext) => Promise<RegistryResponse>;

const ROUTES: ReadonlyArray<readonly [methods: string, path: RegExp, route: Route]> = [
	["GET HEAD", /^\/v2\/?$/, async () => json({})],
	["GET", /^\/v2\/_catalog$/, catalog],
	["GET", /^\/v2\/(?<name>.+)\/tags\/list$/, listTags],
	["GET HEAD", /^\/v2\/(?<name>.+)\/manifests\/(?<reference>[^/]+)$/, getManifest],
	["PUT", /^\/v2\/(?<name>.+)\/manifests\/(?<reference>[^/]+)$/, putManifest],
	["DELETE", /^\/v2\/(?<name>.+)\/manifests\/(?<reference>[^/]+)$/, deleteManifest],
	["POST", /^\/v2\/(?<name>.+)\/blobs\/uploads\/?$/, startUpload],
	["GET HEAD", /^\/v2\/(?<name>.+)\/blobs\/uploads\/(?<upload>[0-9a-f-]+)$/, uploadStatus],
	["PATCH", /^\/v2\/(?<name>.+)\/blobs\/uploads\/(?<upload>[0-9a-f-]+)$/, patchUpload],
	["PUT", /^\/v2\/(?<name>.+)\/blobs\/uploads\/(?<upload>[0-9a-f-]+)$/, finishUpload],
	["DELETE", /^\/v2\/(?<name>.+)\/blobs\/uploads\/(?<upload>[0-9a-f-]+)$/, cancelUpload],
	["GET HEAD", /^\/v2\/(?<name>.+)\/blobs\/(?<digest>[^/]+)$/, getBlob],
	["DELETE", /^\/v2\/(?<name>.+)\/blobs\/(?<digest>[^/]+)$/, deleteBlob],
	["GET", /^\/v2\/(?<name>.+)\/referrers\/(?<reference>[^/]+)$/, referrers],
];
const READING = new Set(["GET", "HEAD"]);

export interface RegistryOptions {
	/** Only the read side. */
	readOnly?: boolean;
	/** NAME and library/NAME are the same repository, as on docker.io. */
	libraryNames?: boolean;
	/** For the numbers of uploads. */
	random(bytes: Uint8Array): Uint8Array;
}

export function registryHandler(
	store: RegistryStore,
	options: RegistryOptions,
): (request: RegistryRequest) => Promise<RegistryResponse> {
	const repositoryOf = async (name: string): Promise<string | undefined> => {
		const other = name.startsWith("library/") ? name.slice("library/".length) : `library/${name}`;
		for (const one of options.libraryNames ? [name, other] : [name]) if (await store.repository(one)) return one;
		return undefined;
	};
	const newId = (): string => hex(options.random(new Uint8Array(16))).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");

	const answer = async (request: RegistryRequest): Promise<RegistryResponse> => {
		const reading = READING.has(request.method);
		const fitting = ROUTES.filter(([, path]) => path.test(request.path));
		const route = fitting.find(([methods]) => methods.split(" ").includes(request.method));
		if (!route || (options.readOnly && !reading)) throw new RegistryError(fitting.length > 0 ? "UNSUPPORTED" : "NAME_UNKNOWN");
		const { name = "", digest = "", reference = "", upload = "" } = route[1].exec(request.path)!.groups ?? {};
		if (name !== "" && !isRepositoryPath(name)) throw new RegistryError("NAME_INVALID", { name });
		if (digest !== "" && !isDigest(digest)) throw new RegistryError("DIGEST_INVALID", { digest });
		if (reference !== "" && !isReference(reference)) throw new RegistryError("TAG_INVALID", { reference });
		const known = name === "" ? name : await repositoryOf(name);
		if (known === undefined && reading && upload === "") throw new RegistryError("NAME_UNKNOWN", { name });
		return route[2](request, { store, name: known ?? name, digest, reference, upload, newId, repositoryOf });
	};
	return async (request) => {
		const response = await answer(request).catch((error: unknown) => {
			if (!(error instanceof RegistryError)) throw error;
			return refusal(error, request.method);
		});
		return { ...response, headers: { "docker-distribution-api-version": "registry/2.0", ...response.headers } };
	};
}

function refusal(error: RegistryError, method: string): RegistryResponse {
	const body = utf8(`${JSON.stringify(error)}\n`);
	const headers = { "content-type": "application/json", "content-length": String(body.length) };
	return { status: error.status, headers, ...(method === "HEAD" ? {} : { body }) };
}
