// The pull-through cache over a real registry on a real port: what it passes on, what it keeps, and what it refuses.

import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { guardedFetch, isPrivateAddress } from "../../../engine/host/node/guarded-fetch";
import { type MirrorSettings, mirrorSettings, openMirror } from "../../../engine/host/node/mirror";
import { collect, text, utf8 } from "../../../engine/lib/bytes";
import { digestOf } from "../../../engine/lib/digest";
import { splitTarget } from "../../../engine/lib/http/query";
import { OCI_CONFIG, OCI_LAYER_GZIP, OCI_MANIFEST } from "../../../engine/oci/image/media-types";
import { USERS_ALL } from "../../../engine/registry/auth/rights";
import { DEFAULTS } from "../../../engine/registry/config/config";
import type { RegistryHandler } from "../../../engine/registry/handle";
import { openRegistry } from "../../../engine/registry/open";
import { putImage } from "./images";
import { nodeFiles, random, serveRegistry } from "./node-files";

const scratch = mkdtempSync(join(tmpdir(), "mirror-"));
let upstream: Awaited<ReturnType<typeof serveRegistry>>;
/** Between the cache and the registry: counts, cuts, changes. */
let line: http.Server;
let lineHost = "";
let trouble: (request: http.IncomingMessage, response: http.ServerResponse) => boolean = () => false;
const seen: string[] = [];

beforeAll(async () => {
	upstream = await serveRegistry(join(scratch, "upstream"));
	line = http.createServer((request, response) => {
		seen.push(`${request.method} ${request.url}`);
		if (trouble(request, response)) return;
		const { method, url, headers } = request;
		http
			.request(`http://${upstream.host}${url}`, { method, headers }, (answer) => {
				response.writeHead(answer.statusCode!, answer.headers);
				answer.pipe(response);
			})
			.end();
	});
	await new Promise<void>((resolve) => line.listen(0, "127.0.0.1", resolve));
	lineHost = `127.0.0.1:${(line.address() as { port: number }).port}`;
});
afterAll(async () => {
	line.closeAllConnections();
	line.close();
	await upstream.close();
	rmSync(scratch, { recursive: true, force: true });
});

let count = 0;
const folderOf = (): string => join(scratch, `cache-${++count}`);
const open = async (more: Partial<MirrorSettings> = {}) => {
	const settings = mirrorSettings({ UPSTREAM_REGISTRY: `http://${lineHost}`, UPSTREAM_TIMEOUT: "20" }, folderOf())!;
	const mirror = await openMirror({ ...settings, ...more });
	return { ask: asking(mirror.handle), folder: more.folder ?? settings.folder };
};
const asking =
	(handle: RegistryHandler) =>
	async (request: string, headers: Record<string, string> = {}) => {
		const [method, target] = request.split(" ") as [string, string];
		const answer = await handle({ method, headers, body: (async function* () {})(), ...splitTarget(target) });
		const body =
			answer.body === undefined
				? new Uint8Array(0)
				: await collect(answer.body instanceof Uint8Array ? [answer.body] : answer.body);
		return { ...answer, body, words: text(body) };
	};
const sizeOf = (folder: string): number =>
	readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile() && entry.name !== "index.json")
		.reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
const noise = (words: number, seed: string): string =>
	Array.from({ length: words }, (_, at) => digestOf(`${seed} ${at}`).slice(7)).join("");

/** A byte now and then, for ever. */
function drip(response: http.ServerResponse): void {
	const drops = setInterval(() => response.write("x"), 50);
	response.on("close", () => clearInterval(drops));
}

