// Requests to the daemon, changed at random: bytes of HTTP, JSON of other types, queries, archives of every kind. Each is answered, with
// words that name what is wrong; nothing of what failed is kept; the daemon goes on, and serves good clients meanwhile.

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Host } from "../../../engine/boot";
import { concat, text, utf8 } from "../../../engine/lib/bytes";
import { startMachine } from "../interactive/typist";
import { Chance, expectWords, mutateBytes, mutateJson, mutateText, rounds, show } from "./mutate";

const PATIENCE_MS = 20_000;

let host: Host;
let saved: Uint8Array;
let tar: Uint8Array;
const sh = async (command: string): Promise<string> => {
	const { code, stdout, stderr } = await host.run(command, { timeoutMs: 60_000 });
	if (code !== 0) throw new Error(`${command}: ${code}: ${stderr}`);
	return stdout;
};
let known = "";
beforeAll(async () => {
	host = await startMachine();
	await sh("docker pull -q layers; docker create --name box -v vol:/vol layers sh; docker network create net");
	await sh(
		"mkdir -p t/d; echo one > t/f; ln t/f t/hard; ln -s f t/soft; mkfifo t/pipe; tar -cf t.tar -C t .; cd t; docker save -o /root/s.tar layers",
	);
	saved = await host.readFile("/root/s.tar");
	tar = await host.readFile("/root/t.tar");
	known = await sh("docker images -aq --no-trunc | sort");
}, 120_000);
afterAll(() => host?.shutdown());
afterEach(async () => {
	expect(await sh("docker run --rm --network none layers echo alive")).toBe("alive\n");
});

/** What comes until the daemon closes; undefined where it does not within the time. */
async function exchange(bytes: Uint8Array, patience = PATIENCE_MS): Promise<string | undefined> {
	const stream = await host.connect("/var/run/docker.sock");
	const parts: Uint8Array[] = [];
	const reading = (async () => {
		for (let part = await stream.read(); part !== null; part = await stream.read()) parts.push(part.slice());
		return true;
	})().catch(() => true);
	stream.write(bytes).catch(() => {});
	let late: ReturnType<typeof setTimeout> | undefined;
	const done = await Promise.race([
		reading,
		new Promise<false>((resolve) => (late = setTimeout(() => resolve(false), patience))),
	]);
	clearTimeout(late);
	await stream.close();
	return done ? text(concat(parts)) : undefined;
}

const request = (method: string, path: string, body?: Uint8Array, type = "application/json"): Uint8Array => {
	const head = `${method} ${path} HTTP/1.1\r\nHost: d\r\nConnection: close\r\n`;
	if (!body) return utf8(`${head}\r\n`);
	return concat([utf8(`${head}Content-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n`), body]);
};

/** Status and words of an answer that must be one. */
async function answered(bytes: Uint8Array, input: unknown = bytes): Promise<{ status: number; body: string }> {
	const answer = await exchange(bytes);
	if (answer === undefined) return expect.fail(`no answer to ${show(input)}`);
	const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1]);
	const body = answer.slice(answer.indexOf("\r\n\r\n") + 4);
	if (!status) expect.fail(`${JSON.stringify(answer.slice(0, 200))} is no answer to ${show(input)}`);
	for (const [, message] of body.matchAll(/"(?:message|error)":("(?:[^"\\]|\\.)*")/g))
		expectWords(JSON.parse(message!) as string, input);
	return { status, body };
}

