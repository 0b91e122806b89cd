// The registry: a request → an answer, by the OCI Distribution Specification 1.1 (and Docker's _catalog).

import { hex, utf8 } from "../lib/bytes";
import { isDigest } from "../lib/digest";
import { isRepositoryPath } from "../lib/reference";
import type { AccessControl } from "./auth/control";
import type { Access } from "./auth/scope";
import { RegistryError } from "./errors";
import { deleteBlob, getBlob } from "./routes/blobs";
import { json } from "./routes/json";
import { catalog, listTags, referrers } from "./routes/lists";
import { deleteManifest, getManifest, isReference, noReference, putManifest } from "./routes/manifests";
import { search } from "./routes/search";
import { cancelUpload, finishUpload, patchUpload, startUpload, uploadStatus } from "./routes/uploads";
import type { RegistryStore } from "./store/store";
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
	mayPull(name: string): boolean;
	/** A path of this server as Location headers have it. */
	address(path: string): string;
	sparseIndexes: boolean;
	/** A blob may be mounted by whoever knows its digest. */
	anonymousMounts: boolean;
}
type Route = (request: RegistryRequest, context: RouteContext) => Promise<RegistryResponse>;
/** What a route needs of the repository; delete is also switched off as a whole. */
type Needs = "nothing" | "catalog" | "pull" | "push" | "delete";

const SEARCH = /^\/v1\/search$/;
const UPLOAD = "(?<upload>[0-9a-zA-Z_-]+)";
const ROUTES: ReadonlyArray<readonly [methods: string, path: RegExp, needs: Needs, route: Route]> = [
	["GET HEAD", /^\/v2\/?$/, "nothing", async () => json({})],
	["GET", /^\/v2\/_catalog$/, "catalog", catalog],
	["GET", SEARCH, "catalog", search],
	["GET", /^\/v2\/(?<name>.+)\/tags\/list$/, "pull", listTags],
	["GET HEAD", /^\/v2\/(?<name>.+)\/manifests\/(?<reference>[^/]+)$/, "pull", getManifest],
	["PUT", /^\/v2\/(?<name>.+)\/manifests\/(?<reference>[^/]+)$/, "push", putManifest],
	["DELETE", /^\/v2\/(?<name>.+)\/manifests\/(?<reference>[^/]+)$/, "delete", deleteManifest],
	["POST", /^\/v2\/(?<name>.+)\/blobs\/uploads\/?$/, "push", startUpload],
	["GET HEAD", new RegExp(`^/v2/(?<name>.+)/blobs/uploads/${UPLOAD}$`), "push", uploadStatus],
	["PATCH", new RegExp(`^/v2/(?<name>.+)/blobs/uploads/${UPLOAD}$`), "push", patchUpload],
	["PUT", new RegExp(`^/v2/(?<name>.+)/blobs/uploads/${UPLOAD}$`), "push", finishUpload],
	["DELETE", new RegExp(`^/v2/(?<name>.+)/blobs/uploads/${UPLOAD}$`), "push", cancelUpload],
	["GET HEAD", /^\/v2\/(?<name>.+)\/blobs\/(?<digest>[^/]+)$/, "pull", getBlob],
	["DELETE", /^\/v2\/(?<name>.+)\/blobs\/(?<digest>[^/]+)$/, "delete", deleteBlob],
	["GET", /^\/v2\/(?<name>.+)\/referrers\/(?<digest>[^/]+)$/, "pull", referrers],
];

export interface RegistryOptions {
	/** Only the read side. */
	readOnly?: boolean;
	/** Manifests, tags and blobs can be deleted; so it is where nothing is said. */
	deletes?: boolean;
	/** NAME and library/NAME are the same repository, as on docker.io. */
	libraryNames?: boolean;
	/** Indexes may name manifests that are not here. */
	sparseIndexes?: boolean;
	/** Answers /v1/search too, as Docker's own index does. */
	search?: boolean;
	/** Put before the paths in Location headers, such as https://registry.example; without it they are relative. */
	origin?: string;
	/** Who may do what; without it anybody may do anything. */
	access?: AccessControl;
	/** Sent with every answer. */
	headers?: Record<string, string>;
	/** For the numbers of uploads. */
	random(bytes: Uint8Array): Uint8Array;
}

