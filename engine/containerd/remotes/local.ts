// Fetch for a program of the machine: what is on the machine's own networks is reached over its sockets, such as a registry at
// localhost:5000 or in a container; everything else is beyond the machine, and the surroundings fetch it. Nobody in the machine speaks TLS.

import { text } from "../../lib/bytes";
import { addressOf, dialTcp } from "../../lib/dial";
import { strerror } from "../../lib/errno";
import { readText } from "../../lib/files";
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
		if (!target || !address || !(await isOwn(sys, address))) return beyond(request);
		const secure = target[1] === "https";
		const port = Number(target[3] ?? (secure ? 443 : 80));
		try {
			if (secure) await refuseTls(sys, address, port);
			return await exchange(sys, address, port, target[4] ?? "/", request);
		} catch (error) {
			if (!(error instanceof SysError)) throw error;
			const { errno } = error;
			if (errno === "ECONNREFUSED" && joined && address.startsWith("127.")) return beyond(request);
			throw new Error(`dial tcp ${address}:${port}: connect: ${strerror(errno).toLowerCase()}`);
		}
	};
}

/** On the loopback, or on a network that the machine has an interface in. */
async function isOwn(sys: Sys, address: string): Promise<boolean> {
	if (address.startsWith("127.")) return true;
	if (!/^\d+(\.\d+){3}$/.test(address)) return false;
	// the numbers of /proc/net/route are as they lie in memory: the last byte first
	const number = address.split(".").reduceRight((sum, part) => sum * 256 + Number(part), 0);
	const routes = await readText(sys, "/proc/net/route").catch(() => "");
	return routes.split("\n").some((line) => {
		const [, destination = "", , , , , , mask = ""] = line.split("\t");
		const [to, bits] = [destination, mask].map((digits) => Number.parseInt(digits, 16));
		return bits! > 0 && (number & bits!) >>> 0 === to;
	});
}

/** As a client's hello begins; there is a line's end in it, so that a server without TLS has something to answer. */
const HELLO = new Uint8Array([0x16, 3, 1, 0, 6, 1, 0, 0, 2, 3, 3, 0x0a]);
/** A TLS handshake with one of the machine's own servers. @throws Error always; SysError where none listens */
async function refuseTls(sys: Sys, address: string, port: number): Promise<never> {
	const stream = await dialTcp(sys, address, port);
	try {
		await stream.write(HELLO);
		const answered = text((await stream.read()) ?? new Uint8Array(0));
		throw new Error(
			answered.startsWith("HTTP")
				? "http: server gave HTTP response to HTTPS client"
				: "tls: programs of this machine speak no TLS to its own networks",
		);
	} finally {
		await stream.close();
	}
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
