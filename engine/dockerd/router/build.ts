// /build: the classic builder's endpoint. BuildKit's sessions (remote=client-session) are not spoken here.

import { invalidParameter, notImplemented } from "../../lib/errors";
import { buildImage } from "../daemon/build";
import { type Context, type Handler, jsonLines, type Route } from "./route";

function jsonParameter({ request }: Context, name: string): Record<string, string> {
	const value = request.query.get(name);
	if (!value) return {};
	try {
		const pairs = Object.entries(JSON.parse(value) as Record<string, string | null>);
		// null: an argument without a value, whose default holds.
		return Object.fromEntries(pairs.filter((pair): pair is [string, string] => typeof pair[1] === "string"));
	} catch {
		throw invalidParameter(`error reading build ${name}: invalid JSON`);
	}
}

const build: Handler = async (context) => {
	const { daemon, request } = context;
	const { query } = request;
	if (query.get("version") === "2") {
		throw notImplemented("BuildKit sessions are not supported by this host: build with DOCKER_BUILDKIT=0");
	}
	const remote = query.get("remote");
	if (remote) throw notImplemented(`building from ${remote} is not supported by this host: send the context`);
	const options = {
		dockerfile: query.get("dockerfile") || "Dockerfile",
		tags: query.all("t"),
		buildArgs: jsonParameter(context, "buildargs"),
		labels: jsonParameter(context, "labels"),
		target: query.get("target") ?? "",
		noCache: query.flag("nocache"),
		pull: query.flag("pull"),
		quiet: query.flag("q"),
	};
	await jsonLines(context, (send) => buildImage(daemon, options, request.body, send));
};

/** What builds leave for the next one are images: there is no cache besides them. */
const prune: Handler = ({ responder }) => responder.json(200, { CachesDeleted: null, SpaceReclaimed: 0 });

export const buildRoutes: readonly Route[] = [
	["POST", "/build", build],
	["POST", "/build/prune", prune],
];
