// Where the outer Docker daemon is: DOCKER_HOST as Docker's own clients read it, else the usual sockets.

import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** What node:http and node:https connect to. */
export interface DaemonAddress {
	socketPath?: string;
	host?: string;
	port?: number;
	/** Sent with every request. */
	headers?: Record<string, string>;
	tls?: { ca?: Buffer; cert?: Buffer; key?: Buffer; rejectUnauthorized: boolean };
}

/** Docker's, then Docker Desktop's of one user. */
const SOCKETS = ["/var/run/docker.sock", join(homedir(), ".docker/run/docker.sock")];

/** undefined where there is no socket and DOCKER_HOST names none. @throws Error for a DOCKER_HOST of a kind that is not served */
export function daemonAddress(env: NodeJS.ProcessEnv): DaemonAddress | undefined {
	const host = env.DOCKER_HOST;
	if (host) return parsed(host, env);
	if (process.platform === "win32") return { socketPath: "//./pipe/docker_engine" };
	const socketPath = SOCKETS.find((path) => existsSync(path));
	return socketPath ? { socketPath } : undefined;
}

function parsed(host: string, env: NodeJS.ProcessEnv): DaemonAddress {
	const [, scheme, rest] = /^(unix|npipe|tcp):\/\/(.+)$/.exec(host) ?? [];
	if (!scheme || !rest) throw new Error(`DOCKER_HOST is ${host}: only unix://, npipe:// and tcp:// are served here`);
	if (scheme !== "tcp") return { socketPath: rest };
	const url = new URL(`http://${rest}`);
	const tls = env.DOCKER_TLS_VERIFY ? certificates(env) : undefined;
	return { host: url.hostname, port: Number(url.port || (tls ? 2376 : 2375)), tls };
}

function certificates(env: NodeJS.ProcessEnv): DaemonAddress["tls"] {
	const folder = env.DOCKER_CERT_PATH ?? join(homedir(), ".docker");
	const [ca, cert, key] = ["ca.pem", "cert.pem", "key.pem"].map((name) => {
		const path = join(/* turbopackIgnore: true */ folder, name);
		return existsSync(path) ? readFileSync(path) : undefined;
	});
	return { ca, cert, key, rejectUnauthorized: true };
}
