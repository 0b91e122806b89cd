// /distribution/{name}/json: what a registry has under a name; and the endpoints of BuildKit's sessions, which are not spoken here.

import type { DistributionInspect } from "../../api/image";
import { EngineError, invalidParameter, messageOf, notImplemented, systemError } from "../../lib/errors";
import { isNameOnly, parseNormalized } from "../../lib/reference";
import { DOCKER_MANIFEST, isIndex } from "../../oci/image/media-types";
import { parseConfig, parseIndex, parseManifest } from "../../oci/image/parse";
import { registryAuth } from "./registry-auth";
import type { Context, Handler, Route } from "./route";

const inspect: Handler = async (context) => {
	const { params, responder } = context;
	const name = params.name!;
	if (/^(sha256:)?[0-9a-f]{64}$/.test(name)) throw systemError("no manifest found for full image ID");
	await responder.json(200, await distribution(context, name));
};

async function distribution(context: Context, name: string): Promise<DistributionInspect> {
	const reference = parseNormalized(name);
	const full = isNameOnly(reference) ? `${name}:latest` : name;
	const { containerd } = context.daemon;
	const auth = registryAuth(context.request);
	const { descriptor, data } = await containerd["transfer.resolve"]({ reference: full, auth }).catch((error: unknown) => {
		throw error instanceof EngineError ? error : systemError(messageOf(error));
	});
	const { mediaType, digest, size } = descriptor;
	const found = { Descriptor: { mediaType, digest, size } };
	if (isIndex(mediaType)) {
		const platforms = parseIndex(data).manifests.flatMap(({ platform }) => platform ?? []);
		return { ...found, Platforms: platforms };
	}
	const { config } = parseManifest(data);
	// Docker looks into the configurations of its own manifests alone.
	if (mediaType !== DOCKER_MANIFEST) return { ...found, Platforms: null };
	const blob = await containerd["transfer.blob"]({ reference: full, digest: config.digest, auth }).catch(() => undefined);
	const { os = "", architecture = "", variant } = blob ? parseConfig(blob.data) : {};
	return { ...found, Platforms: os || architecture ? [{ architecture, os, ...(variant ? { variant } : {}) }] : null };
}

/** What is wrong with the request is /session's client's fault, and /grpc's own: so it is with Docker. */
const noSession =
	(refused: (message: string) => EngineError): Handler =>
	async ({ request }) => {
		const { upgrade } = request.headers;
		if (upgrade === undefined) throw refused("no upgrade proto in request");
		if (upgrade !== "h2c") throw refused(`protocol ${upgrade} not supported`);
		throw notImplemented("BuildKit sessions are not supported by this host: build with DOCKER_BUILDKIT=0");
	};

export const distributionRoutes: readonly Route[] = [
	["GET", "/distribution/{name*}/json", inspect, "1.30"],
	["POST", "/session", noSession(invalidParameter), "1.31"],
	["POST", "/grpc", noSession(systemError)],
];
