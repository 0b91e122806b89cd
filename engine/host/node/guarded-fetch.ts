// Fetch for a server that fetches on others' behalf: it reaches one configured origin, and public addresses by HTTPS (where
// that origin's redirects and its token server are). Private addresses are refused when the connection is made, so that a
// name cannot mean one address when it is checked and another when it is used.

import dns from "node:dns";
import http from "node:http";
import https from "node:https";
import net from "node:net";
import type { Fetch, FetchResponse } from "../../port";
import { headersOf } from "./plain-fetch";

export interface GuardOptions {
	/** The one origin that may be anywhere, and plain HTTP. */
	origin: string;
	/** Milliseconds without a byte, or with hardly any, after which a request has failed. */
	timeout: number;
}

const BLOCKED = new net.BlockList();
for (const [address, prefix] of [
	["0.0.0.0", 8],
	["10.0.0.0", 8],
	["100.64.0.0", 10],
	["127.0.0.0", 8],
	["169.254.0.0", 16],
	["172.16.0.0", 12],
	["192.0.0.0", 24],
	["192.168.0.0", 16],
	["198.18.0.0", 15],
	["224.0.0.0", 3],
] as const)
	BLOCKED.addSubnet(address, prefix, "ipv4");
for (const [address, prefix] of [
	["::", 127],
	["fc00::", 7],
	["fe80::", 10],
	["ff00::", 8],
	["64:ff9b::", 96],
] as const)
	BLOCKED.addSubnet(address, prefix, "ipv6");

/** Whether an address is none of the public network's. IPv4 within IPv6 counts as what it stands for. */
export function isPrivateAddress(address: string): boolean {
	const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
	if (mapped) return isPrivateAddress(mapped);
	return BLOCKED.check(address, net.isIPv6(address) ? "ipv6" : "ipv4");
}

const lookupPublic: net.LookupFunction = (hostname, options, callback) => {
	dns.lookup(hostname, { ...options, all: true }, (error, addresses) => {
		if (error) return callback(error, "", 0);
		const allowed = addresses.filter(({ address }) => !isPrivateAddress(address));
		const [first] = allowed;
		if (!first) return callback(new Error(`${hostname} is not a public address`), "", 0);
		if (options.all) callback(null, allowed);
		else callback(null, first.address, first.family);
	});
};

export function guardedFetch({ origin, timeout }: GuardOptions): Fetch {
	const own = new URL(origin).origin;
	return ({ method, url, headers, body, signal }) =>
		new Promise<FetchResponse>((resolve, reject) => {
			const target = new URL(url);
			const free = target.origin === own;
			if (!free && target.protocol !== "https:") return reject(new Error(`${target.origin}: only HTTPS is followed`));
			// an address needs no look-up, and so passes none
			const literal = target.hostname.replace(/^\[|\]$/g, "");
			if (!free && net.isIP(literal) && isPrivateAddress(literal))
				return reject(new Error(`${target.hostname} is not a public address`));
			const client = target.protocol === "https:" ? https : http;
			const request = client.request(
				target,
				{ method, headers, agent: false, ...(free ? {} : { lookup: lookupPublic }) },
				(response) => {
					clearTimeout(patience);
					resolve({ status: response.statusCode ?? 0, headers: headersOf(response), body: bodyOf(response, timeout) });
				},
			);
			const late = () => request.destroy(new Error(`no answer for ${timeout / 1000} s`));
			request.setTimeout(timeout, late);
			// headers that come byte by byte are no answer either
			const patience = setTimeout(late, 2 * timeout);
			request.on("close", () => clearTimeout(patience));
			request.on("error", reject);
			if (signal) signal.onabort = () => request.destroy(new Error("aborted"));
			request.end(body);
		});
}

/** Bytes a second: who sends less than that for a whole timeout holds a slot that others wait for. */
const LEAST_RATE = 1024;

async function* bodyOf(response: http.IncomingMessage, timeout: number): AsyncGenerator<Uint8Array> {
	const least = (LEAST_RATE * timeout) / 1000;
	const pieces = response[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
	// only what is waited for the upstream counts, not what the reader takes
	let waited = 0;
	let came = 0;
	try {
		for (;;) {
			const before = performance.now();
			const { done, value } = await pieces.next();
			waited += performance.now() - before;
			if (done) break;
			came += value.length;
			if (waited >= timeout) {
				if (came < least) throw new Error(`only ${came} bytes came in ${Math.round(waited) / 1000} s`);
				waited = 0;
				came = 0;
			}
			yield value;
		}
		if (!response.complete) throw new Error("the connection was cut");
	} finally {
		response.destroy();
	}
}
