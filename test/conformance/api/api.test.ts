// Our daemon by moby's own description of its API: every operation is there, takes every parameter, answers with a status that is
// documented, and with a body that its schema accepts. DRYDOCK_SWAGGER names another version's description than Debian's.

import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compareVersions } from "../../../engine/api/version";
import { collect, concat, utf8 } from "../../../engine/lib/bytes";
import { header } from "../../../engine/lib/tar/header";
import { writeTar } from "../../../engine/lib/tar/write";
import { serveRegistry } from "../../engine/registry/node-files";
import { type OurDocker, startOurDocker } from "../../support/our-docker";
import { record } from "../../support/record";
import { description, type Operation, readSwagger, type Swagger } from "./swagger";
import { knownDifferences, notHere, type Row, rows, swarmOnly } from "./walk";

if (!description)
	console.warn("the API is not held against its description: golang-github-docker-docker-dev or python3-yaml is not installed");

const tarOf = (files: Record<string, string>): Promise<Uint8Array> =>
	collect(
		writeTar(
			Object.entries(files).map(([name, content]) => ({
				header: header({ name, type: "file", size: utf8(content).length }),
				body: [utf8(content)],
			})),
		),
	);

function problemsOf(operation: Operation, status: number, text: string): string[] {
	let body: unknown;
	try {
		body = JSON.parse(text);
	} catch {
		return [`no JSON: ${JSON.stringify(text)}`];
	}
	return operation.problems(status, body) ?? [];
}

interface Answer {
	status: number;
	body: string;
}

