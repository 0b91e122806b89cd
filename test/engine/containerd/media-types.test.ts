// What kinds of images can be pulled: Docker's and OCI's types, layers compressed in every way, indexes with more in them than
// platforms; and what is refused by name.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { collect, concat, utf8 } from "../../../engine/lib/bytes";
import { digestOf } from "../../../engine/lib/digest";
import { gzip } from "../../../engine/lib/gzip";
import { tarOf } from "../registry/images";
import { machine, network, pull } from "./machine";

const OCI = "application/vnd.oci.image";
const DOCKER = "application/vnd.docker";
let net: ReturnType<typeof network>;
beforeEach(() => {
	net = network();
});
afterEach(() => net.remove());

/** A frame of zstd with one raw block (RFC 8878 section 3.1.1). */
function zstd(bytes: Uint8Array): Uint8Array {
	const word = (value: number, count: number) => Uint8Array.from({ length: count }, (_, at) => (value >>> (8 * at)) & 255);
	return concat([word(0xfd2fb528, 4), Uint8Array.of(0xa0), word(bytes.length, 4), word(1 | (bytes.length << 3), 3), bytes]);
}
const described = (mediaType: string, bytes: Uint8Array, more: object = {}) => ({
	mediaType,
	digest: digestOf(bytes),
	size: bytes.length,
	...more,
});

async function putTyped(
	tag: string | undefined,
	types: { manifest: string; config: string; layer: string },
	layer: Uint8Array,
	diffId: string,
) {
	const config = utf8(JSON.stringify({ architecture: "amd64", os: "linux", rootfs: { type: "layers", diff_ids: [diffId] } }));
	for (const bytes of [config, layer]) await net.store.putBlob("library/app", bytes);
	const { manifest: mediaType } = types;
	const document = {
		schemaVersion: 2,
		mediaType,
		config: described(types.config, config),
		layers: [described(types.layer, layer)],
	};
	const bytes = utf8(JSON.stringify(document));
	await net.store.putManifest("library/app", tag, mediaType, bytes);
	return bytes;
}
const oci = (layer: string) => ({ manifest: `${OCI}.manifest.v1+json`, config: `${OCI}.config.v1+json`, layer });
const docker = (layer: string) => ({
	manifest: `${DOCKER}.distribution.manifest.v2+json`,
	config: `${DOCKER}.container.image.v1+json`,
	layer,
});

describe("a pull", () => {
	const kinds: Array<[type: string, types: ReturnType<typeof oci>, pack: (tar: Uint8Array) => Promise<Uint8Array>]> = [
		["OCI, gzip", oci(`${OCI}.layer.v1.tar+gzip`), (tar) => collect(gzip([tar]))],
		["OCI, zstd", oci(`${OCI}.layer.v1.tar+zstd`), async (tar) => zstd(tar)],
		["OCI, not compressed", oci(`${OCI}.layer.v1.tar`), async (tar) => tar],
		["Docker, gzip", docker(`${DOCKER}.image.rootfs.diff.tar.gzip`), (tar) => collect(gzip([tar]))],
		["Docker, zstd under gzip's name", docker(`${DOCKER}.image.rootfs.diff.tar.gzip`), async (tar) => zstd(tar)],
		["Docker, not compressed", docker(`${DOCKER}.image.rootfs.diff.tar`), async (tar) => tar],
	];
	it.each(kinds)("%s", async (_name, types, pack) => {
		const tar = await tarOf([{ name: "f", content: "hello" }]);
		const manifest = await putTyped("latest", types, await pack(tar), digestOf(tar));
		const { client, close } = await machine({ fetch: net.fetch });
		await pull(client, "app");
		expect((await client["images.get"]({ name: "docker.io/library/app:latest" })).target.digest).toBe(digestOf(manifest));
		expect((await client["snapshots.list"]({})).map(({ name }) => name)).toEqual([digestOf(tar)]);
		await close();
	});

	it("of an index takes the platform's manifest, and leaves attestations where they are", async () => {
		const tar = await tarOf([{ name: "f", content: "hello" }]);
		const types = oci(`${OCI}.layer.v1.tar`);
		const manifest = await putTyped(undefined, types, tar, digestOf(tar));
		const absent = (n: string, platform: object, more: object = {}) => ({
			mediaType: types.manifest,
			digest: digestOf(n),
			size: 5,
			platform,
			...more,
		});
		const index = utf8(
			JSON.stringify({
				schemaVersion: 2,
				mediaType: `${OCI}.index.v1+json`,
				manifests: [
					absent(
						"attestation",
						{ os: "unknown", architecture: "unknown" },
						{ annotations: { "vnd.docker.reference.type": "attestation-manifest" } },
					),
					absent("arm", { os: "linux", architecture: "arm64", variant: "v8" }),
					described(types.manifest, manifest, { platform: { os: "linux", architecture: "amd64" } }),
				],
			}),
		);
		await net.store.putManifest("library/app", "latest", `${OCI}.index.v1+json`, index);
		const { client, close } = await machine({ fetch: net.fetch });
		await pull(client, "app");
		expect((await client["images.get"]({ name: "docker.io/library/app:latest" })).target.digest).toBe(digestOf(index));
		await expect(pull(client, "app", { platform: { os: "linux", architecture: "s390x" } })).rejects.toThrow(
			"no matching manifest for linux/s390x in the manifest list entries: no match for platform in manifest: not found",
		);
		await close();
	});

	it.each([
		["a foreign layer", oci(`${OCI}.layer.nondistributable.v1.tar+gzip`), "is a foreign layer"],
		["Docker's foreign layer", docker(`${DOCKER}.image.rootfs.foreign.diff.tar.gzip`), "is a foreign layer"],
		["a layer that is none", oci("application/vnd.example.thing"), "no processor for media-type: application/vnd.example.thing"],
	])("of %s is refused, and nothing is named", async (_name, types, words) => {
		await putTyped("latest", types, utf8("x"), digestOf("x"));
		const { client, close } = await machine({ fetch: net.fetch });
		await expect(pull(client, "app")).rejects.toThrow(words);
		expect(await client["images.list"]({})).toEqual([]);
		await close();
	});
});

