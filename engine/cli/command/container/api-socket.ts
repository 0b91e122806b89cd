// --use-api-socket: the container is given the daemon's socket, and the logins of this client for its own docker command.

import { collect, utf8 } from "../../../lib/bytes";
import { header } from "../../../lib/tar/header";
import { writeTar } from "../../../lib/tar/write";
import type { Cli } from "../../cli";
import { DEFAULT_SOCKET } from "../../client/host";
import { piece } from "../../client/objects";
import { type ConfigData, readConfig, writeConfig } from "../../config";
import { type StoredLogin, withoutPlain } from "../../credentials/entry";
import { allLogins } from "../../credentials/store";
import { describe } from "../../describe";
import type { CreateBody } from "./create-body";

const CONFIG = "/run/secrets/docker/config.json";

/** Adds the mount and the variable; answers what is left to do once the container is there. */
export async function giveApiSocket(cli: Cli, body: CreateBody): Promise<(id: string) => Promise<void>> {
	const socket = { Type: "bind", Source: DEFAULT_SOCKET, Target: DEFAULT_SOCKET, BindOptions: {} };
	body.HostConfig.Mounts = [...((body.HostConfig.Mounts as unknown[] | undefined) ?? []), socket];
	const environment = (body.Config.Env as string[] | null) ?? [];
	if (environment.some((entry) => entry.startsWith("DOCKER_CONFIG="))) return async () => {};
	const auths = await logins(cli).catch((error: unknown) => {
		throw new Error(`resolving credentials failed: ${describe(error)}`);
	});
	if (Object.keys(auths).length === 0) return async () => {};
	body.Config.Env = [...environment, `DOCKER_CONFIG=${CONFIG.slice(0, CONFIG.lastIndexOf("/"))}`];
	const content = utf8(writeConfig({ auths }));
	const entry = { header: header({ name: CONFIG, type: "file", mode: 0o600, size: content.length }), body: [content] };
	const archive = await collect(writeTar([entry]));
	return (id) =>
		cli.client.done("PUT", `/containers/${piece(id)}/archive`, {
			query: { path: "/", noOverwriteDirNonDir: "true" },
			headers: { "content-type": "application/x-tar" },
			body: archive,
		});
}

/** DOCKER_AUTH_CONFIG alone where it has any, and everything that a configuration file may have in it. @throws Error */
async function logins(cli: Cli): Promise<Record<string, StoredLogin>> {
	const data: ConfigData = {};
	try {
		readConfig(cli.env.DOCKER_AUTH_CONFIG ?? "", data);
	} catch (error) {
		throw new Error(`failed to read credentials from DOCKER_AUTH_CONFIG: ${describe(error)}`);
	}
	if (Object.keys(data.auths ?? {}).length > 0) return data.auths!;
	try {
		return Object.fromEntries(Object.entries(await allLogins(cli)).map(([server, login]) => [server, withoutPlain(login)]));
	} catch (error) {
		throw new Error(`resolving credentials failed: ${describe(error)}`);
	}
}