describe("the pull-through cache", () => {
	it("passes on what it fetched once, whole and in part, and keeps it over a restart and without the upstream", async () => {
		const image = await putImage(upstream.store, "library/app", "1", [[{ name: "f", content: noise(3000, "a") }]], {
			index: true,
		});
		const { ask, folder } = await open();
		const index = await ask("GET /v2/app/manifests/1");
		expect([index.status, index.headers["docker-content-digest"], digestOf(index.body)]).toEqual([200, image.top, image.top]);
		expect((await ask(`GET /v2/library/app/manifests/${image.manifest}`)).status).toBe(200);
		const [layer] = image.layers;
		const [blob, part, head] = await Promise.all([
			ask(`GET /v2/library/app/blobs/${layer}`),
			ask(`GET /v2/library/app/blobs/${layer}`, { range: "bytes=1000-1999" }),
			ask(`HEAD /v2/library/app/blobs/${layer}`),
		]);
		expect([digestOf(blob.body), part.status, part.headers["content-range"]]).toEqual([
			layer,
			206,
			`bytes 1000-1999/${image.sizes[0]}`,
		]);
		expect(Buffer.from(part.body).equals(Buffer.from(blob.body.subarray(1000, 2000)))).toBe(true);
		expect(head.headers["content-length"]).toBe(String(image.sizes[0]));
		expect(seen.filter((one) => one.includes(layer!))).toHaveLength(1);
		// the upstream is away, the tag is old: what was known holds
		trouble = (request) => {
			request.socket.destroy();
			return true;
		};
		const { ask: again } = await open({ folder, tagAge: 0 });
		expect((await again("GET /v2/library/app/manifests/1")).headers["docker-content-digest"]).toBe(image.top);
		expect(digestOf((await again(`GET /v2/library/app/blobs/${layer}`)).body)).toBe(layer);
		expect((await again("GET /v2/library/app/manifests/2")).status).toBe(502);
		trouble = () => false;
	}, 60_000);

	it("refuses other platforms' manifests, lists, pushes, and names that are none", async () => {
		const config = utf8(JSON.stringify({ os: "linux", architecture: "arm64", rootfs: { type: "layers", diff_ids: [] } }));
		const layer = utf8("layer");
		for (const bytes of [config, layer]) await upstream.store.putBlob("team/arm", bytes);
		const described = (mediaType: string, bytes: Uint8Array) => ({ mediaType, digest: digestOf(bytes), size: bytes.length });
		const manifest = utf8(
			JSON.stringify({
				schemaVersion: 2,
				mediaType: OCI_MANIFEST,
				config: described(OCI_CONFIG, config),
				layers: [described(OCI_LAYER_GZIP, layer)],
			}),
		);
		const digest = await upstream.store.putManifest("team/arm", "1", OCI_MANIFEST, manifest);
		const { ask } = await open();
		for (const reference of ["1", digest]) {
			const answer = await ask(`GET /v2/team/arm/manifests/${reference}`);
			expect(answer.status).toBe(404);
			expect(answer.words).toContain("linux/amd64 only; the manifest is for linux/arm64");
		}
		expect((await ask("GET /v2/team/arm/tags/list")).status).toBe(405);
		expect((await ask("POST /v2/team/arm/blobs/uploads/")).status).toBe(405);
		const before = seen.length;
		for (const path of [
			"/v2/UPPER/x/manifests/1",
			"/v2/../etc/manifests/1",
			"/v2/a/blobs/sha256:12",
			"/v2/a%2f..%2fb/manifests/1",
		])
			expect((await ask(`GET ${path}`)).status, path).toBe(400);
		expect((await ask("GET /v2/a/manifests/-x")).status).toBe(404);
		expect(seen.length).toBe(before);
	});

	it("keeps nothing of what is cut, changed or too large", async () => {
		const image = await putImage(upstream.store, "team/cut", "1", [[{ name: "f", content: noise(9000, "cut") }]]);
		const [layer] = image.layers;
		const path = `GET /v2/team/cut/blobs/${layer}`;
		const { ask, folder } = await open();
		trouble = (request, response) => {
			if (!request.url!.includes(layer!)) return false;
			response.writeHead(200, { "content-length": String(image.sizes[0]) });
			response.write("x".repeat(100_000), () => response.destroy());
			return true;
		};
		await expect(ask(path)).rejects.toThrow("cut short");
		trouble = (request, response) => {
			if (!request.url!.includes(layer!)) return false;
			response.end(Buffer.alloc(image.sizes[0]!));
			return true;
		};
		await expect(ask(path)).rejects.toThrow(/not what its digest says|how long/);
		const { ask: hasty } = await open({ timeout: 1500 });
		trouble = (request, response) => {
			if (!request.url!.includes(layer!)) return false;
			drip(response.writeHead(200, { "content-length": String(image.sizes[0]) }));
			return true;
		};
		// more of them than there are slots
		const slow = await Promise.allSettled(Array.from({ length: 9 }, () => hasty(path)));
		for (const one of slow) expect(String((one as PromiseRejectedResult).reason)).toMatch(/only \d+ bytes came|cut short/);
		trouble = () => false;
		expect(digestOf((await hasty(path)).body)).toBe(layer);
		expect(sizeOf(folder)).toBe(0);
		expect(digestOf((await ask(path)).body)).toBe(layer);
		const { ask: small } = await open({ maxBlob: 1000 });
		const refused = await small(path);
		expect([refused.status, refused.words]).toEqual([403, expect.stringContaining("passes on at most 1000")]);
	}, 60_000);

	it("gives 502 and keeps nothing, whatever a hostile upstream answers where a manifest was wanted", async () => {
		const image = await putImage(upstream.store, "team/bad", "1", [[{ name: "f" }]]);
		const wanted = `/v2/team/bad/manifests/${image.manifest}`;
		const headers = { "content-type": OCI_MANIFEST, "docker-content-digest": image.manifest };
		const answers: Record<string, (response: http.ServerResponse) => unknown> = {
			"without end": (response) => {
				response.writeHead(200, headers);
				const more = (): unknown =>
					response.destroyed || (response.write(Buffer.alloc(1 << 20, 0x20)) ? setImmediate(more) : response.once("drain", more));
				more();
			},
			"that was promised too large": (response) =>
				response.writeHead(200, { ...headers, "content-length": "99999999" }).end("{}"),
			"of other content": (response) => response.writeHead(200, headers).end('{"schemaVersion":2}'),
			"of no JSON": (response) => response.writeHead(200, headers).end("<html>"),
			"compressed on the way": (response) =>
				response.writeHead(200, { ...headers, "content-encoding": "gzip" }).end(gzipSync("{}")),
			"that is elsewhere for ever": (response) => response.writeHead(307, { location: wanted }).end(),
			"on a private address": (response) => response.writeHead(307, { location: "https://169.254.169.254/latest" }).end(),
			"on an address by plain HTTP": (response) =>
				response.writeHead(307, { location: `http://${upstream.host}${wanted}` }).end(),
			"that never comes": () => undefined,
			"that comes drop by drop": (response) => drip(response.writeHead(200, headers)),
			"that stops within": (response) => response.writeHead(200, headers).write("{"),
			"cut off": (response) =>
				response.writeHead(200, { ...headers, "content-length": "500" }).write("{", () => response.destroy()),
		};
		for (const [what, answer] of Object.entries(answers)) {
			const { ask, folder } = await open({ timeout: 1500 });
			trouble = (request, response) => {
				if (!request.url!.includes("/manifests/")) return false;
				answer(response);
				return true;
			};
			const { status, words } = await ask(`GET ${wanted}`);
			trouble = () => false;
			expect([what, status, words], what).toEqual([what, 502, expect.stringContaining("UNAVAILABLE")]);
			expect(existsSync(folder) ? sizeOf(folder) : 0, what).toBe(0);
			// it is asked again, and given when the upstream is well
			expect((await ask(`GET ${wanted}`)).status, what).toBe(200);
		}
	}, 60_000);

	it("stays under its quota: what was used least lately goes", async () => {
		const layers: string[] = [];
		for (const name of ["a", "b", "c", "d"]) {
			const blob = utf8(noise(1000, name));
			layers.push(await upstream.store.putBlob("team/quota", blob));
		}
		const { ask, folder } = await open({ quota: 200_000 });
		const get = async (at: number) =>
			expect(digestOf((await ask(`GET /v2/team/quota/blobs/${layers[at]}`)).body)).toBe(layers[at]);
		const fetched = (at: number) => seen.filter((one) => one.includes(layers[at]!)).length;
		for (const at of [0, 1, 2]) {
			await get(at);
			await new Promise((resolve) => setTimeout(resolve, 5));
		}
		await get(0);
		await new Promise((resolve) => setTimeout(resolve, 5));
		await get(3);
		expect(sizeOf(folder)).toBeLessThanOrEqual(200_000);
		await get(0);
		expect(fetched(0)).toBe(1);
		await get(1);
		expect(fetched(1)).toBe(2);
	});

	it("gets tokens from the upstream with its own credentials", async () => {
		const files = nodeFiles(join(scratch, "private"));
		const htpasswd = "alice:$2b$05$V3JRBJFPnpGqMQ/.WJ534eL8SUwWjaMfus30CsnvuKoV42BQMKSXG\n";
		const auth = {
			htpasswd: "users",
			realm: "r",
			token: { service: "registry", issuer: "i", expiration: 300 },
			rules: [...USERS_ALL],
		};
		const registry = await openRegistry({ ...DEFAULTS, auth }, { files, now: Date.now, random, readText: async () => htpasswd });
		await putImage(registry.store, "team/secret", "1", [[{ name: "f" }]]);
		const server = http.createServer(async (request, response) => {
			const answer = await registry.handle({
				method: request.method!,
				headers: request.headers as Record<string, string>,
				body: request,
				...splitTarget(request.url!),
			});
			response.writeHead(answer.status, answer.headers);
			response.end(answer.body && Buffer.from(await collect(answer.body instanceof Uint8Array ? [answer.body] : answer.body)));
		});
		await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
		const address = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
		const { ask } = await open({ upstream: address, username: "alice", password: "secret" });
		expect((await ask("GET /v2/team/secret/manifests/1")).status).toBe(200);
		const { ask: stranger } = await open({ upstream: address, username: "alice", password: "wrong" });
		expect((await stranger("GET /v2/team/secret/manifests/1")).status).toBe(404);
		server.closeAllConnections();
		server.close();
	});
});