const container = {
	Image: "layers",
	Cmd: ["sh", "-c", "true"],
	Env: ["A=b"],
	ExposedPorts: { "80/tcp": {} },
	Healthcheck: { Test: ["CMD", "true"], Interval: 1000000000, Retries: 1 },
	Labels: { a: "b" },
	Volumes: { "/v": {} },
	HostConfig: {
		Binds: ["vol:/w:ro"],
		PortBindings: { "80/tcp": [{ HostIp: "", HostPort: "0" }] },
		RestartPolicy: { Name: "on-failure", MaximumRetryCount: 1 },
		LogConfig: { Type: "json-file", Config: { "max-size": "1m" } },
		Mounts: [{ Type: "tmpfs", Target: "/t", TmpfsOptions: { SizeBytes: 4096 } }],
		Ulimits: [{ Name: "nofile", Soft: 10, Hard: 20 }],
		Memory: 33554432,
		NanoCpus: 500000000,
		PidsLimit: 10,
		CapAdd: ["NET_RAW"],
		Tmpfs: { "/x": "size=1m" },
		Sysctls: { "net.ipv4.ip_forward": "1" },
		ExtraHosts: ["a:1.2.3.4"],
		Dns: ["1.2.3.4"],
		NetworkMode: "none",
		ConsoleSize: [1, 2],
	},
	NetworkingConfig: { EndpointsConfig: { net: { Aliases: ["x"], IPAMConfig: { IPv4Address: "" } } } },
};
/** Routes that take JSON, with a good body. */
const bodies: Array<[method: string, path: string, body: unknown]> = [
	["POST", "/containers/create", container],
	["POST", "/containers/box/update", { Memory: 33554432, RestartPolicy: { Name: "no" }, PidsLimit: 3, CpuShares: 2 }],
	["POST", "/containers/box/exec", { Cmd: ["a"], Env: ["b=c"], Tty: false, User: "1", DetachKeys: "ctrl-a" }],
	[
		"POST",
		"/networks/create",
		{
			Name: "n",
			Driver: "bridge",
			Internal: true,
			IPAM: { Config: [{ Subnet: "10.9.0.0/24", Gateway: "10.9.0.1" }] },
			Options: { a: "b" },
			Labels: {},
		},
	],
	[
		"POST",
		"/networks/net/connect",
		{ Container: "nobody", EndpointConfig: { Aliases: ["b"], IPAMConfig: { IPv4Address: "172.19.0.9" } } },
	],
	["POST", "/networks/net/disconnect", { Container: "nobody", Force: true }],
	["POST", "/volumes/create", { Name: "v1", Driver: "local", DriverOpts: { type: "tmpfs" }, Labels: { a: "b" } }],
	["POST", "/commit?container=box&repo=c", { Cmd: ["a"], Env: ["A=b"], ExposedPorts: {}, Labels: {} }],
	["POST", "/auth", { username: "u", password: "p", serveraddress: "reg.test" }],
];

/** Queries, as far as they are safe to ask again and again. */
const queries = [
	'GET /containers/json?all=1&limit=2&size=1&filters={"status":["exited"],"label":["a=b"],"ancestor":["layers"]}',
	'GET /images/json?all=1&digests=1&filters={"reference":["la*"],"dangling":["true"],"until":["1h"]}',
	'GET /events?since=0&until=1&filters={"type":{"image":true}}',
	"GET /containers/box/logs?stdout=1&stderr=1&tail=5&since=1.5&timestamps=1",
	"GET /containers/box/json?size=1",
	"GET /containers/box/archive?path=/etc/passwd",
	"HEAD /containers/box/archive?path=/etc",
	"GET /containers/box/top?ps_args=-ef",
	'GET /images/layers/json?manifests=1&platform={"os":"linux"}',
	'GET /images/layers/get?platform={"os":"linux","architecture":"amd64"}',
	"GET /images/layers:latest/history",
	'GET /networks?filters={"driver":["bridge"],"scope":["local"]}',
	'GET /volumes?filters={"dangling":["1"],"name":["v"]}',
	"GET /system/df?type=image&type=volume",
	"GET /v1.44/version",
	"GET /distribution/busybox/json",
	'POST /containers/prune?filters={"label":["nobody=here"]}',
	'POST /images/prune?filters={"dangling":["true"],"label":["nobody=here"]}',
	"POST /containers/box/resize?h=1&w=2",
	"POST /containers/box/kill?signal=TERM",
	"POST /containers/box/wait?condition=not-running",
	"POST /images/create?fromImage=nobody/here&tag=1&platform=linux/amd64",
	"POST /images/layers/tag?repo=x/y&tag=z",
	"DELETE /images/nobody:here?force=1&noprune=1",
];

