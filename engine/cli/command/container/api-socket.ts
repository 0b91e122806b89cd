// --use-api-socket: the container is given the daemon's socket, and the logins of this client for its own docker command.

import { encodeBase64 } from "../../../lib/base64";
import { collect, utf8 } from "../../../lib/bytes";
import { header } from "../../../lib/tar/header";
import { writeTar } from "../../../lib/tar/write";
import type { Cli } from "../../cli";
import { DEFAULT_SOCKET } from "../../client/host";
import { piece } from "../../client/objects";
import { allLogins } from "../../credentials/store";
import type { CreateBody } from "./create-body";

const CONFIG = "/run/secrets/docker/config.json";

/** Adds the mount and the variable; answers what is left to do once the container is there. */
export async function giveApiSocket(cli: Cli, body: CreateBody): Promise<(id: string) => Promise<void>> {
	const socket = { Type: "bind", Source: DEFAULT_SOCKET, Target: DEFAULT_SOCKET, BindOptions: {} };
	body.HostConfig.Mounts = [...((body.HostConfig.Mounts as unknown[] | undefined) ?? []), socket];
	const environment = (body.Config.Env as string[] | null) ?? [];
	const logins = Object.entries(await allLogins(cli));
	if (logins.length === 0 || environment.some((entry) => entry.startsWith("DOCKER_CONFIG="))) return async () => {};
	body.Config.Env = [...environment, `DOCKER_CONFIG=${CONFIG.slice(0, CONFIG.lastIndexOf("/"))}`];
	const auths = Object.fromEntries(
		logins.map(([server, { username = "", password = "", identitytoken }]) => [
			server,
			{ auth: encodeBase64(utf8(`${username}:${password}`)), ...(identitytoken ? { identitytoken } : {}) },
		]),
	);
	const content = utf8(JSON.stringify({ auths }, null, "\t"));
	const entry = { header: header({ name: CONFIG, type: "file", mode: 0o600, size: content.length }), body: [content] };
	const archive = await collect(writeTar([entry]));
	return (id) =>
		cli.client.done("PUT", `/containers/${piece(id)}/archive`, {
			query: { path: "/", noOverwriteDirNonDir: "true" },
			headers: { "content-type": "application/x-tar" },
			body: archive,
		});
}
