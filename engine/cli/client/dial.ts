// The way to the daemon: a connection that carries HTTP, or the surroundings' fetch for https, which carries no raw streams.

import { concat } from "../../lib/bytes";
import { addressOf, dialTcp } from "../../lib/dial";
import { MessageBody } from "../../lib/http/body";
import type { ClientRequest, ClientResponse } from "../../lib/http/types";
import { ByteReader } from "../../lib/reader";
import { dialUnix } from "../../lib/socket";
import type { Duplex } from "../../lib/stream";
import type { Fetch } from "../../port";
import { type Sys, SysError } from "../../sys";
import { describe } from "../describe";
import type { Host } from "./host";
import type { HttpProxy } from "./proxy";
import type { Reach, SiteDial } from "./reach";

/** What stands between the client and the daemon, in docker's words. */
export class ConnectionFailed extends Error {
	override readonly name = "ConnectionFailed";
}
/** No connection, for a reason that is told with the request that needed it. */
export class DialFailed extends ConnectionFailed {}
const unreachable = (host: Host): ConnectionFailed =>
	new ConnectionFailed(`Cannot connect to the Docker daemon at ${host.url}. Is the docker daemon running?`);

/** What the surroundings have besides system calls. */
export interface Ways {
	/** For ssh:// and TLS. */
	reach?: Reach;
	/** For a site that lends a daemon. */
	site?: SiteDial;
}

/** @param proxy in the daemon's place, where there is one @throws ConnectionFailed, DialFailed */
export async function dial(sys: Sys, host: Host, { reach, site }: Ways = {}, proxy?: HttpProxy): Promise<Duplex> {
	const address = proxy ?? host.address;
	if ("site" in address) return lent(sys, host, address.site, site);
	if ("ssh" in address) return beyond(host, reach, (ways) => ways.program("ssh", address.ssh));
	if ("https" in address)
		throw new ConnectionFailed(`${host.url}: attached streams need a connection of their own, which https:// has not here`);
	try {
		if ("unix" in address) return await dialUnix(sys, address.unix);
		const { tls, port } = { tls: undefined, ...address };
		if (tls) return await beyond(host, reach, (ways) => ways.tls(address.host, port, tls));
		if (port > 65535) throw new DialFailed(`dial tcp: address ${port}: invalid port`);
		const known = await addressOf(sys, address.host);
		return await dialTcp(sys, known ?? address.host, port).catch((error: unknown) => {
			// connect(2) knows no names, but on a real host it asks the DNS
			const answered = error instanceof SysError && ANSWERS.has(error.errno);
			throw known || answered
				? error
				: new DialFailed(`${proxy ? "proxyconnect tcp: " : ""}dial tcp: lookup ${address.host}: no such host`);
		});
	} catch (error) {
		if (error instanceof DialFailed) throw error;
		if (error instanceof SysError && error.errno === "EACCES")
			throw new ConnectionFailed(`permission denied while trying to connect to the docker API at ${host.url}`);
		throw unreachable(host);
	}
}
/** What only a name that was found can end in; the machine itself has no route to what is no address. */
const ANSWERS: ReadonlySet<string> = new Set(["ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "EACCES"]);

/** What stands in the way is said as it is: it is not the daemon that is missing, but a turn at it. */
function lent(sys: Sys, host: Host, url: string, site: SiteDial | undefined): Promise<Duplex> {
	if (!site) throw new ConnectionFailed(`${host.url}: this machine has no way to a site that lends a daemon`);
	return site(sys, url).catch((error: unknown) => {
		throw new ConnectionFailed(`${host.url}: ${describe(error)}`);
	});
}

/** By a way that only some surroundings have. */
async function beyond(host: Host, reach: Reach | undefined, go: (ways: Reach) => Promise<Duplex>): Promise<Duplex> {
	if (!reach)
		throw new ConnectionFailed(`${host.url}: this machine's client has neither ssh nor TLS with certificates of its own`);
	try {
		return await go(reach);
	} catch (error) {
		if ((error as { code?: string }).code === "ECONNREFUSED") throw unreachable(host);
		throw new DialFailed((error as Error).message);
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
