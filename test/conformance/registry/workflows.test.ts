// The distribution specification's four workflows (pull, push, content discovery, content management) against our registry, and
// against Debian's docker-registry for what version 2.8 knows: one suite, so that it asks for nothing that only ours does.

import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serveRegistry } from "../../engine/registry/node-files";
import { type DockerRegistry, hasDockerRegistry, startDockerRegistry } from "../../support/docker-registry";

const OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const OCI_INDEX = "application/vnd.oci.image.index.v1+json";
const DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
const EMPTY = "application/vnd.oci.empty.v1+json";

type Algorithm = "sha256" | "sha512";
const digestOf = (bytes: Uint8Array | string, algorithm: Algorithm = "sha256"): string =>
	`${algorithm}:${createHash(algorithm).update(bytes).digest("hex")}`;

interface Server {
	host: string;
	stop(): Promise<unknown>;
}
/** What docker-registry 2.8 does not know, or does otherwise. */
interface Knows {
	singlePost: boolean;
	referrers: boolean;
	tagDelete: boolean;
	sha512: boolean;
	anyManifest: boolean;
	contentRange: boolean;
}
const servers: Array<[name: string, there: boolean, start: () => Promise<Server>, knows: Knows]> = [
	[
		"ours",
		true,
		async () => {
			const folder = mkdtempSync(join(tmpdir(), "workflows-"));
			const { host, close } = await serveRegistry(folder);
			return { host, stop: () => close().then(() => rmSync(folder, { recursive: true, force: true })) };
		},
		{ singlePost: true, referrers: true, tagDelete: true, sha512: true, anyManifest: true, contentRange: true },
	],
	[
		"docker-registry",
		hasDockerRegistry(),
		(): Promise<DockerRegistry> => startDockerRegistry(),
		{ singlePost: false, referrers: false, tagDelete: false, sha512: false, anyManifest: false, contentRange: false },
	],
];

