import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collect, text, utf8 } from "../../../engine/lib/bytes";
import { digestOf } from "../../../engine/lib/digest";
import { splitTarget } from "../../../engine/lib/http/query";
import { type RegistryOptions, registryHandler } from "../../../engine/registry/handle";
import { RegistryStore } from "../../../engine/registry/store/store";
import { putImage } from "./images";
import { nodeFiles, random, serveRegistry } from "./node-files";

const scratch = mkdtempSync(join(tmpdir(), "registry-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
let count = 0;

function open(options: Partial<RegistryOptions> = {}) {
	const root = join(scratch, `r${++count}`);
	const store = new RegistryStore(nodeFiles(root), Date.now);
	const handle = registryHandler(store, { random, ...options });
	const ask = async (line: string, body: string | Uint8Array = "", headers: Record<string, string> = {}) => {
		const [method, target] = line.split(" ") as [string, string];
		async function* pieces() {
			if (body.length > 0) yield typeof body === "string" ? utf8(body) : body;
		}
		const answer = await handle({ method, headers, body: pieces(), ...splitTarget(target) });
		const data =
			answer.body === undefined ? "" : text(await collect(answer.body instanceof Uint8Array ? [answer.body] : answer.body));
		return { ...answer, data };
	};
	return { root, store, handle, ask };
}
const hello = digestOf("hello");

describe("the distribution API", () => {
	it("takes a blob in chunks, at once, and by mounting", async () => {
		const { ask } = open();
		const start = await ask("POST /v2/a/b/blobs/uploads/");
		expect([start.status, start.headers.range]).toEqual([202, "0-0"]);
		const { location } = start.headers;
		expect((await ask(`PATCH ${location}`, "hel", { "content-range": "0-2" })).headers.range).toBe("0-2");
		expect((await ask(`PATCH ${location}`, "x", { "content-range": "9-9" })).status).toBe(416);
		expect((await ask(`GET ${location}`)).headers.range).toBe("0-2");
		const done = await ask(`PUT ${location}?digest=${hello}`, "lo");
		expect([done.status, done.headers.location]).toEqual([201, `/v2/a/b/blobs/${hello}`]);
		expect((await ask(`GET /v2/a/b/blobs/${hello}`)).data).toBe("hello");
		expect((await ask(`POST /v2/c/blobs/uploads/?digest=${digestOf("x")}`, "x")).status).toBe(201);
		expect((await ask(`GET /v2/c/blobs/${hello}`)).status).toBe(404);
		expect((await ask(`POST /v2/c/blobs/uploads/?mount=${hello}&from=a/b`)).status).toBe(201);
		expect((await ask(`GET /v2/c/blobs/${hello}`)).data).toBe("hello");
		expect((await ask(`POST /v2/c/blobs/uploads/?mount=${digestOf("none")}&from=a/b`)).status).toBe(202);
		expect((await ask(`DELETE ${location}`)).status).toBe(404);
	});

	it("serves ranges", async () => {
		const { ask, store } = open();
		await store.putBlob("a", utf8("0123456789"));
		const range = (range: string) => ask(`GET /v2/a/blobs/${digestOf("0123456789")}`, "", { range });
		const rows: Array<[range: string, status: number, data: string, contentRange?: string]> = [
			["bytes=2-4", 206, "234", "bytes 2-4/10"],
			["bytes=7-", 206, "789", "bytes 7-9/10"],
			["bytes=-3", 206, "789", "bytes 7-9/10"],
			["bytes=8-99", 206, "89", "bytes 8-9/10"],
			["bytes=10-", 416, "", "bytes */10"],
			["lines=1-2", 200, "0123456789"],
		];
		for (const [asked, status, data, contentRange] of rows) {
			const answer = await range(asked);
			expect([answer.status, answer.data, answer.headers["content-range"]]).toEqual([status, data, contentRange]);
		}
	});

	const refused: Array<[line: string, body: string, status: number, code: string]> = [
		["GET /v2/none/manifests/latest", "", 404, "MANIFEST_UNKNOWN"],
		["GET /v2/none/tags/list", "", 404, "NAME_UNKNOWN"],
		["GET /v2/a/manifests/none", "", 404, "MANIFEST_UNKNOWN"],
		[`GET /v2/a/blobs/${digestOf("none")}`, "", 404, "BLOB_UNKNOWN"],
		["GET /v2/a/blobs/sha256:12", "", 400, "DIGEST_INVALID"],
		["GET /v2/UPPER/tags/list", "", 400, "NAME_INVALID"],
		["GET /v2/a/manifests/.bad", "", 404, "MANIFEST_UNKNOWN"],
		["PUT /v2/a/manifests/.bad", "", 400, "TAG_INVALID"],
		["PUT /v2/a/manifests/t", "{", 400, "MANIFEST_INVALID"],
		["PUT /v2/a/manifests/t", '{"schemaVersion":2,"layers":[]}', 400, "MANIFEST_INVALID"],
		[`PUT /v2/a/manifests/${digestOf("other")}`, "{}", 400, "DIGEST_INVALID"],
		[
			`PUT /v2/a/manifests/t`,
			`{"schemaVersion":2,"config":{"mediaType":"application/vnd.oci.image.config.v1+json","size":1,"digest":"${digestOf("none")}"},"layers":[]}`,
			404,
			"MANIFEST_BLOB_UNKNOWN",
		],
		[`POST /v2/a/blobs/uploads/?digest=${digestOf("one")}`, "another", 400, "DIGEST_INVALID"],
		["PATCH /v2/a/blobs/uploads/00000000-0000", "x", 404, "BLOB_UPLOAD_UNKNOWN"],
		["POST /v2/a/manifests/t", "", 405, "UNSUPPORTED"],
		["GET /v2/a/tags/list?n=x", "", 400, "PAGINATION_NUMBER_INVALID"],
		["DELETE /v2/a/manifests/none", "", 404, "MANIFEST_UNKNOWN"],
	];
	it.each(refused)("%s is refused", async (line, body, status, code) => {
		const { ask, store } = open();
		await store.putBlob("a", utf8("x"));
		const answer = await ask(line, body);
		expect([answer.status, JSON.parse(answer.data).errors[0].code]).toEqual([status, code]);
	});

	it("keeps manifests by tag and digest, lists in pages, deletes", async () => {
		const { ask, store } = open();
		const image = await putImage(store, "a", "one", [[{ name: "f", content: "x" }]]);
		for (const tag of ["two", "three"]) await putImage(store, "a", tag, [[{ name: "f", content: "x" }]]);
		const byTag = await ask("GET /v2/a/manifests/one");
		expect([byTag.status, byTag.headers["docker-content-digest"], digestOf(byTag.data)]).toEqual([200, image.top, image.top]);
		const head = await ask(`HEAD /v2/a/manifests/${image.top}`);
		expect([head.status, head.data, Number(head.headers["content-length"])]).toEqual([200, "", byTag.data.length]);
		expect(JSON.parse((await ask("GET /v2/a/tags/list")).data)).toEqual({ name: "a", tags: ["one", "three", "two"] });
		const page = await ask("GET /v2/a/tags/list?n=2");
		expect([JSON.parse(page.data).tags, page.headers.link]).toEqual([
			["one", "three"],
			'</v2/a/tags/list?last=three&n=2>; rel="next"',
		]);
		expect(JSON.parse((await ask("GET /v2/a/tags/list?n=2&last=three")).data).tags).toEqual(["two"]);
		expect(JSON.parse((await ask("GET /v2/_catalog")).data)).toEqual({ repositories: ["a"] });
		expect((await ask("DELETE /v2/a/manifests/two")).status).toBe(202);
		expect((await ask(`DELETE /v2/a/manifests/${image.top}`)).status).toBe(202);
		expect((await ask("GET /v2/a/manifests/one")).status).toBe(404);
	});

	it("can be read only, and know both names of an official image", async () => {
		const { ask, store } = open({ readOnly: true, libraryNames: true });
		await putImage(store, "busybox", "latest", [[{ name: "f" }]]);
		expect((await ask("GET /v2/library/busybox/manifests/latest")).status).toBe(200);
		expect((await ask("GET /v2/busybox/tags/list")).status).toBe(200);
		expect((await ask("POST /v2/busybox/blobs/uploads/")).status).toBe(405);
	});

	it("is searched as Docker's index is, where it is one", async () => {
		const { ask, store } = open({ search: true });
		for (const name of ["library/busybox", "team/busy", "other"]) await putImage(store, name, "latest", [[{ name: "f" }]]);
		const answer = JSON.parse((await ask("GET /v1/search?q=busy&n=1")).data);
		expect([answer.num_results, answer.results]).toEqual([
			2,
			[expect.objectContaining({ name: "busybox", description: "", star_count: 0, is_official: true })],
		]);
		expect((await open().ask("GET /v1/search?q=busy")).status).toBe(404);
	});

	it("is the same after a restart", async () => {
		const { root, store } = open();
		const { top } = await putImage(store, "a", "t", [[{ name: "f" }]]);
		expect((await new RegistryStore(nodeFiles(root), Date.now).manifest("a", "t"))?.digest).toBe(top);
	});
});

describe.runIf(existsSync("/usr/bin/skopeo"))("with skopeo", () => {
	let registry: Awaited<ReturnType<typeof serveRegistry>>;
	beforeAll(async () => {
		registry = await serveRegistry(join(scratch, "live"));
	});
	afterAll(() => void registry.close());
	const skopeo = async (...args: string[]) => {
		const { execFile } = await import("node:child_process");
		return new Promise<string>((resolve, reject) =>
			execFile("skopeo", ["--insecure-policy", ...args], (error, stdout, stderr) =>
				error ? reject(new Error(stderr)) : resolve(stdout),
			),
		);
	};
	const insecure = ["--src-tls-verify=false", "--dest-tls-verify=false"];

	it("gives and takes images, as directories, layouts and docker archives, with the same digests", async () => {
		const { store, host } = registry;
		const image = await putImage(store, "team/app", "v1", [
			[
				{ name: "bin/", type: "directory" },
				{ name: "bin/app", content: "#!x".repeat(20_000), mode: 0o755 },
			],
			[{ name: "bin/.wh.app" }, { name: "etc/conf", content: "y" }],
		]);
		const inspected = JSON.parse(await skopeo("inspect", "--tls-verify=false", `docker://${host}/team/app:v1`));
		expect([inspected.Digest, inspected.Layers, inspected.RepoTags]).toEqual([image.top, image.layers, ["v1"]]);
		await skopeo("copy", ...insecure, `docker://${host}/team/app:v1`, `oci:${scratch}/layout:v1`);
		await skopeo("copy", ...insecure, `oci:${scratch}/layout:v1`, `docker://${host}/team/copy:v2`);
		expect((await store.manifest("team/copy", "v2"))?.digest).toBe(image.top);
		await skopeo("copy", ...insecure, `docker://${host}/team/copy:v2`, `dir:${scratch}/dir`);
		expect(digestOf(readFileSync(join(scratch, "dir/manifest.json")))).toBe(image.top);
		await skopeo("copy", ...insecure, `docker://${host}/team/app:v1`, `docker-archive:${scratch}/app.tar:app:v1`);
		await skopeo("copy", ...insecure, `docker-archive:${scratch}/app.tar`, `docker://${host}/from-archive:v1`);
		const back = JSON.parse(await skopeo("inspect", "--config", "--tls-verify=false", `docker://${host}/from-archive:v1`));
		expect(back.rootfs.diff_ids).toEqual(image.diffIds);
		await skopeo("delete", "--tls-verify=false", `docker://${host}/team/copy:v2`);
		expect(await store.manifest("team/copy", "v2")).toBeUndefined();
	});

	it("gives one platform's image out of an index", async () => {
		const { store, host } = registry;
		const image = await putImage(store, "multi", "latest", [[{ name: "f", content: "z" }]], { index: true });
		const raw = await skopeo("inspect", "--raw", "--tls-verify=false", `docker://${host}/multi`);
		expect(digestOf(raw)).toBe(image.top);
		const inspected = JSON.parse(
			await skopeo("inspect", "--override-arch=amd64", "--tls-verify=false", `docker://${host}/multi`),
		);
		expect(inspected.Layers).toEqual(image.layers);
	});
	it("says what is not there", async () => {
		await expect(skopeo("inspect", "--tls-verify=false", `docker://${registry.host}/nope`)).rejects.toThrow(/manifest unknown/);
		expect(execFileSync("skopeo", ["--version"]).toString()).toContain("skopeo");
	});
});