describe("fetching on others' behalf", () => {
	it("reaches the configured origin, and nothing private besides", async () => {
		const guarded = guardedFetch({ origin: `http://${lineHost}`, timeout: 5000 });
		const get = (url: string) => guarded({ method: "GET", url, headers: {} });
		expect((await get(`http://${lineHost}/v2/`)).status).toBe(200);
		await expect(get(`http://${upstream.host}/v2/`)).rejects.toThrow("only HTTPS is followed");
		for (const host of [
			"127.0.0.1",
			"10.1.2.3",
			"169.254.169.254",
			"[::1]",
			"[::ffff:127.0.0.1]",
			"192.168.0.1",
			"localhost",
			"0x7f.1",
		])
			await expect(get(`https://${host}/`), host).rejects.toThrow("not a public address");
		expect(["8.8.8.8", "2606:4700::1111"].map(isPrivateAddress)).toEqual([false, false]);
	});
	it("is configured by the environment", () => {
		expect(mirrorSettings({}, "/c")).toBeUndefined();
		expect(mirrorSettings({ UPSTREAM_REGISTRY: "registry-1.docker.io", UPSTREAM_CACHE_SIZE: "512M" }, "/c")).toMatchObject({
			upstream: "https://registry-1.docker.io",
			folder: "/c",
			quota: 512 << 20,
		});
		expect(() => mirrorSettings({ UPSTREAM_REGISTRY: "x", UPSTREAM_MAX_BLOB: "much" }, "/c")).toThrow("UPSTREAM_MAX_BLOB");
	});
});
