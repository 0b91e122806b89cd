// Which requests for registries stay in the machine, and how those fail that find no server, or one without TLS.

import { expect, test } from "vitest";
import { machineFetch } from "../../../engine/containerd/remotes/local";
import { utf8 } from "../../../engine/lib/bytes";
import type { ErrnoName } from "../../../engine/lib/errno";
import type { Fetch } from "../../../engine/port";
import { type Sys, SysError } from "../../../engine/sys";

/** docker0's network, as /proc/net/route has it. */
const ROUTES = `Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT
docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
`;
const SOCKET = 3;
const FILE = 4;

/** A network in which every connection ends so; undefined: a server without TLS listens. */
function network(errno: ErrnoName | undefined): Sys {
	let left: string[] = [];
	return {
		socket: async () => SOCKET,
		connect: async () => {
			if (errno) throw new SysError(errno, "connect");
			left = ["HTTP/1.1 400 Bad Request\r\n\r\n"];
		},
		open: async (path: string) => {
			if (path !== "/proc/net/route") throw new SysError("ENOENT", "open");
			left = [ROUTES];
			return FILE;
		},
		read: async () => utf8(left.shift() ?? ""),
		write: async (_: number, bytes: Uint8Array) => bytes.length,
		close: async () => {},
		shutdown: async () => {},
	} as unknown as Sys;
}
const beyond: Fetch = async () => {
	throw new Error("went beyond");
};
const ask = (url: string, errno: ErrnoName | undefined, joined = false) =>
	machineFetch(network(errno), beyond, joined, {})({ url, method: "GET", headers: {} });

test.each<[string, string, ErrnoName | undefined, boolean, string]>([
	[
		"HTTPS to a plain server of the machine",
		"https://172.17.0.1:5000/v2/",
		undefined,
		true,
		"http: server gave HTTP response to HTTPS client",
	],
	[
		"HTTPS where nobody listens",
		"https://172.17.0.1:5001/v2/",
		"ECONNREFUSED",
		true,
		"dial tcp 172.17.0.1:5001: connect: connection refused",
	],
	[
		"HTTPS to nobody on the machine's network",
		"https://172.17.0.9/v2/",
		"EHOSTUNREACH",
		true,
		"dial tcp 172.17.0.9:443: connect: no route to host",
	],
	["HTTPS to an address that is not of the machine's networks", "https://10.9.9.9/v2/", "ENETUNREACH", false, "went beyond"],
	["a name", "https://registry.example/v2/", undefined, false, "went beyond"],
	["HTTP to an address that is no loopback", "http://10.9.9.9/v2/", undefined, false, "went beyond"],
	[
		"the loopback of a tab, where nobody listens",
		"http://localhost:5001/v2/",
		"ECONNREFUSED",
		false,
		"dial tcp 127.0.0.1:5001: connect: connection refused",
	],
	["the loopback joined to a real host's", "http://localhost:5001/v2/", "ECONNREFUSED", true, "went beyond"],
])("%s", async (_, url, errno, joined, words) => {
	await expect(ask(url, errno, joined)).rejects.toThrow(words);
});
