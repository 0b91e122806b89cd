// /_ping, /version, /info, /events and /system/df.

import { compareVersions } from "../../api/version";
import { invalidParameter } from "../../lib/errors";
import { diskUsage, type UsageType } from "../daemon/disk-usage";
import { infoFor, systemInfo, version } from "../daemon/info";
import { authConfig } from "./body/volume";
import { events } from "./events";
import { type Handler, type Route, readJson } from "./route";

const PING_HEADERS = {
	"cache-control": "no-cache, no-store, must-revalidate",
	pragma: "no-cache",
	"builder-version": "1",
	// Of this engine: BuildKit (POST /build?version=2) takes a context as it comes, without a session.
	"builder-context": "2",
	swarm: "inactive",
	"content-type": "text/plain; charset=utf-8",
};
const ping: Handler = ({ responder }) => responder.respond(200, PING_HEADERS, "OK");
const pingHead: Handler = ({ responder }) => responder.respond(200, PING_HEADERS);

const getVersion: Handler = async ({ daemon, responder }) => responder.json(200, await version(daemon));
const info: Handler = async ({ daemon, responder, version }) => responder.json(200, infoFor(version, await systemInfo(daemon)));

const USAGE_TYPES = ["container", "image", "volume", "build-cache"] as const;
const df: Handler = async ({ daemon, request, responder, version }) => {
	const asked = compareVersions(version, "1.42") < 0 ? [] : request.query.all("type");
	const unknown = asked.find((type) => !(USAGE_TYPES as readonly string[]).includes(type));
	if (unknown !== undefined) throw invalidParameter(`unknown object type: ${unknown}`);
	const types = new Set(asked.length > 0 ? asked : USAGE_TYPES) as Set<UsageType>;
	const verbose = request.query.flag("verbose") && compareVersions(version, "1.52") >= 0;
	await responder.json(200, await diskUsage(daemon, { types, verbose, version }));
};

/** Says nothing but that requests from anywhere would be heard. */
const options: Handler = ({ responder }) => responder.respond(200);

/** Nothing is kept here: whoever logged in sends the credentials with each pull and push. */
const auth: Handler = async (context) => {
	const { daemon, responder } = context;
	const { serveraddress = "", ...given } = (await readJson(context, authConfig)) ?? {};
	const domain = domainOfServer(serveraddress);
	const { identityToken } = await daemon.containerd["transfer.login"]({ domain, auth: given });
	await responder.json(200, { Status: "Login Succeeded", IdentityToken: identityToken });
};
/** "https://index.docker.io/v1/" and nothing are Docker's own registry. */
function domainOfServer(address: string): string {
	const host = address.replace(/^https?:\/\//, "").split("/")[0]!;
	return host === "" || host === "index.docker.io" || host === "registry-1.docker.io" ? "docker.io" : host;
}

export const systemRoutes: readonly Route[] = [
	["GET", "/_ping", ping],
	["HEAD", "/_ping", pingHead],
	["GET", "/version", getVersion],
	["GET", "/info", info],
	["POST", "/auth", auth],
	["GET", "/events", events],
	["GET", "/system/df", df],
	["OPTIONS", "/{any*}", options],
];