describe("a busy registry", () => {
	it("is asked again when it says so, not for ever, and not with a token for somebody else", async () => {
		const tar = await tarOf([{ name: "f", content: "hello" }]);
		await putTyped("latest", oci(`${OCI}.layer.v1.tar`), tar, digestOf(tar));
		let busy = 2;
		net.accidents.push(({ url }) =>
			url.includes("/manifests/") && busy-- > 0
				? { status: 429, headers: { "retry-after": "7" }, body: (async function* () {})() }
				: undefined,
		);
		net.accidents.push(({ url, headers }) => {
			if (!url.includes(`/blobs/${digestOf(tar)}`) || url.startsWith("https://storage.test")) return undefined;
			expect(headers.authorization).toBe("Basic YWxpY2U6c2VjcmV0");
			return {
				status: 307,
				headers: { location: `https://storage.test/v2/library/app/blobs/${digestOf(tar)}` },
				body: (async function* () {})(),
			};
		});
		net.accidents.push(({ url, headers }) =>
			url.startsWith("https://site.test") && !headers.authorization
				? { status: 401, headers: { "www-authenticate": 'Basic realm="x"' }, body: (async function* () {})() }
				: undefined,
		);
		const { client, close, waited } = await machine({ fetch: net.fetch });
		await pull(client, "app", { auth: { username: "alice", password: "secret" } });
		expect(waited.filter((ms) => ms === 7000)).toHaveLength(2);
		const stored = net.seen.filter(({ url }) => url.startsWith("https://storage.test"));
		expect(stored.map(({ headers }) => headers.authorization)).toEqual([undefined]);
		busy = 100;
		await expect(pull(client, "app", { auth: { username: "alice", password: "secret" } })).rejects.toThrow(
			/429 Too Many Requests|toomanyrequests/,
		);
		await close();
	});

	it.each([
		["net/http: TLS handshake timeout", 5],
		["net/http: timeout awaiting response headers", 1],
	])("silent: %s; as containerd does, it is asked %d times", async (words, times) => {
		let asked = 0;
		const fetch = async () => {
			asked++;
			throw new Error(words);
		};
		const { client, close, waited } = await machine({ fetch });
		await expect(pull(client, "app")).rejects.toMatchObject({
			kind: "system",
			message: `failed to resolve reference "docker.io/library/app:latest": failed to do request: Head "https://site.test/v2/library/app/manifests/latest": ${words}`,
		});
		expect([asked, waited]).toEqual([times, Array(times - 1).fill(50)]);
		await close();
	});
});
