// DOCKER_AUTH_CONFIG: logins from the environment, which go before all others. {"auths":{"HOST":{"auth":"base64 of user:password"}}} and no more.

import { parseFirstJson } from "../../lib/json-problem";
import { isObject, map, struct, text } from "../../lib/unmarshal";
import type { Cli } from "../cli";
import { decodeAuth, type StoredLogin } from "./entry";

export type Auths = Record<string, StoredLogin>;

const entry = struct<{ auth?: string }>("configfile.configEnvAuth", { auth: text });
const document = struct<{ auths?: Record<string, { auth?: string }> }>("configfile.configEnv", { auths: map(entry) });

/** Says on standard error what is wrong with it: it counts for nothing then. */
export async function environmentAuths(cli: Cli): Promise<Auths> {
	try {
		return parseAuths(cli.env.DOCKER_AUTH_CONFIG ?? "");
	} catch (error) {
		await cli.err.line(`Failed to create credential store from DOCKER_AUTH_CONFIG:  ${(error as Error).message}`);
		return {};
	}
}

/** @throws Error worded as docker's */
export function parseAuths(given: string): Auths {
	if (given.trim() === "") return {};
	const { value, more } = parseFirstJson(given);
	refuseUnknown(value, "auths", (all) => {
		for (const one of Object.values(all)) refuseUnknown(one, "auth");
	});
	const { auths = {} } = document.decode(value, undefined);
	if (more) throw new Error("DOCKER_AUTH_CONFIG does not support more than one JSON object");
	for (const [server, { auth = "" }] of Object.entries(auths)) {
		if (auth === "") throw new Error(`DOCKER_AUTH_CONFIG environment variable is missing key \`auth\` for ${server}`);
		decodeAuth(auth);
	}
	return auths;
}

function refuseUnknown(value: unknown, known: string, within?: (member: object) => void): void {
	if (!isObject(value)) return;
	for (const [name, member] of Object.entries(value)) {
		if (name.toLowerCase() !== known) throw new Error(`json: unknown field ${JSON.stringify(name)}`);
		if (typeof member === "object" && member !== null) within?.(member);
	}
}
