// HTTP by URL: what is within this machine is reached over its network, what is beyond it by the surroundings' fetch.

import { type Sys, SysError } from "../sys";
import { readText } from "./files";
import { request } from "./http/client";
import { duplexOf } from "./socket";
import type { Duplex } from "./stream";

interface Asking {
	method: string;
	headers: Record<string, string>;
	body?: Uint8Array;
}
/** The port's. */
type Fetch = (
	request: Asking & { url: string },
) => Promise<{ status: number; headers: Record<string, string>; body: AsyncIterable<Uint8Array> }>;

export interface Place {
	scheme: string;
	host: string;
	port: number;
	/** With its query. */
	path: string;
}
export interface WebAnswer {
	status: number;
	statusText: string;
	/** Names in lower case. */
	headers: Record<string, string>;
	body: AsyncIterable<Uint8Array>;
}

/** undefined for what is no URL. Without a scheme it is http. */
export function placeOf(url: string): Place | undefined {
	const match = /^(?:(\w+):\/\/)?([^/:?#]+)(?::(\d+))?([^#]*)/.exec(url);
	if (!match) return undefined;
	const [, scheme = "http", host, port, rest = ""] = match;
	const usual = scheme === "https" ? 443 : 80;
	return { scheme, host: host!, port: port ? Number(port) : usual, path: rest.startsWith("/") ? rest : `/${rest}` };
}
export const urlOf = ({ scheme, host, port, path }: Place): string =>
	`${scheme}://${host}${port === (scheme === "https" ? 443 : 80) ? "" : `:${port}`}${path}`;

/** An address of this machine or of its networks; undefined for a name that /etc/hosts does not have. */
export async function addressOf(sys: Sys, host: string): Promise<string | undefined> {
	if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) return host;
	const hosts = await readText(sys, "/etc/hosts").catch(() => "");
	for (const line of hosts.split("\n")) {
		const [address, ...names] = line.replace(/#.*/, "").trim().split(/\s+/);
		if (names.includes(host) && address && !address.includes(":")) return address;
	}
	return host === "localhost" ? "127.0.0.1" : undefined;
}

/** A connection within the machine, or undefined where the way leads out of it. @throws SysError */
export async function dialWithin(sys: Sys, { scheme, host, port }: Place): Promise<Duplex | undefined> {
	const address = scheme === "http" ? await addressOf(sys, host) : undefined;
	if (!address) return undefined;
	const fd = await sys.socket("inet", "stream");
	try {
		await sys.connect(fd, { family: "inet", address, port });
		return duplexOf(sys, fd);
	} catch (error) {
		await sys.close(fd);
		if (error instanceof SysError && error.errno === "ENETUNREACH") return undefined;
		throw error;
	}
}

/** One request. @throws SysError within the machine, and what fetch throws beyond it */
export async function askWeb(sys: Sys, fetch: Fetch, place: Place, { method, headers, body }: Asking): Promise<WebAnswer> {
	const stream = await dialWithin(sys, place);
	if (!stream) return { statusText: "", ...(await fetch({ method, headers, body, url: urlOf(place) })) };
	const host = place.port === 80 ? place.host : `${place.host}:${place.port}`;
	return request(stream, { method, target: place.path, headers: { host, ...headers }, body });
}