describe.skipIf(!description)("the API as it is described", { timeout: 600_000 }, () => {
	let ours: OurDocker;
	let swagger: Swagger;
	let registry: Awaited<ReturnType<typeof serveRegistry>>;
	let folder: string;
	let names: Record<string, string>;
	const tars: Record<string, Uint8Array> = {};

	beforeAll(async () => {
		swagger = readSwagger(description!);
		folder = mkdtempSync(join(tmpdir(), "api-"));
		[ours, registry] = await Promise.all([startOurDocker(), serveRegistry(folder)]);
		const make = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
			const { status, body: text } = await ours.client.request(method, path, body);
			if (status >= 400) throw new Error(`${method} ${path}: ${status} ${text}`);
			return (text.startsWith("{") && !text.includes("}\r\n{") ? JSON.parse(text) : undefined) as T;
		};
		await make("POST", "/images/create?fromImage=busybox&tag=latest");
		await make("POST", "/images/create?fromImage=hello-world&tag=latest");
		await make("POST", "/images/hello-world/tag?repo=other&tag=1");
		await make("POST", "/volumes/create", { Name: "walk-v" });
		const { Id: N } = await make<{ Id: string }>("POST", "/networks/create", { Name: "walk-n" });
		const settings = {
			Image: "busybox",
			Tty: true,
			OpenStdin: true,
			Labels: { walk: "" },
			Healthcheck: { Test: ["CMD", "true"] },
		};
		const HostConfig = { Binds: ["walk-v:/v"], PortBindings: { "80/tcp": [{ HostIp: "127.0.0.1", HostPort: "" }] } };
		const create = {
			...settings,
			Cmd: ["sh", "-c", "ls /; touch /made; exec sleep 1000"],
			ExposedPorts: { "80/tcp": {} },
			HostConfig,
		};
		const { Id: C } = await make<{ Id: string }>("POST", "/containers/create?name=walk-c", create);
		const { Id: D } = await make<{ Id: string }>("POST", "/containers/create?name=walk-d", { Image: "busybox", Cmd: ["true"] });
		await make("POST", `/containers/${C}/start`);
		const exec = { Cmd: ["echo", "hi"], AttachStdout: true, Tty: true };
		const { Id: X } = await make<{ Id: string }>("POST", `/containers/${C}/exec`, exec);
		const { Id: Y } = await make<{ Id: string }>("POST", `/containers/${C}/exec`, { ...exec, Cmd: ["sleep", "1000"] });
		await make("POST", `/exec/${Y}/start`, { Detach: true, Tty: true });
		names = { C, D, X, Y, N, IMG: "busybox", V: "walk-v", R: registry.host, NOW: String(Math.floor(Date.now() / 1000)) };
		tars.context = await tarOf({ Dockerfile: "FROM busybox AS last\nARG A\nRUN echo $A > /a\n" });
		tars.files = await tarOf({ "put.txt": "put here\n" });
		tars.root = await tarOf({ "etc/walk": "a root file system\n" });
		tars.image = new Uint8Array(await ours.client.download("/images/busybox/get"));
	}, 600_000);
	afterAll(async () => {
		swagger?.close();
		await Promise.all([ours?.stop(), registry?.close()]);
		if (folder) rmSync(folder, { recursive: true, force: true });
	});

	const filled = (text: string): string => text.replace(/\b(C|D|X|Y|N|IMG|V|R|NOW)\b/g, (name) => names[name]!);
	function ask(row: Row): Promise<Answer> {
		const [method, pattern] = row.operation.split(" ") as [string, string];
		const parts = [...(row.path ?? [])].map((part) => filled(part).split("/").map(encodeURIComponent).join("/"));
		const path = pattern.replace(/\{[^}]+\}/g, () => parts.shift() ?? "x");
		const pairs = Object.entries(row.query ?? {}).map(([name, value]) => [name, filled(value)]);
		const query = pairs.length > 0 ? `?${new URLSearchParams(pairs)}` : "";
		const json = row.body === undefined ? undefined : utf8(filled(JSON.stringify(row.body)));
		const payload = row.tar ? tars[row.tar] : json;
		const headers: Record<string, string> = { "x-registry-auth": "e30=" };
		if (payload) headers["content-type"] = row.tar ? "application/x-tar" : "application/json";
		if (row.answer === "upgrade") {
			Object.assign(headers, { connection: "Upgrade", upgrade: "websocket", "sec-websocket-version": "13" });
			headers["sec-websocket-key"] = "dGhlIHNhbXBsZSBub25jZQ==";
		}
		return new Promise((resolve, reject) => {
			const options = { socketPath: ours.socketPath, method, path: `${swagger.basePath}${path}${query}`, headers };
			const sent = request(options, (response) => {
				const pieces: Uint8Array[] = [];
				response.on("data", (piece) => pieces.push(piece));
				response.on("error", reject);
				response.on("end", () => resolve({ status: response.statusCode ?? 0, body: new TextDecoder().decode(concat(pieces)) }));
			});
			sent.on("upgrade", (response, socket) => {
				socket.destroy();
				resolve({ status: response.statusCode ?? 0, body: "" });
			});
			sent.on("error", reject);
			sent.end(payload);
		});
	}

	it("has a row for every operation, with every query parameter", () => {
		const known = swagger.operations.filter(({ name }) => !swarmOnly(name) && !notHere.has(name));
		const lacking = known.flatMap(({ name, queries }) => {
			const given = rows.filter(({ operation }) => operation === name).flatMap(({ query = {} }) => Object.keys(query));
			const asked = rows.some(({ operation }) => operation === name);
			return asked ? queries.filter((one) => !given.includes(one)).map((one) => `${name}: ${one}`) : [name];
		});
		expect(lacking).toEqual([]);
	});

	it("is answered as it is described", async () => {
		const version = swagger.basePath.replace("/v", "");
		const wrong: string[] = [];
		const known: Array<{ step: string; reason: string }> = [];
		let asked = 0;
		for (const row of rows) {
			const operation = swagger.operations.find(({ name }) => name === row.operation);
			if (!operation || (row.since && compareVersions(version, row.since) < 0)) continue;
			asked++;
			const { status, body } = await ask(row);
			const say = (what: string): void => {
				const problem = `${row.operation} ${JSON.stringify(row.query ?? {})}: ${what}`;
				const reason = knownDifferences.find(([one]) => one.test(problem))?.[1];
				if (reason === undefined) wrong.push(problem);
				else if (!known.some((one) => one.step === row.operation && one.reason === reason))
					known.push({ step: row.operation, reason });
			};
			const expected = row.status ? [row.status] : row.answer === "upgrade" ? [101] : [200, 201, 204];
			if (!expected.includes(status)) say(`${status} ${body.slice(0, 300)}`);
			else if (!operation.statuses.includes(status)) say(`${status} is not documented`);
			if (status >= 400 || row.answer === "raw" || row.answer === "none" || row.answer === "upgrade") continue;
			const documents = row.answer === "lines" ? body.split("\n").filter((line) => line.trim()) : [body];
			for (const document of documents) {
				if (row.answer === "lines" && document.includes('"error"')) say(document);
				for (const problem of new Set(row.answer === "lines" ? [] : problemsOf(operation, status, document))) say(problem);
			}
		}
		const differing = new Set(known.map(({ step }) => step)).size + wrong.length;
		record({ id: "api", with: `Engine API ${version}`, all: asked, same: asked - differing, differences: known });
		expect(wrong).toEqual([]);
	});

	it("says of what only a swarm has that there is none", async () => {
		const wrong: string[] = [];
		for (const { name } of swagger.operations.filter((one) => swarmOnly(one.name))) {
			const { status, body } = await ask({ operation: name, body: name.startsWith("POST") ? {} : undefined });
			if (status >= 500 && status !== 503 && status !== 501) wrong.push(`${name}: ${status} ${body}`);
			if (status === 404 && body.includes("page not found")) wrong.push(`${name}: ${body}`);
		}
		expect(wrong).toEqual([]);
	});
});
