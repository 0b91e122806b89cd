// The way to the daemon: DOCKER_HOST's forms, and a connection to it.

import { dialUnix, duplexOf } from "../../lib/socket";
import type { Duplex } from "../../lib/stream";
import { type Sys, SysError } from "../../sys";

export interface Host {
	/** As shown in messages: unix:///var/run/docker.sock */
	url: string;
	address: { unix: string } | { host: string; port: number };
}

export const DEFAULT_HOST = "unix:///var/run/docker.sock";

/** @throws Error for what is no daemon address */
export function parseHost(text: string): Host {
	const given = text.trim() === "" ? DEFAULT_HOST : text.trim();
	const match = /^([a-z]+):\/\/(.*)$/.exec(given);
	const scheme = match ? match[1] : "tcp";
	const rest = match ? match[2]! : given;
	if (scheme === "unix") return { url: given, address: { unix: rest || "/var/run/docker.sock" } };
	if (scheme === "tcp" || scheme === "http") {
		const parts = /^(\[[^\]]+\]|[^:/]*)(?::(\d+))?(\/.*)?$/.exec(rest);
		if (!parts) throw new Error(`invalid bind address (${given}): invalid proto`);
		const host = parts[1] || "localhost";
		const port = Number(parts[2] ?? 2375);
		return { url: `tcp://${host}:${port}`, address: { host: host.replace(/^\[|\]$/g, ""), port } };
	}
	throw new Error(`unable to resolve docker endpoint: unable to parse docker host \`${given}\``);
}

/** What stands between the client and the daemon, in docker's words. */
export class ConnectionFailed extends Error {
	override readonly name = "ConnectionFailed";
}

/** @throws ConnectionFailed */
export async function dial(sys: Sys, host: Host): Promise<Duplex> {
	try {
		if ("unix" in host.address) return await dialUnix(sys, host.address.unix);
		const fd = await sys.socket("inet", "stream");
		try {
			const address = host.address.host === "localhost" ? "127.0.0.1" : host.address.host;
			await sys.connect(fd, { family: "inet", address, port: host.address.port });
		} catch (error) {
			await sys.close(fd);
			throw error;
		}
		return duplexOf(sys, fd);
	} catch (error) {
		if (error instanceof SysError && error.errno === "EACCES")
			throw new ConnectionFailed(`permission denied while trying to connect to the docker API at ${host.url}`);
		throw new ConnectionFailed(`Cannot connect to the Docker daemon at ${host.url}. Is the docker daemon running?`);
	}
}
