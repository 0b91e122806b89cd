// Which requests for registries stay in the machine, and how those fail that find no server, or one without TLS.

import { describe, expect, test } from "vitest";
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
/** Time passes only when it is told to. */
function stoppedClock() {
	const timers = new Map<() => void, number>();
	return {
		now: () => 0,
		monotonic: () => 0,
		timer(ms: number, callback: () => void) {
			timers.set(callback, ms);
			return { cancel: () => void timers.delete(callback) };
		},
		waiting: () => [...timers.values()],
		pass() {
			for (const callback of timers.keys()) callback();
			timers.clear();
		},
	};
}
const ask = (url: string, errno: ErrnoName | undefined, joined = false) =>
	machineFetch(network(errno), stoppedClock(), beyond, joined, {})({ url, method: "GET", headers: {} });

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

/** A server that takes connections, says nothing, and notes which are closed. */
function silence() {
	const calls: string[] = [];
	let wake: (() => void) | undefined;
	const sys = {
		...network(undefined),
		read: (fd: number) =>
			fd === FILE ? network(undefined).read(fd, 0) : new Promise((resolve) => (wake = () => resolve(utf8("")))),
		shutdown: async () => {
			calls.push("shutdown");
			wake?.();
		},
		close: async () => void calls.push("close"),
	} as unknown as Sys;
	return { sys, calls };
}

test.each([
	["in a TLS handshake", "https://127.0.0.1:5003/v2/", 10_000, "net/http: TLS handshake timeout"],
	["after a request", "http://127.0.0.1:5003/v2/", 30_000, "net/http: timeout awaiting response headers"],
])("a server that is silent %s is left, and its connection closed", async (_, url, ms, words) => {
	const clock = stoppedClock();
	const { sys, calls } = silence();
	const asked = machineFetch(sys, clock, beyond, false, {})({ url, method: "GET", headers: {} });
	asked.catch(() => {});
	await expect.poll(clock.waiting).toContain(ms);
	clock.pass();
	await expect(asked).rejects.toThrow(words);
	await expect.poll(() => calls).toEqual(["shutdown", "close"]);
});

test("a connection that does not come about", async () => {
	const clock = stoppedClock();
	const sys = { ...network(undefined), connect: () => new Promise(() => {}) } as unknown as Sys;
	const asked = machineFetch(sys, clock, beyond, false, {})({ url: "http://127.0.0.1:5003/", method: "GET", headers: {} });
	asked.catch(() => {});
	await expect.poll(clock.waiting).toContain(30_000);
	clock.pass();
	await expect(asked).rejects.toThrow("dial tcp 127.0.0.1:5003: i/o timeout");
});

test("whoever is beyond the machine has as long, and is let go of", async () => {
	const clock = stoppedClock();
	let aborted = false;
	const never: Fetch = ({ signal }) =>
		new Promise(() => {
			signal!.onabort = () => {
				aborted = true;
			};
		});
	const asked = machineFetch(
		network(undefined),
		clock,
		never,
		false,
		{},
	)({ url: "https://reg.test/v2/", method: "GET", headers: {} });
	asked.catch(() => {});
	await expect.poll(clock.waiting).toEqual([30_000]);
	clock.pass();
	await expect(asked).rejects.toThrow("net/http: timeout awaiting response headers");
	expect(aborted).toBe(true);
});

describe("a request with a body", () => {
	const upload = { url: "http://127.0.0.1:5003/v2/x", method: "PUT", headers: {}, body: utf8("a layer") };
	test("is waited for from when it is sent whole", async () => {
		const clock = stoppedClock();
		const { sys, calls } = silence();
		let take = (): void => {};
		const slow = { ...sys, write: (_: number, bytes: Uint8Array) => new Promise((done) => (take = () => done(bytes.length))) };
		const asked = machineFetch(slow as unknown as Sys, clock, beyond, false, {})(upload);
		asked.catch(() => {});
		await settled();
		expect(clock.waiting()).toEqual([]);
		take();
		await expect.poll(clock.waiting).toEqual([30_000]);
		clock.pass();
		await expect(asked).rejects.toThrow("net/http: timeout awaiting response headers");
		await expect.poll(() => calls).toEqual(["shutdown", "close"]);
	});
	test("has all the time it wants where nobody can tell", async () => {
		const clock = stoppedClock();
		let answer = (): void => {};
		const blind: Fetch = () =>
			new Promise((done) => {
				answer = () => done({ status: 201, headers: {}, body: (async function* () {})() });
			});
		const asked = machineFetch(network(undefined), clock, blind, false, {})({ ...upload, url: "https://reg.test/v2/x" });
		await settled();
		expect(clock.waiting()).toEqual([]);
		answer();
		expect((await asked).status).toBe(201);
		expect(clock.waiting()).toEqual([]);
	});
});
/** All that needs no time has happened. */
const settled = () => new Promise((resolve) => setImmediate(resolve));
