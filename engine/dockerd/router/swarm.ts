// /swarm, /services, /nodes, /tasks, /secrets, /configs: this node is in no swarm, and says so to each in Docker's words.

import { compareVersions } from "../../api/version";
import { invalidParameter, messageOf, notImplemented, unavailable } from "../../lib/errors";
import { parseBool } from "../../lib/parse-bool";
import { parseUint } from "../../lib/parse-uint";
import type { Kind } from "../../lib/unmarshal";
import { Filters } from "../filters";
import { configSpec, initRequest, joinRequest, nodeSpec, secretSpec, serviceSpec, swarmSpec, unlockRequest } from "./body/swarm";
import { NO_STREAM } from "./container/logs";
import { type Context, type Handler, type Route, readJson } from "./route";

export const NO_MANAGER =
	'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.';

/** What is wrong with a request is said before who does not answer it. @throws EngineError invalidParameter */
type Check = (context: Context) => void;

const noManager =
	(...checks: readonly Check[]): Handler =>
	async (context) => {
		for (const check of checks) check(context);
		throw unavailable(NO_MANAGER);
	};
/** With a body, which is read first. */
const noManagerWithBody =
	(body: Kind, ...checks: readonly Check[]): Handler =>
	async (context) => {
		await readJson(context, body);
		return noManager(...checks)(context);
	};

const filters: Check = ({ request }) => void Filters.parse(request.query.get("filters"));
const streams: Check = ({ request }) => {
	if (request.query.flag("stdout") || request.query.flag("stderr")) return;
	throw invalidParameter(NO_STREAM);
};
/** A parameter that `read` throws an error of; what is said of it then is made of its value and the error's words. */
const parameter =
	(name: string, read: (value: string) => unknown, said: (value: string, reason: string) => string): Check =>
	({ request }) => {
		const value = request.query.get(name) ?? "";
		try {
			read(value);
		} catch (error) {
			throw invalidParameter(said(value, messageOf(error)));
		}
	};
const truthOrNone = (value: string) => value === "" || parseBool(value);
const truth = (name: string) => parameter(name, truthOrNone, (value, reason) => `invalid value for ${name}: ${value}: ${reason}`);
const rotation = (name: string) => parameter(name, truthOrNone, (value) => `invalid value for ${name}: ${value}`);
/** Which state an update is of. */
const version = (object: string) =>
	parameter("version", parseUint, (value, reason) => `invalid ${object} version '${value}': ${reason}`);
const plainVersion = (object: string) => parameter("version", parseUint, () => `invalid ${object} version`);
const credentialsFrom: Check = ({ request }) => {
	const from = request.query.get("registryAuthFrom") ?? "";
	if (!["", "spec", "previous-spec"].includes(from)) throw invalidParameter(`invalid registryAuthFrom '${from}'`);
};
const notPart: Handler = async () => {
	throw unavailable("This node is not part of a swarm");
};
const noSwarm =
	(body: Kind): Handler =>
	async (context) => {
		await readJson(context, body);
		throw notImplemented("this host is a single node: it neither makes a swarm nor joins one");
	};

const objects = (
	name: string,
	body: Kind,
	list: readonly Check[],
	one: readonly Check[],
	update: readonly Check[],
	since?: string,
): Route[] => [
	["GET", `/${name}`, noManager(filters, ...list), since],
	["POST", `/${name}/create`, noManagerWithBody(body), since],
	["GET", `/${name}/{id}`, noManager(...one), since],
	["DELETE", `/${name}/{id}`, noManager(), since],
	["POST", `/${name}/{id}/update`, noManagerWithBody(body, ...update), since],
];
const rotations = ["rotateWorkerToken", "rotateManagerToken", "rotateManagerUnlockKey"].map(rotation);
const status: Check = (context) => {
	if (compareVersions(context.version, "1.41") >= 0) truth("status")(context);
};

export const swarmRoutes: readonly Route[] = [
	["POST", "/swarm/init", noSwarm(initRequest)],
	["POST", "/swarm/join", noSwarm(joinRequest)],
	["POST", "/swarm/leave", notPart],
	["GET", "/swarm", noManager()],
	["GET", "/swarm/unlockkey", noManager()],
	["POST", "/swarm/update", noManagerWithBody(swarmSpec, version("swarm"), ...rotations)],
	["POST", "/swarm/unlock", noManagerWithBody(unlockRequest)],
	...objects("services", serviceSpec, [status], [truth("insertDefaults")], [version("service"), credentialsFrom]),
	["GET", "/services/{id}/logs", noManager(streams)],
	["GET", "/nodes", noManager(filters)],
	["GET", "/nodes/{id}", noManager()],
	["DELETE", "/nodes/{id}", noManager()],
	["POST", "/nodes/{id}/update", noManagerWithBody(nodeSpec, version("node"))],
	["GET", "/tasks", noManager(filters)],
	["GET", "/tasks/{id}", noManager()],
	["GET", "/tasks/{id}/logs", noManager(streams)],
	...objects("secrets", secretSpec, [], [], [plainVersion("secret")], "1.25"),
	...objects("configs", configSpec, [], [], [plainVersion("config")], "1.30"),
];