export type RegistryHandler = (request: RegistryRequest) => Promise<RegistryResponse>;

export function registryHandler(store: RegistryStore, options: RegistryOptions): RegistryHandler {
	const { readOnly = false, deletes = true, origin = "", access } = options;
	const repositoryOf = async (name: string): Promise<string | undefined> => {
		const other = name.startsWith("library/") ? name.slice("library/".length) : `library/${name}`;
		for (const one of options.libraryNames ? [name, other] : [name]) if (await store.has(one)) return one;
		return undefined;
	};
	const newId = (): string => {
		const bytes = options.random(new Uint8Array(16));
		// RFC 9562 version 4
		bytes[6] = (bytes[6]! & 0x0f) | 0x40;
		bytes[8] = (bytes[8]! & 0x3f) | 0x80;
		return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
	};

	const answer = async (request: RegistryRequest): Promise<RegistryResponse> => {
		const fitting = ROUTES.filter(([, path]) => path.test(request.path) && (path !== SEARCH || options.search));
		const route = fitting.find(([methods]) => methods.split(" ").includes(request.method));
		if (fitting.length === 0) throw new RegistryError("NAME_UNKNOWN", { path: request.path });
		if (!route) throw unsupported(fitting.map(([methods]) => methods));
		const [, path, needs, handle] = route;
		const { name = "", digest = "", reference = "", upload = "" } = path.exec(request.path)!.groups ?? {};
		if (name !== "" && !isRepositoryPath(name)) throw new RegistryError("NAME_INVALID", { name });
		const grants = await access?.authorize(request, accessFor(needs, name));
		if ((readOnly && (needs === "push" || needs === "delete")) || (!deletes && needs === "delete"))
			throw unsupported(["GET HEAD"]);
		if (digest !== "" && !isDigest(digest)) throw new RegistryError("DIGEST_INVALID", {});
		if (reference !== "" && !isReference(reference)) throw noReference(request.method, reference);
		const context: RouteContext = {
			store,
			name: options.libraryNames && name !== "" ? ((await repositoryOf(name)) ?? name) : name,
			digest,
			reference,
			upload,
			newId,
			repositoryOf,
			mayPull: (other) => grants?.may({ type: "repository", name: other, actions: ["pull"] }) ?? true,
			address: (path) => origin + path,
			sparseIndexes: options.sparseIndexes ?? false,
			anonymousMounts: access === undefined,
		};
		return handle(request, context);
	};
	return async (request) => {
		const response = await answer(request).catch((error: unknown) => {
			if (!(error instanceof RegistryError)) throw error;
			return refusal(error, request.method);
		});
		const always = { "docker-distribution-api-version": "registry/2.0", ...options.headers };
		return { ...response, headers: { ...always, ...response.headers } };
	};
}

function accessFor(needs: Needs, name: string): Access[] {
	if (needs === "nothing") return [];
	if (needs === "catalog") return [{ type: "registry", name: "catalog", actions: ["*"] }];
	return [{ type: "repository", name, actions: needs === "push" ? ["pull", "push"] : [needs] }];
}

const unsupported = (methods: readonly string[]): RegistryError =>
	new RegistryError("UNSUPPORTED", undefined, { headers: { allow: methods.join(" ").split(" ").join(", ") } });

export function refusal(error: RegistryError, method: string): RegistryResponse {
	const body = utf8(`${JSON.stringify(error)}\n`);
	const headers = { ...error.headers, "content-type": "application/json", "content-length": String(body.length) };
	return { status: error.status, headers, ...(method === "HEAD" ? {} : { body }) };
}
