// Fetch for a program of the machine: what is on the machine's own loopback is reached over its sockets, such as a registry at
// localhost:5000; everything else is beyond the machine, and the surroundings fetch it. Nobody in the machine speaks TLS.

import { addressOf, dialTcp } from "../../lib/dial";
import { strerror } from "../../lib/errno";
import { request as send } from "../../lib/http/client";
import type { Fetch, FetchRequest, FetchResponse } from "../../port";
import { type Sys, SysError } from "../../sys";
import type { Hosts } from "./hosts";

/**
 * @param beyond where the machine's loopback is joined to that of a real host (in Node, where published ports listen there), it
 * also gets what nobody in the machine listens for
 * @param outside where registries really are: such an address is the surroundings' own, even if it is called 127.0.0.1 there
 */
export function machineFetch(sys: Sys, beyond: Fetch, joined: boolean, outside: Hosts): Fetch {
	const origins = Object.values(outside).map((base) => `${base.replace(/\/+$/, "")}/`);
	return async (request) => {
		if (origins.some((origin) => request.url.startsWith(origin))) return beyond(request);
		const target = /^(https?):\/\/([^/:?#]+)(?::(\d+))?([/?][^#]*)?/.exec(request.url);
		const address = target ? await addressOf(sys, target[2]!) : undefined;
		if (!target || !address) return beyond(request);
		const secure = target[1] === "https";
		if (!secure && !address.startsWith("127.")) return beyond(request);
		const port = Number(target[3] ?? (secure ? 443 : 80));
		try {
			if (secure) await refuseTls(sys, address, port);
			return await exchange(sys, address, port, target[4] ?? "/", request);
		} catch (error) {
			if (!(error instanceof SysError)) throw error;
			const { errno } = error;
			if (errno === "ENETUNREACH") return beyond(request);
			if (errno === "ECONNREFUSED" && joined && address.startsWith("127.")) return beyond(request);
			throw new Error(`dial tcp ${address}:${port}: connect: ${strerror(errno).toLowerCase()}`);
		}
	};
}

/** What a TLS handshake with one of the machine's own plain servers comes to. @throws Error always; SysError where none listens */
async function refuseTls(sys: Sys, address: string, port: number): Promise<never> {
	await (await dialTcp(sys, address, port)).close();
	throw new Error("http: server gave HTTP response to HTTPS client");
}

async function exchange(
	sys: Sys,
	address: string,
	port: number,
	path: string,
	{ url, method, headers, body, signal }: FetchRequest,
): Promise<FetchResponse> {
	const stream = await dialTcp(sys, address, port);
	if (signal) signal.onabort = () => void stream.close();
	const host = /^http:\/\/([^/?#]+)/.exec(url)![1]!;
	const target = path.startsWith("/") ? path : `/${path}`;
	const sent = { host, connection: "close", ...headers };
	try {
		const response = await send(stream, { method, target, headers: sent, body });
		return {
			status: response.status,
			headers: response.headers,
			body: (async function* () {
				try {
					yield* response.body;
				} finally {
					await stream.close();
				}
			})(),
		};
	} catch (error) {
		await stream.close();
		throw error;
	}
}
