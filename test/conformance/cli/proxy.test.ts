// HTTP_PROXY, NO_PROXY, --tlsverify, answers that no daemon gives, and a daemon that has not all, by the real docker command and by ours: what is
// asked of whom is the same, and what is said.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildOurCommand } from "./our-command";

const missing = spawnSync("docker", ["--version"], { stdio: "ignore" }).error !== undefined;
if (missing)
	console.warn("our docker command's proxies are not compared with the real one's: there is no docker on this machine");

let ours: string;
let home: string;
let proxy: Server;
/** What came to it: method, target, Host and login. */
let asked: string[] = [];
/** What it says to what is no ping. */
let answer: { status: number; type?: string; body: string };

const VERSION = { Version: "99.99.9", ApiVersion: "1.41", MinAPIVersion: "1.12" };

beforeAll(async () => {
	ours = buildOurCommand();
	home = mkdtempSync(join(tmpdir(), "drydock-proxy-"));
	proxy = createServer((request, response) => {
		const { host, "proxy-authorization": login } = request.headers;
		asked.push([request.method, request.url, host, login].join(" ").trim());
		const ping = request.url!.endsWith("/_ping");
		response.writeHead(ping ? 200 : answer.status, { "api-version": "1.41", "content-type": answer.type ?? "application/json" });
		response.end(ping ? "" : answer.body);
	}).listen(0, "127.0.0.1");
	await once(proxy, "listening");
});
afterAll(() => {
	proxy?.close();
	rmSync(dirname(ours), { recursive: true, force: true });
	rmSync(home, { recursive: true, force: true });
});

async function run(program: string, args: string[], env: Record<string, string>) {
	asked = [];
	const child = spawn(program, args, {
		env: { PATH: process.env.PATH, HOME: home, ...env } as unknown as NodeJS.ProcessEnv,
		stdio: ["ignore", "pipe", "pipe"],
	});
	let [out, err] = ["", ""];
	child.stdout.on("data", (piece) => {
		out += piece;
	});
	child.stderr.on("data", (piece) => {
		err += piece;
	});
	const [code] = await once(child, "close");
	return { code, out, err, asked };
}
/** By both; `PROXY` stands for the proxy's address. */
async function both(args: string[], env: Record<string, string>) {
	const here = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
	const put = (text: string): string => text.replaceAll("PROXY", here);
	const real = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, put(value)]));
	const words = args.map(put);
	return { real: await run("docker", words, real), our: await run(ours, words, real) };
}

const FAR = "tcp://docker.acme.example:2376";
const WAYS: ReadonlyArray<Record<string, string>> = [
	{ HTTP_PROXY: "http://PROXY" },
	{ http_proxy: "http://PROXY/ignored" },
	{ HTTP_PROXY: "PROXY" },
	{ HTTP_PROXY: "http://me:a%20b@PROXY" },
	{ HTTP_PROXY: "http://me@PROXY" },
	{ HTTP_PROXY: "http://PROXY", NO_PROXY: "other.example, .example.org,10.0.0.0/8" },
	{ HTTP_PROXY: "http://PROXY", NO_PROXY: "docker.acme.example:1" },
	{ HTTP_PROXY: "http://PROXY", NO_PROXY: ".docker.acme.example" },
	{ HTTP_PROXY: "http://PROXY", NO_PROXY: "cme.example" },
	{ HTTP_PROXY: "http://PROXY", DOCKER_HOST: "tcp://10.9.8.7:2375", NO_PROXY: "10.9.8.70,10.9.9.0/24" },
	{ HTTP_PROXY: "http://PROXY", DOCKER_HOST: "tcp://[2001:db8::1]:2375/base" },
	// the daemon is where the proxy is, and asked itself
	{ HTTP_PROXY: "http://127.0.0.1:1", DOCKER_HOST: "tcp://PROXY" },
	{ HTTP_PROXY: "http://127.0.0.1:1" },
	{ HTTP_PROXY: "http://PROXY", DOCKER_HOST: FAR, DOCKER_CUSTOM_HEADERS: "X-A=b" },
];
test.skipIf(missing).for(WAYS)("%j", async (env) => {
	answer = { status: 200, body: JSON.stringify(VERSION) };
	const { real, our } = await both(["version", "--format", "{{ .Server.Version }}"], { DOCKER_HOST: FAR, ...env });
	if (real.code === 0) expect(our).toEqual(real);
	else expect({ ...our, err: "" }).toEqual({ ...real, err: "" });
});