describe.each(servers)("%s", (_name, there, start, knows) => {
	if (!there) return it.skip("is not installed (apt-get install docker-registry)", () => {});
	let server: Server;
	beforeAll(async () => {
		server = await start();
	}, 60_000);
	afterAll(() => server?.stop());

	const ask = (method: string, path: string, body?: Uint8Array | string, headers: Record<string, string> = {}) =>
		fetch(new URL(path, `http://${server.host}`), { method, body: body as BodyInit, headers, redirect: "manual" });
	const status = async (...request: Parameters<typeof ask>): Promise<number> => {
		const response = await ask(...request);
		await response.arrayBuffer();
		return response.status;
	};
	const codeOf = async (response: Response): Promise<[number, string]> => [
		response.status,
		((await response.json()) as { errors: Array<{ code: string }> }).errors[0]!.code,
	];
	const withDigest = (location: string, digest: string): string =>
		`${location}${location.includes("?") ? "&" : "?"}digest=${encodeURIComponent(digest)}`;
	const begin = async (name: string, query = ""): Promise<string> => {
		const response = await ask("POST", `/v2/${name}/blobs/uploads/${query}`);
		expect(response.status).toBe(202);
		expect(response.headers.get("docker-upload-uuid")).toMatch(/^[0-9a-f-]{36}$/);
		return response.headers.get("location")!;
	};
	const pushBlob = async (name: string, bytes: Uint8Array | string, algorithm: Algorithm = "sha256"): Promise<string> => {
		const digest = digestOf(bytes, algorithm);
		const response = await ask("PUT", withDigest(await begin(name), digest), bytes);
		expect([response.status, response.headers.get("docker-content-digest")]).toEqual([201, digest]);
		expect(await status("GET", response.headers.get("location")!)).toBe(200);
		return digest;
	};
	const descriptor = (mediaType: string, bytes: string | Uint8Array) => ({
		mediaType,
		digest: digestOf(bytes),
		size: bytes.length,
	});
	/** An image's manifest with its blobs pushed. */
	const image = async (name: string, more: object = {}, mediaType = OCI_MANIFEST): Promise<string> => {
		const oci = mediaType === OCI_MANIFEST;
		const config = JSON.stringify({
			architecture: "amd64",
			os: "linux",
			rootfs: { type: "layers", diff_ids: [] },
			at: randomBytes(8).toString("hex"),
		});
		const layer = randomBytes(300);
		await pushBlob(name, config);
		await pushBlob(name, layer);
		return JSON.stringify({
			schemaVersion: 2,
			mediaType,
			config: descriptor(
				oci ? "application/vnd.oci.image.config.v1+json" : "application/vnd.docker.container.image.v1+json",
				config,
			),
			layers: [
				descriptor(
					oci ? "application/vnd.oci.image.layer.v1.tar+gzip" : "application/vnd.docker.image.rootfs.diff.tar.gzip",
					layer,
				),
			],
			...more,
		});
	};
	const put = (name: string, reference: string, document: string, type = OCI_MANIFEST) =>
		ask("PUT", `/v2/${name}/manifests/${reference}`, document, { "content-type": type });

	it("says that it is one", async () => {
		const response = await ask("GET", "/v2/");
		expect([response.status, response.headers.get("docker-distribution-api-version")]).toEqual([200, "registry/2.0"]);
		expect(await response.json()).toEqual({});
	});

	describe("pull", () => {
		it("gives blobs whole and in part", async () => {
			const bytes = randomBytes(2048);
			const digest = await pushBlob("pull/blobs", bytes);
			const path = `/v2/pull/blobs/blobs/${digest}`;
			const whole = await ask("GET", path);
			expect(Buffer.from(await whole.arrayBuffer()).equals(bytes)).toBe(true);
			const head = await ask("HEAD", path);
			expect([head.status, head.headers.get("content-length"), head.headers.get("docker-content-digest")]).toEqual([
				200,
				"2048",
				digest,
			]);
			for (const [range, from, to] of [
				["500-1499", 500, 1499],
				["500-", 500, 2047],
				["-500", 1548, 2047],
				["2000-5000", 2000, 2047],
			] as const) {
				const part = await ask("GET", path, undefined, { range: `bytes=${range}` });
				expect([part.status, part.headers.get("content-range")]).toEqual([206, `bytes ${from}-${to}/2048`]);
				expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(from, to + 1))).toBe(true);
			}
			// 2.8 promises a body with its 416, and sends none
			for (const range of knows.contentRange ? ["5000-10000", "500-0"] : [])
				expect(await status("GET", path, undefined, { range: `bytes=${range}` })).toBe(416);
			expect(await status("GET", path, undefined, { "if-none-match": head.headers.get("etag")! })).toBe(304);
		});
		it("gives manifests by tag and digest", async () => {
			const document = await image("pull/manifests");
			const digest = digestOf(document);
			expect((await put("pull/manifests", "one", document)).status).toBe(201);
			for (const reference of ["one", digest]) {
				const response = await ask("GET", `/v2/pull/manifests/manifests/${reference}`, undefined, { accept: OCI_MANIFEST });
				expect([response.status, response.headers.get("content-type"), response.headers.get("docker-content-digest")]).toEqual([
					200,
					OCI_MANIFEST,
					digest,
				]);
				expect(await response.text()).toBe(document);
				const head = await ask("HEAD", `/v2/pull/manifests/manifests/${reference}`, undefined, { accept: OCI_MANIFEST });
				expect([head.status, Number(head.headers.get("content-length"))]).toEqual([200, document.length]);
			}
			const etag = (await ask("HEAD", `/v2/pull/manifests/manifests/one`, undefined, { accept: OCI_MANIFEST })).headers.get(
				"etag",
			)!;
			expect(
				await status("GET", "/v2/pull/manifests/manifests/one", undefined, { accept: OCI_MANIFEST, "if-none-match": etag }),
			).toBe(304);
		});
		it("says what is not there", async () => {
			await pushBlob("pull/none", "x");
			expect(await codeOf(await ask("GET", `/v2/pull/none/blobs/${digestOf("none")}`))).toEqual([404, "BLOB_UNKNOWN"]);
			expect(await status("HEAD", `/v2/pull/none/blobs/${digestOf("none")}`)).toBe(404);
			expect(await codeOf(await ask("GET", "/v2/pull/none/manifests/none"))).toEqual([404, "MANIFEST_UNKNOWN"]);
			expect(await codeOf(await ask("GET", `/v2/pull/none/manifests/${digestOf("none")}`))).toEqual([404, "MANIFEST_UNKNOWN"]);
			expect(await codeOf(await ask("GET", "/v2/nowhere/manifests/none"))).toEqual([404, "MANIFEST_UNKNOWN"]);
			expect(await codeOf(await ask("GET", "/v2/nowhere/tags/list"))).toEqual([404, "NAME_UNKNOWN"]);
			expect(await codeOf(await ask("GET", "/v2/pull/none/blobs/sha256:12"))).toEqual([400, "DIGEST_INVALID"]);
		});
	});

	describe("push", () => {
		it("takes an empty blob, and what everybody has", async () => {
			for (const bytes of ["", "{}"]) {
				const digest = await pushBlob("push/known", bytes);
				expect(await (await ask("GET", `/v2/push/known/blobs/${digest}`)).text()).toBe(bytes);
			}
		});
		it.runIf(knows.singlePost)("takes a blob in one request", async () => {
			const response = await ask("POST", `/v2/push/single/blobs/uploads/?digest=${digestOf("single")}`, "single");
			expect(response.status).toBe(201);
			expect(await (await ask("GET", response.headers.get("location")!)).text()).toBe("single");
		});
		it("takes a blob as a stream", async () => {
			const patched = await ask("PATCH", await begin("push/stream"), "streamed", {
				"content-type": "application/octet-stream",
			});
			expect([patched.status, patched.headers.get("range")]).toEqual([202, "0-7"]);
			expect(await status("PUT", withDigest(patched.headers.get("location")!, digestOf("streamed")))).toBe(201);
		});
		it("takes a blob in chunks, in order alone", async () => {
			const bytes = randomBytes(3000);
			let location = await begin("push/chunks");
			const chunk = (from: number, to: number) =>
				ask("PATCH", location, bytes.subarray(from, to + 1), {
					"content-range": `${from}-${to}`,
					"content-type": "application/octet-stream",
				});
			if (knows.contentRange) expect((await chunk(1000, 1999)).status).toBe(416);
			const first = await chunk(0, 999);
			expect([first.status, first.headers.get("range")]).toEqual([202, "0-999"]);
			location = first.headers.get("location")!;
			if (knows.contentRange) expect((await chunk(0, 999)).status).toBe(416);
			const now = await ask("GET", location);
			expect([now.status, now.headers.get("range")]).toEqual([204, "0-999"]);
			location = now.headers.get("location")!;
			const second = await chunk(1000, 1999);
			expect([second.status, second.headers.get("range")]).toEqual([202, "0-1999"]);
			location = withDigest(second.headers.get("location")!, digestOf(bytes));
			if (knows.contentRange)
				expect(await status("PUT", location, bytes.subarray(0, 1000), { "content-range": "0-999" })).toBe(416);
			expect(await status("PUT", location, bytes.subarray(2000), { "content-range": "2000-2999" })).toBe(201);
			expect(Buffer.from(await (await ask("GET", `/v2/push/chunks/blobs/${digestOf(bytes)}`)).arrayBuffer()).equals(bytes)).toBe(
				true,
			);
		});
		it("refuses what is not what its digest says", async () => {
			expect(await codeOf(await ask("PUT", withDigest(await begin("push/wrong"), digestOf("one")), "another"))).toEqual([
				400,
				"DIGEST_INVALID",
			]);
			expect(await codeOf(await ask("PUT", withDigest(await begin("push/wrong"), "md5:12"), "another"))).toEqual([
				400,
				"DIGEST_INVALID",
			]);
			expect(await status("GET", `/v2/push/wrong/blobs/${digestOf("one")}`)).toBe(404);
		});
		it("forgets what is cancelled", async () => {
			const location = await begin("push/cancel");
			expect(await status("DELETE", location)).toBe(204);
			expect(await status("PUT", withDigest(location, digestOf("x")), "x")).toBe(404);
		});
		it("mounts what another repository has, and takes what none has", async () => {
			const digest = await pushBlob("mount/from", randomBytes(99));
			const mounted = await ask("POST", `/v2/mount/to/blobs/uploads/?mount=${digest}&from=mount/from`);
			expect([mounted.status, mounted.headers.get("location")]).toEqual([201, `/v2/mount/to/blobs/${digest}`]);
			expect(await status("GET", `/v2/mount/to/blobs/${digest}`)).toBe(200);
			const other = digestOf("to come");
			const begun = await ask("POST", `/v2/mount/to/blobs/uploads/?mount=${other}&from=mount/from`);
			expect(begun.status).toBe(202);
			expect(await status("PUT", withDigest(begun.headers.get("location")!, other), "to come")).toBe(201);
		});
		it("takes manifests of Docker and OCI, indexes, and large ones", async () => {
			const docker = await image("push/types", {}, DOCKER_MANIFEST);
			expect((await put("push/types", "docker", docker, DOCKER_MANIFEST)).status).toBe(201);
			const oci = await image("push/types", {
				annotations: Object.fromEntries(Array.from({ length: 390 }, (_, at) => [`a-${at}`, "A".repeat(10_000)])),
			});
			expect((await put("push/types", digestOf(oci), oci)).status).toBe(201);
			const index = JSON.stringify({
				schemaVersion: 2,
				mediaType: OCI_INDEX,
				manifests: [{ ...descriptor(OCI_MANIFEST, oci), platform: { os: "linux", architecture: "amd64" } }],
			});
			const response = await put("push/types", "index", index, OCI_INDEX);
			expect([response.status, response.headers.get("docker-content-digest")]).toEqual([201, digestOf(index)]);
		});
		it("refuses manifests that are none, or lack what they name", async () => {
			await pushBlob("push/bad", "x");
			const code = async (document: string, type = OCI_MANIFEST, reference = "t") =>
				(await codeOf(await put("push/bad", reference, document, type)))[1];
			expect(await code("{")).toBe("MANIFEST_INVALID");
			const config = { mediaType: "application/vnd.oci.image.config.v1+json", digest: digestOf("nowhere"), size: 7 };
			expect(await code(JSON.stringify({ schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers: [] }))).toBe(
				"MANIFEST_BLOB_UNKNOWN",
			);
			const manifests = [{ mediaType: OCI_MANIFEST, digest: digestOf("nowhere"), size: 7 }];
			expect(await code(JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests }), OCI_INDEX)).toBe(
				"MANIFEST_BLOB_UNKNOWN",
			);
			const good = await image("push/bad");
			expect((await put("push/bad", digestOf("other"), good)).status).toBe(400);
			expect(await status("GET", "/v2/push/bad/manifests/t")).toBe(404);
		});
		it.runIf(knows.sha512)("takes sha512", async () => {
			const digest = await pushBlob("push/sha512", "long", "sha512");
			expect((await ask("HEAD", `/v2/push/sha512/blobs/${digest}`)).headers.get("docker-content-digest")).toBe(digest);
			const document = await image("push/sha512");
			const tall = digestOf(document, "sha512");
			const response = await put("push/sha512", `${tall}?tag=a&tag=b`, document);
			expect([response.status, response.headers.get("docker-content-digest"), response.headers.get("oci-tag")]).toEqual([
				201,
				tall,
				"a, b",
			]);
			expect((await ask("HEAD", "/v2/push/sha512/manifests/b")).headers.get("docker-content-digest")).toBe(tall);
		});
		it.runIf(knows.anyManifest)(
			"keeps types that it does not know, and refuses Docker's first and what is too large",
			async () => {
				const type = "application/vnd.example.recipe.v1+json";
				const document = JSON.stringify({ mediaType: type, recipe: [1, 2] });
				expect((await put("push/any", "t", document, type)).status).toBe(201);
				expect((await ask("GET", "/v2/push/any/manifests/t")).headers.get("content-type")).toBe(type);
				const old = await put(
					"push/any",
					"old",
					'{"schemaVersion":1,"name":"a","tag":"b"}',
					"application/vnd.docker.distribution.manifest.v1+prettyjws",
				);
				expect(await codeOf(old)).toEqual([400, "MANIFEST_INVALID"]);
				expect((await put("push/any", "huge", JSON.stringify({ fill: "x".repeat(4 << 20) }), type)).status).toBe(413);
			},
		);
	});

	describe("content discovery", () => {
		it("lists tags and repositories in pages", async () => {
			const document = await image("tags");
			for (const tag of ["test3", "test0", "TEST", "test1"]) expect((await put("tags", tag, document)).status).toBe(201);
			const list = async (query = "") => {
				const response = await ask("GET", `/v2/tags/tags/list${query}`);
				return [((await response.json()) as { tags: string[] }).tags, response.headers.get("link")] as const;
			};
			const [all, more] = await list();
			// 2.8 gives them in no order
			expect([knows.referrers ? all : all.toSorted(), more]).toEqual([["TEST", "test0", "test1", "test3"], null]);
			if (knows.referrers) {
				expect((await list("?n=0"))[0]).toEqual([]);
				const [first, link] = await list("?n=2");
				expect(first).toEqual(["TEST", "test0"]);
				const next = /^<([^>]+)>; rel="next"$/.exec(link!)![1]!;
				expect(((await (await ask("GET", next)).json()) as { tags: string[] }).tags).toEqual(["test1", "test3"]);
				expect((await list("?last=test0"))[0]).toEqual(["test1", "test3"]);
			}
			const catalog = (await (await ask("GET", "/v2/_catalog?n=1")).json()) as { repositories: string[] };
			expect(catalog.repositories).toHaveLength(1);
		});
		it.runIf(knows.referrers)("tells what refers to a manifest", async () => {
			const subject = await image("refs");
			await pushBlob("refs", "{}");
			const about = (artifactType: string, annotations: object) =>
				JSON.stringify({
					schemaVersion: 2,
					mediaType: OCI_MANIFEST,
					artifactType,
					config: descriptor(EMPTY, "{}"),
					layers: [descriptor(EMPTY, "{}")],
					subject: descriptor(OCI_MANIFEST, subject),
					annotations,
				});
			const list = async (query = "", digest = digestOf(subject)) => {
				const response = await ask("GET", `/v2/refs/referrers/${digest}${query}`);
				expect([response.status, response.headers.get("content-type")]).toEqual([200, OCI_INDEX]);
				return [
					(await response.json()) as { manifests: Array<Record<string, unknown>> },
					response.headers.get("oci-filters-applied"),
				] as const;
			};
			expect(await list()).toEqual([{ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [] }, null]);
			// before their subject is there
			const [sbom, signature] = [
				about("application/vnd.example.sbom", { a: "1" }),
				about("application/vnd.example.signature", { b: "2" }),
			];
			const pushed = await put("refs", digestOf(sbom), sbom);
			expect([pushed.status, pushed.headers.get("oci-subject")]).toEqual([201, digestOf(subject)]);
			expect((await put("refs", "signature", signature)).status).toBe(201);
			expect((await put("refs", "subject", subject)).status).toBe(201);
			const entry = (document: string, artifactType: string, annotations: object) => ({
				...descriptor(OCI_MANIFEST, document),
				artifactType,
				annotations,
			});
			expect(new Set((await list())[0].manifests)).toEqual(
				new Set([
					entry(sbom, "application/vnd.example.sbom", { a: "1" }),
					entry(signature, "application/vnd.example.signature", { b: "2" }),
				]),
			);
			const [filtered, applied] = await list("?artifactType=application/vnd.example.sbom");
			expect([filtered.manifests, applied]).toEqual([[entry(sbom, "application/vnd.example.sbom", { a: "1" })], "artifactType"]);
			const index = JSON.stringify({
				schemaVersion: 2,
				mediaType: OCI_INDEX,
				manifests: [],
				subject: descriptor(OCI_MANIFEST, subject),
			});
			expect((await put("refs", digestOf(index), index, OCI_INDEX)).status).toBe(201);
			expect((await list())[0].manifests).toContainEqual(descriptor(OCI_INDEX, index));
			expect(await status("DELETE", `/v2/refs/manifests/${digestOf(sbom)}`)).toBe(202);
			expect((await list())[0].manifests).toHaveLength(2);
			expect(await status("GET", "/v2/refs/referrers/sha256:12")).toBe(400);
		});
	});

	describe("content management", () => {
		it.runIf(knows.tagDelete)("deletes a tag and leaves its manifest", async () => {
			const document = await image("delete/tag");
			await put("delete/tag", "gone", document);
			expect(await status("DELETE", "/v2/delete/tag/manifests/gone")).toBe(202);
			expect(await status("GET", "/v2/delete/tag/manifests/gone")).toBe(404);
			expect(await status("GET", `/v2/delete/tag/manifests/${digestOf(document)}`)).toBe(200);
			expect(await status("DELETE", "/v2/delete/tag/manifests/gone")).toBe(404);
		});
		it("deletes a manifest with its tags, and blobs", async () => {
			const document = await image("delete/manifest");
			const accept = { accept: OCI_MANIFEST };
			for (const tag of ["a", "b"]) await put("delete/manifest", tag, document);
			expect(await status("DELETE", `/v2/delete/manifest/manifests/${digestOf(document)}`)).toBe(202);
			expect(await status("GET", `/v2/delete/manifest/manifests/${digestOf(document)}`, undefined, accept)).toBe(404);
			expect(await status("GET", "/v2/delete/manifest/manifests/a", undefined, accept)).toBe(404);
			const digest = (JSON.parse(document) as { config: { digest: string } }).config.digest;
			expect(await status("DELETE", `/v2/delete/manifest/blobs/${digest}`)).toBe(202);
			expect(await status("GET", `/v2/delete/manifest/blobs/${digest}`)).toBe(404);
			expect(await status("DELETE", `/v2/delete/manifest/blobs/${digest}`)).toBe(404);
		});
	});
});
