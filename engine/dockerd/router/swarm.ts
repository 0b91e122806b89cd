// /swarm, /services, /nodes, /tasks, /secrets, /configs: this node is in no swarm, and says so to each in Docker's words.

import { invalidParameter, notImplemented, unavailable } from "../../lib/errors";
import { struct } from "../../lib/unmarshal";
import { type Handler, type Route, readJson } from "./route";

export const NO_MANAGER =
	'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.';

const noManager: Handler = async () => {
	throw unavailable(NO_MANAGER);
};
const anything = struct("swarm.Spec", {});
/** With a body, which is read first. */
const noManagerWithBody: Handler = async (context) => {
	await readJson(context, anything);
	throw unavailable(NO_MANAGER);
};
/** The streams are asked for first. */
const noManagerLogs: Handler = async ({ request }) => {
	if (!request.query.flag("stdout") && !request.query.flag("stderr")) {
		throw invalidParameter("must specify at least one of 'stdout' or 'stderr'");
	}
	throw unavailable(NO_MANAGER);
};
const notPart: Handler = async () => {
	throw unavailable("This node is not part of a swarm");
};
const noSwarm: Handler = async (context) => {
	await readJson(context, anything);
	throw notImplemented("this host is a single node: it neither makes a swarm nor joins one");
};

const objects = (name: string, since?: string): Route[] => [
	["GET", `/${name}`, noManager, since],
	["POST", `/${name}/create`, noManagerWithBody, since],
	["GET", `/${name}/{id}`, noManager, since],
	["DELETE", `/${name}/{id}`, noManager, since],
	["POST", `/${name}/{id}/update`, noManagerWithBody, since],
];

export const swarmRoutes: readonly Route[] = [
	["POST", "/swarm/init", noSwarm],
	["POST", "/swarm/join", noSwarm],
	["POST", "/swarm/leave", notPart],
	["GET", "/swarm", noManager],
	["GET", "/swarm/unlockkey", noManager],
	["POST", "/swarm/update", noManagerWithBody],
	["POST", "/swarm/unlock", noManagerWithBody],
	...objects("services"),
	["GET", "/services/{id}/logs", noManagerLogs],
	["GET", "/nodes", noManager],
	["GET", "/nodes/{id}", noManager],
	["DELETE", "/nodes/{id}", noManager],
	["POST", "/nodes/{id}/update", noManagerWithBody],
	["GET", "/tasks", noManager],
	["GET", "/tasks/{id}", noManager],
	["GET", "/tasks/{id}/logs", noManagerLogs],
	...objects("secrets", "1.25"),
	...objects("configs", "1.30"),
];
