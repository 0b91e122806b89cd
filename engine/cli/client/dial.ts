// The way to the daemon: a connection that carries HTTP, or the surroundings' fetch for https, which carries no raw streams.

import { concat } from "../../lib/bytes";
import { MessageBody } from "../../lib/http/body";
import type { ClientRequest, ClientResponse } from "../../lib/http/types";
import { ByteReader } from "../../lib/reader";
import { dialUnix, duplexOf } from "../../lib/socket";
import type { Duplex } from "../../lib/stream";
import type { Fetch } from "../../port";
import { type Sys, SysError } from "../../sys";
import { describe } from "../describe";
import type { Host } from "./host";
import { addressOf } from "./names";

/** What stands between the client and the daemon, in docker's words. */
export class ConnectionFailed extends Error {
	override readonly name = "ConnectionFailed";
}
const unreachable = (host: Host): ConnectionFailed =>
	new ConnectionFailed(`Cannot connect to the Docker daemon at ${host.url}. Is the docker daemon running?`);

/** @throws ConnectionFailed */
export async function dial(sys: Sys, host: Host): Promise<Duplex> {
	const { address } = host;
	if ("https" in address)
		throw new ConnectionFailed(`${host.url}: attached streams need a connection of their own, which https:// has not here`);
	try {
		if ("unix" in address) return await dialUnix(sys, address.unix);
		const numeric = await addressOf(sys, address.host);
		const family = numeric.includes(":") ? "inet6" : "inet";
		const fd = await sys.socket(family, "stream");
		try {
			await sys.connect(fd, { family, address: numeric, port: address.port });
		} catch (error) {
			await sys.close(fd);
			throw error;
		}
		return duplexOf(sys, fd);
	} catch (error) {
		if (error instanceof SysError && error.errno === "EACCES")
			throw new ConnectionFailed(`permission denied while trying to connect to the docker API at ${host.url}`);
		throw unreachable(host);
	}
}

/** One request to an https:// daemon. The request's body is collected first; the answer's streams. @throws ConnectionFailed */
export async function fetchHttps(fetch: Fetch | undefined, host: Host, request: ClientRequest): Promise<ClientResponse> {
	if (!fetch || !("https" in host.address)) throw unreachable(host);
	const { method, target, headers = {} } = request;
	const { host: _, ...others } = headers;
	let answer: Awaited<ReturnType<Fetch>>;
	try {
		answer = await fetch({ method, url: `${host.address.https}${target}`, headers: others, body: await collected(request.body) });
	} catch (error) {
		throw new ConnectionFailed(`error during connect: ${method} "${host.url}": ${describe(error)}`);
	}
	const pieces = answer.body[Symbol.asyncIterator]();
	const read = async () => {
		const { done, value } = await pieces.next();
		return done ? null : value;
	};
	const body = new MessageBody(new ByteReader({ read }), { kind: method === "HEAD" ? "none" : "close" });
	return { status: answer.status, statusText: "", headers: answer.headers, body };
}

async function collected(body: ClientRequest["body"]): Promise<Uint8Array | undefined> {
	if (body === undefined || body instanceof Uint8Array) return body;
	const parts: Uint8Array[] = [];
	for await (const piece of body) parts.push(piece.slice());
	return concat(parts);
}
