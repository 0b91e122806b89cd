// Fetch for a program of the machine: what is on the machine's own networks is reached over its sockets, such as a registry at
// localhost:5000 or in a container; everything else is beyond the machine, and the surroundings fetch it. Nobody in the machine speaks TLS.

import { text } from "../../lib/bytes";
import { addressOf, dialTcp } from "../../lib/dial";
import { strerror } from "../../lib/errno";
import { readText } from "../../lib/files";
import { request as send } from "../../lib/http/client";
import type { Duplex } from "../../lib/stream";
import type { Clock, Fetch, FetchRequest, FetchResponse } from "../../port";
import { type Sys, SysError } from "../../sys";
import type { Hosts } from "./hosts";
import { DIAL, RESPONSE_HEADERS, TLS_HANDSHAKE, within } from "./timeouts";

/**
 * Whoever is asked, in the machine or beyond, has as long to answer as Docker gives a registry.
 * @param beyond where the machine's loopback is joined to that of a real host (in Node, where published ports listen there), it
 * also gets what nobody in the machine listens for
 * @param outside where registries really are: such an address is the surroundings' own, even if it is called 127.0.0.1 there
 */
export function machineFetch(sys: Sys, clock: Clock, given: Fetch, joined: boolean, outside: Hosts): Fetch {
	const origins = Object.values(outside).map((base) => `${base.replace(/\/+$/, "")}/`);
	const beyond = (request: FetchRequest) => answered(clock, request, given);
	return async (request) => {
		if (origins.some((origin) => request.url.startsWith(origin))) return beyond(request);
		const target = /^(https?):\/\/([^/:?#]+)(?::(\d+))?([/?][^#]*)?/.exec(request.url);
		const address = target ? await addressOf(sys, target[2]!) : undefined;
		if (!target || !address || !(await isOwn(sys, address))) return beyond(request);
		const secure = target[1] === "https";
		const port = Number(target[3] ?? (secure ? 443 : 80));
		try {
			const stream = await dialed(sys, clock, address, port);
			if (secure) await refuseTls(clock, stream);
			return await answered(clock, request, (timed) => exchange(stream, target[4] ?? "/", timed));
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

/** A connection that comes too late is closed. @throws Error, SysError */
async function dialed(sys: Sys, clock: Clock, address: string, port: number): Promise<Duplex> {
	const connecting = dialTcp(sys, address, port);
	const late = { ...DIAL, words: `dial tcp ${address}:${port}: ${DIAL.words}` };
	return within(clock, late, connecting, () => void connecting.then((stream) => stream.close()).catch(() => {}));
}

/**
 * An answer's head, if it comes in time. The time counts from when the request is sent whole, as Go's transport counts it: who takes a
 * body slowly, or not at all, has all the time in the world, and so has whoever is sent one by surroundings that cannot tell.
 */
async function answered(clock: Clock, request: FetchRequest, fetch: Fetch): Promise<FetchResponse> {
	const { signal: outer } = request;
	const signal: NonNullable<FetchRequest["signal"]> = { aborted: outer?.aborted ?? false, onabort: null };
	const abort = () => {
		signal.aborted = true;
		signal.onabort?.();
	};
	if (outer) outer.onabort = abort;
	let onsent = (): void => {};
	const sent = new Promise<void>((resolve) => {
		onsent = resolve;
	});
	const answer = fetch({ ...request, signal, onsent });
	if (request.body) await Promise.race([answer, sent]);
	return within(clock, RESPONSE_HEADERS, answer, abort);
}

/** As a client's hello begins; there is a line's end in it, so that a server without TLS has something to answer. */
const HELLO = new Uint8Array([0x16, 3, 1, 0, 6, 1, 0, 0, 2, 3, 3, 0x0a]);
/** A TLS handshake with one of the machine's own servers. @throws Error always */
async function refuseTls(clock: Clock, stream: Duplex): Promise<never> {
	const shake = async () => {
		await stream.write(HELLO);
		return text((await stream.read()) ?? new Uint8Array(0));
	};
	try {
		const said = await within(clock, TLS_HANDSHAKE, shake(), () => {});
		throw new Error(
			said.startsWith("HTTP")
				? "http: server gave HTTP response to HTTPS client"
				: "tls: programs of this machine speak no TLS to its own networks",
		);
	} finally {
		await stream.close();
	}
}

async function exchange(
	stream: Duplex,
	path: string,
	{ url, method, headers, body, signal, onsent }: FetchRequest,
): Promise<FetchResponse> {
	if (signal) signal.onabort = () => void stream.close();
	const host = /^http:\/\/([^/?#]+)/.exec(url)![1]!;
	const target = path.startsWith("/") ? path : `/${path}`;
	const sent = { host, connection: "close", ...headers };
	try {
		const response = await send(stream, { method, target, headers: sent, body }, { sent: onsent });
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