/** They would have to be asked, and nobody is there: that the proxy is not is what counts. */
const EXCEPTED = [
	"docker.acme.example",
	"acme.example",
	".acme.example",
	"*.acme.example",
	"docker.acme.example:2376",
	"*",
	"x, EXAMPLE",
];
test.skipIf(missing).for(EXCEPTED)("NO_PROXY=%s", async (list) => {
	const { real, our } = await both(["ps"], { DOCKER_HOST: FAR, HTTP_PROXY: "http://PROXY", NO_PROXY: list });
	expect(real.asked).toEqual([]);
	expect([our.code, our.asked]).toEqual([real.code, []]);
});

const ANSWERS: ReadonlyArray<typeof answer> = [
	{ status: 404, body: "" },
	{ status: 502, type: "text/html", body: "<h1>Bad Gateway</h1>\n" },
	{ status: 500, body: "{}" },
	{ status: 404, body: '{"message":"no such thing\\n"}' },
	{ status: 400, type: "text/plain", body: '{"message":"as it is"}' },
	{ status: 503, type: "text/plain", body: "x".repeat(1 << 20) },
];
test
	.skipIf(missing)
	.for(ANSWERS.map((given) => [`${given.status} ${given.type ?? "JSON"}, ${given.body.length} bytes`, given] as const))(
	"answers %s",
	async ([, given]) => {
		answer = given;
		const { real, our } = await both(["ps"], { DOCKER_HOST: "tcp://PROXY" });
		expect(our).toEqual(real);
	},
);

const TLS: ReadonlyArray<[args: string[], env: Record<string, string>]> = [
	[["--tlsverify=false", "ps"], {}],
	[["--tlsverify", "ps"], {}],
	[["--tls", "ps"], {}],
	[["--tls=false", "ps"], { DOCKER_TLS: "1" }],
	[["ps"], { DOCKER_TLS: "1" }],
	[["ps"], { DOCKER_TLS_VERIFY: "1" }],
	[["--tlsverify=false", "ps"], { DOCKER_TLS_VERIFY: "1" }],
];
test.skipIf(missing).for(TLS)("docker %j %j", async ([args, env]) => {
	answer = { status: 200, body: "[]" };
	const { real, our } = await both(args, { DOCKER_HOST: "tcp://PROXY", ...env });
	expect(our).toEqual(real);
});

/** A ping without docker-experimental. */
const LACKING = [
	"checkpoint",
	"checkpoint -h",
	"checkpoint --help",
	"checkpoint ls x",
	"checkpoint create --help",
	"help checkpoint",
	"help checkpoint ls",
];
test.skipIf(missing).for(LACKING)("docker %s", async (words) => {
	answer = { status: 200, body: "[]" };
	const { real, our } = await both(words.split(" "), { DOCKER_HOST: "tcp://PROXY" });
	expect(our).toMatchObject({ code: real.code, out: real.out, err: real.err });
});

/** Options that there are none of: what cobra says, and that nothing is known behind them. */
const COMPLETED: ReadonlyArray<readonly string[]> = [
	["run", "--bogus", ""],
	["run", "-it", "-Qx", "busybox", ""],
	["run", "-itQ", ""],
	["run", "-eQ", "--bogus=3", "-x", ""],
	["ps", "--bogus", "--no"],
	["run", "--bogus", "-"],
	["--bogus", "ps", ""],
	["image", "--bogus", "ls", ""],
	["run", "-itm=1", "--networ"],
	["run", "busybox", "--bogus", ""],
	["ps", "--", "--bogus", ""],
];
test.skipIf(missing).for(COMPLETED)("completes %j", async (words) => {
	answer = { status: 200, body: "[]" };
	const { real, our } = await both(["__completeNoDesc", ...words], { DOCKER_HOST: "tcp://PROXY" });
	expect(our).toMatchObject({ code: real.code, out: real.out, err: real.err });
});
