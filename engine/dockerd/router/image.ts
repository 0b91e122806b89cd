// /images: the table, and what each row makes of its request.

import { compareVersions } from "../../api/version";
import { forbidden, invalidParameter } from "../../lib/errors";
import { decodePlatform } from "../../oci/image/platform";
import type { Platform } from "../../oci/image/types";
import { imageAttestations } from "../image/attestations";
import { deletePlatforms } from "../image/delete-platforms";
import { importImage } from "../image/import";
import { imageHistory, inspectImage } from "../image/inspect";
import { listImages, shapeFor } from "../image/list";
import { loadImages } from "../image/load";
import { pruneImages } from "../image/prune";
import { pullImage } from "../image/pull";
import { pushImage } from "../image/push";
import { saveImages } from "../image/save";
import { searchImages } from "../image/search";
import { deleteImage, tagImage } from "../image/tag";
import { registryAuth } from "./registry-auth";
import { type Context, type Handler, jsonLines, type Route } from "./route";

const list: Handler = async ({ daemon, request, responder, version }) => {
	const { query } = request;
	const since = (one: string): boolean => compareVersions(version, one) >= 0;
	const options = {
		filters: query.get("filters"),
		all: query.flag("all"),
		manifests: query.flag("manifests") && since("1.47"),
		identity: query.flag("identity") && since("1.54"),
		sharedSize: query.flag("shared-size") && since("1.42"),
		version,
	};
	if (options.identity && !options.manifests) {
		throw invalidParameter("conflicting options: identity requires manifests=1");
	}
	const images = await listImages(daemon, options);
	for (const image of images) shapeFor(version, image);
	await responder.json(200, images);
};

const create: Handler = async (context) => {
	const { daemon, request } = context;
	const { query } = request;
	const fromImage = query.get("fromImage");
	const platform = query.get("platform") || undefined;
	if (fromImage) {
		if (fromImage === "scratch") throw forbidden("'scratch' is a reserved name");
		const pull = { fromImage, tag: query.get("tag") ?? "", platform, auth: registryAuth(request) };
		await jsonLines(context, (send) => pullImage(daemon, pull, send));
		return;
	}
	const source = query.get("fromSrc");
	if (!source) throw invalidParameter("fromImage or fromSrc must be set");
	const [repository, tag] = [query.get("repo") ?? "", query.get("tag") ?? ""];
	const options = { source, repository, tag, message: query.get("message") ?? "", changes: query.all("changes"), platform };
	await jsonLines(context, (send) => importImage(daemon, options, request.body, send));
};

/** platform= as JSON, in versions that have it. @throws EngineError invalidParameter */
function platformOf({ request, version }: Context, since: string): Platform | undefined {
	const text = request.query.get("platform");
	return text && compareVersions(version, since) >= 0 ? decodePlatform(text) : undefined;
}

const inspect: Handler = async (context) => {
	const { daemon, params, request, responder, version } = context;
	const manifests = request.query.flag("manifests") && compareVersions(version, "1.48") >= 0;
	const platform = platformOf(context, "1.49");
	if (manifests && platform) {
		throw invalidParameter("conflicting options: manifests and platform options cannot both be set");
	}
	await responder.json(200, await inspectImage(daemon, params.name!, { version, manifests, platform }));
};
const history: Handler = async (context) => {
	const { daemon, params, responder } = context;
	await responder.json(200, await imageHistory(daemon, params.name!, platformOf(context, "1.48")));
};
const attestations: Handler = async ({ daemon, params, request, responder }) => {
	const { query } = request;
	const [platform, another] = query.all("platform");
	if (another !== undefined) throw invalidParameter("only one platform value is currently supported");
	const options = {
		platform: platform ? decodePlatform(platform) : undefined,
		predicateTypes: query
			.all("type")
			.map((type) => type.trim())
			.filter(Boolean),
		statements: query.flag("statement"),
	};
	await responder.json(200, await imageAttestations(daemon, params.name!, options));
};
const tag: Handler = async ({ daemon, params, request, responder }) => {
	await tagImage(daemon, params.name!, request.query.get("repo") ?? "", request.query.get("tag") ?? "");
	await responder.respond(201);
};
const remove: Handler = async ({ daemon, params, request, responder, version }) => {
	const { query } = request;
	if (params.name!.trim() === "") throw invalidParameter("image name cannot be blank");
	const platforms = compareVersions(version, "1.50") >= 0 ? query.all("platforms").map(decodePlatform) : [];
	if (platforms.length > 0) {
		await responder.json(200, await deletePlatforms(daemon, params.name!, platforms, query.flag("force")));
		return;
	}
	const options = { force: query.flag("force"), parents: !query.flag("noprune") };
	await responder.json(200, await deleteImage(daemon, params.name!, options));
};
const push: Handler = async (context) => {
	const { daemon, params, request } = context;
	const platform = platformOf(context, "1.46");
	const options = { name: params.name!, tag: request.query.get("tag") ?? "", platform, auth: registryAuth(request) };
	await jsonLines(context, (send) => pushImage(daemon, options, send));
};
const prune: Handler = async ({ daemon, request, responder }) => {
	await responder.json(200, await pruneImages(daemon, request.query.get("filters")));
};

/** Each is JSON: {"os":"linux","architecture":"amd64"}. Older clients name none. @throws EngineError invalidParameter */
function platformsOf({ request, version }: Context): Platform[] {
	const given = compareVersions(version, "1.48") < 0 ? [] : request.query.all("platform");
	if (given.length > 1 && compareVersions(version, "1.52") < 0)
		throw invalidParameter("multiple platform parameters are not supported in this API version; use API version 1.52 or later");
	return given.map((one) => decodePlatform(one));
}

const save: Handler = async (context) => {
	const { daemon, params, request, responder } = context;
	const names = params.name ? [params.name] : request.query.all("names");
	const tar = await saveImages(daemon, names, platformsOf(context));
	const stream = await responder.stream(200, { "content-type": "application/x-tar" });
	for await (const piece of tar) await stream.write(piece);
	await stream.end();
};
const load: Handler = async (context) => {
	const { daemon, request } = context;
	const platforms = platformsOf(context);
	await jsonLines(context, (send) => loadImages(daemon, request.body, send, platforms), true);
};

const search: Handler = async ({ daemon, request, responder }) => {
	const { query } = request;
	const text = query.get("limit") || "0";
	if (!/^\+?\d+$/.test(text)) {
		throw invalidParameter(`invalid limit specified: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
	}
	const options = {
		term: query.get("term") ?? "",
		limit: Number(text),
		filters: query.get("filters"),
		auth: registryAuth(request),
	};
	await responder.json(200, await searchImages(daemon, options));
};

export const imageRoutes: readonly Route[] = [
	["GET", "/images/json", list],
	["GET", "/images/search", search],
	["POST", "/images/create", create],
	["POST", "/images/load", load],
	["POST", "/images/prune", prune],
	["GET", "/images/get", save],
	["GET", "/images/{name*}/get", save],
	["GET", "/images/{name*}/json", inspect],
	["GET", "/images/{name*}/history", history],
	["GET", "/images/{name*}/attestations", attestations, "1.55"],
	["POST", "/images/{name*}/tag", tag],
	["POST", "/images/{name*}/push", push],
	["DELETE", "/images/{name*}", remove],
];