describe("the daemon", { timeout: 900_000 }, () => {
	it("answers JSON of other types", async () => {
		const chance = new Chance(1);
		for (let round = rounds(160); round > 0; round--) {
			const [method, path, good] = chance.of(bodies);
			const body = mutateJson(chance, good);
			await answered(request(method, path, utf8(JSON.stringify(body) ?? "")), { path, body });
		}
		await sh(
			"docker ps -aq --filter name=box --filter status=created | wc -l; docker ps -aq | grep -v $(docker ps -aqf name=box) | xargs -r docker rm -f",
		);
		await sh("docker network prune -f; docker volume prune -af; docker network inspect net || docker network create net");
		for (const id of (await sh("docker images -aq --no-trunc | sort -u")).split("\n"))
			if (id && !known.includes(id)) await sh(`docker rmi -f ${id}`);
	});

	it("answers queries of every kind", async () => {
		const chance = new Chance(2);
		for (let round = rounds(200); round > 0; round--) {
			const line = mutateText(chance, queries);
			const [method = "", ...rest] = line.split(" ");
			const path = rest
				.join(" ")
				.replace(/[\0-\x20\x7f-\uffff]/g, (character) =>
					chance.below(3) === 0 ? character : encodeURIComponent(/\p{Surrogate}/u.test(character) ? "?" : character),
				);
			// what waits for something to happen is another matter
			if (/follow|\/(events|stats|wait|attach)\b/.test(path) && !/[?&]until=1&/.test(path)) continue;
			await answered(request(method, path), line);
		}
	});

	it("answers bytes that are nearly HTTP, or closes", async () => {
		const chance = new Chance(3);
		const body = utf8('{"Image":"layers"}');
		const chunked = utf8(
			`POST /containers/create?name=c HTTP/1.1\r\nHost: d\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{"Image":\r\n9\r\n"nobody"}\r\n0\r\n\r\n`,
		);
		const seeds = [
			request("GET", "/_ping"),
			request("POST", "/networks/nobody/connect", body),
			chunked,
			concat([request("GET", "/info"), request("GET", "/_ping")]),
		];
		seeds.push(
			utf8("GET /_ping HTTP/1.1\r\nHost: d\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\nX-A: b\r\n c\r\n\r\n0\r\n\r\n"),
		);
		seeds.push(
			utf8("POST /containers/nobody/attach?stream=1 HTTP/1.1\r\nHost: d\r\nUpgrade: tcp\r\nConnection: Upgrade\r\n\r\n"),
		);
		const smuggling = [
			"Content-Length: 99999999999999999999",
			"Content-Length: -5",
			"Content-Length: 5\r\nContent-Length: 6",
			"Transfer-Encoding: chunked, identity",
			"Transfer-Encoding : chunked",
			"Content-Length: 0x5",
			"Expect: 100-continue",
			"Connection: close, upgrade",
		];
		for (const line of smuggling)
			seeds.push(utf8(`POST /containers/nobody/start HTTP/1.1\r\nHost: d\r\n${line}\r\n\r\n5\r\nhello\r\n0\r\n\r\n`));
		for (let round = rounds(120); round > 0; round--) {
			const bytes = mutateBytes(chance, chance.of(seeds));
			// more may be to come, as far as the daemon knows: then it waits
			const answer = await exchange(bytes, 150);
			if (answer) expect(answer.slice(0, 9), show(bytes)).toBe("HTTP/1.1 ");
		}
		expect((await answered(request("GET", "/_ping"))).status).toBe(200);
	});

	it("loads changed archives, or nothing of them", async () => {
		const chance = new Chance(4);
		const headers: number[] = [];
		for (let at = 0; at + 512 <= saved.length; ) {
			headers.push(at);
			at += 512 + Math.ceil(Number.parseInt(text(saved.subarray(at + 124, at + 135)), 8) / 512) * 512 || saved.length;
		}
		for (let round = rounds(12); round > 0; round--) {
			const bytes = mutateBytes(chance, saved, headers);
			const { body } = await answered(request("POST", "/images/load", bytes, "application/x-tar"), `save, round ${round}`);
			expect(body, `round ${round}`).toMatch(/Loaded image|errorDetail/);
			if (body.includes("errorDetail")) expect(await sh("docker images -aq --no-trunc | sort")).toBe(known);
		}
		await sh("docker load -qi /root/s.tar");
	});

	it("unpacks changed tars, or says why not", async () => {
		const chance = new Chance(5);
		const headers = Array.from({ length: Math.floor(tar.length / 512) }, (_, at) => at * 512);
		const dockerfile = utf8("FROM layers\nADD t.tar /x/\nCOPY . /y/\n");
		for (let round = rounds(60); round > 0; round--) {
			const bytes = mutateBytes(chance, tar, headers);
			const kind = chance.below(3);
			if (kind === 0) await answered(request("PUT", "/containers/box/archive?path=/tmp", bytes, "application/x-tar"));
			else if (kind === 1) {
				const { body } = await answered(request("POST", "/images/create?fromSrc=-", bytes, "application/x-tar"));
				const made = /sha256:[0-9a-f]{64}/.exec(body)?.[0];
				if (made && !body.includes("errorDetail")) await sh(`docker rmi -f ${made}`);
			} else {
				const context = concat([entry("Dockerfile", dockerfile), entry("t.tar", bytes), new Uint8Array(1024)]);
				const sent = chance.below(2) === 0 ? context : mutateBytes(chance, context, [0, 1024, 1536]);
				await answered(request("POST", "/build?q=1&t=fuzzed", sent, "application/x-tar"));
			}
		}
		await sh("docker rmi -f fuzzed || true");
	});
});

/** One file of a tar, by hand. */
function entry(name: string, content: Uint8Array): Uint8Array {
	const block = new Uint8Array(512 + Math.ceil(content.length / 512) * 512);
	block.set(utf8(name));
	block.set(utf8("0000644\x000000000\x000000000\0"), 100);
	block.set(utf8(`${content.length.toString(8).padStart(11, "0")}\x0000000000000\0        0`), 124);
	block.set(utf8("ustar\x0000"), 257);
	const sum = block.subarray(0, 512).reduce((total, byte) => total + byte, 0);
	block.set(utf8(`${sum.toString(8).padStart(6, "0")}\0 `), 148);
	block.set(content, 512);
	return block;
}
