import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { CONTENT_ROOT, type Mount, SNAPSHOT_ROOT } from "../../../engine/containerd/api";
import { collect, equal, text, utf8 } from "../../../engine/lib/bytes";
import { digestAs, digestOf, encodedOf } from "../../../engine/lib/digest";
import { readFile, writeFile } from "../../../engine/lib/files";
import { chainIds } from "../../../engine/oci/image/chain-id";
import { OCI_LAYER_GZIP } from "../../../engine/oci/image/media-types";
import type { FetchResponse } from "../../../engine/port";
import { memorySys, treeOf } from "../oci/sys";
import { putImage } from "../registry/images";
import { type Client, machine, network, pull, put, read } from "./machine";

const upperOf = (mounts: Mount[]): string =>
	mounts[0]!.type === "bind" ? mounts[0]!.source : mounts[0]!.options.find((one) => one.startsWith("upperdir="))!.slice(9);

describe("content", () => {
	it("is what was written, by digest, and survives a restart", async () => {
		const { client, sys } = await machine();
		const digest = await put(client, utf8("hello"));
		expect(digest).toBe(digestOf("hello"));
		expect(text(await readFile(sys, `${CONTENT_ROOT}/blobs/sha256/${encodedOf(digest)}`))).toBe("hello");
		await client["content.update"]({ digest, labels: { a: "1", b: "2" } });
		await client["content.update"]({ digest, labels: { a: "" } });
		const again = await machine({ sys });
		expect(await again.client["content.info"]({ digest })).toMatchObject({ size: 5, labels: { b: "2" } });
		expect(text(await read(again.client, digest))).toBe("hello");
		const part = [];
		for await (const { data } of again.client["content.read"]({ digest, offset: 1, size: 3 })) part.push(text(data));
		expect(part.join("")).toBe("ell");
	});

	it("goes on where an interrupted write stopped, a reboot between", async () => {
		const { client, sys } = await machine();
		await client["content.begin"]({ ref: "r" });
		await client["content.write"]({ ref: "r", offset: 0, data: utf8("hello ") });
		const { client: after } = await machine({ sys });
		expect(await after["content.begin"]({ ref: "r" })).toEqual({ offset: 6 });
		await after["content.write"]({ ref: "r", offset: 6, data: utf8("world") });
		await expect(after["content.write"]({ ref: "r", offset: 20, data: utf8("x") })).rejects.toThrow("leaves a gap");
		// written again from the middle
		await after["content.write"]({ ref: "r", offset: 6, data: utf8("there") });
		expect(await after["content.commit"]({ ref: "r", expected: digestOf("hello there"), size: 11 })).toMatchObject({ size: 11 });
	});

	it("forgets what was begun more than a day ago", async () => {
		const { client, sys } = await machine();
		await client["content.write"]({ ref: "r", offset: 0, data: utf8("hello") });
		const path = `${CONTENT_ROOT}/ingest/${encodedOf(digestOf("r"))}/startedat`;
		await writeFile(sys, path, new Date(Number(sys.now() / 1_000_000n) - 25 * 3600 * 1000).toISOString());
		const { client: after } = await machine({ sys });
		expect(await after["content.begin"]({ ref: "r" })).toEqual({ offset: 0 });
	});

	it("refuses a wrong digest and a wrong size, and forgets the ingest", async () => {
		const { client } = await machine();
		for (const [expected, message] of [
			[{ expected: digestOf("other") }, "unexpected commit digest"],
			[{ size: 9 }, "unexpected commit size 5, expected 9"],
		] as const) {
			await client["content.write"]({ ref: "r", offset: 0, data: utf8("hello") });
			await expect(client["content.commit"]({ ref: "r", ...expected })).rejects.toMatchObject({
				kind: "failedPrecondition",
				message: expect.stringContaining(message),
			});
			expect(await client["content.begin"]({ ref: "r" })).toEqual({ offset: 0 });
		}
		await expect(read(client, digestOf("hello"))).rejects.toMatchObject({ kind: "notFound" });
		await client["content.abort"]({ ref: "r" });
		await expect(client["content.abort"]({ ref: "r" })).rejects.toMatchObject({ kind: "notFound" });
	});

	it("notices a damaged blob when it is read, after a restart, in part too", async () => {
		const { client, sys } = await machine();
		const digest = await put(client, utf8("hello"));
		const path = `${CONTENT_ROOT}/blobs/sha256/${encodedOf(digest)}`;
		await sys.chmod(path, 0o644);
		await writeFile(sys, path, "hellO");
		const { client: after } = await machine({ sys });
		await expect(read(after, digest)).rejects.toMatchObject({ kind: "dataLoss" });
		await expect(
			(async () => {
				for await (const _ of after["content.read"]({ digest, offset: 1, size: 1 }));
			})(),
		).rejects.toMatchObject({ kind: "dataLoss" });
	});
});

describe("snapshots", () => {
	it("are prepared, committed, viewed and removed, with overlay's mounts", async () => {
		const { client, sys } = await machine();
		const at = `${SNAPSHOT_ROOT}/snapshots`;
		expect(await client["snapshots.prepare"]({ key: "a", parent: "" })).toEqual([
			{ type: "bind", source: `${at}/1/fs`, options: ["rw", "rbind"] },
		]);
		await writeFile(sys, `${at}/1/fs/f`, "x".repeat(5000));
		await client["snapshots.commit"]({ key: "a", name: "one" });
		expect(await client["snapshots.prepare"]({ key: "b", parent: "one" })).toEqual([
			{ type: "overlay", source: "overlay", options: [`workdir=${at}/2/work`, `upperdir=${at}/2/fs`, `lowerdir=${at}/1/fs`] },
		]);
		expect(await client["snapshots.view"]({ key: "v", parent: "one" })).toEqual([
			{ type: "bind", source: `${at}/1/fs`, options: ["ro", "rbind"] },
		]);
		await expect(client["snapshots.prepare"]({ key: "c", parent: "b" })).rejects.toThrow("parent b is not committed");
		await client["snapshots.commit"]({ key: "b", name: "two", labels: { l: "1" } });
		expect(await client["snapshots.view"]({ key: "w", parent: "two" })).toEqual([
			{ type: "overlay", source: "overlay", options: [`lowerdir=${at}/2/fs:${at}/1/fs`] },
		]);
		expect(await client["snapshots.stat"]({ key: "two" })).toMatchObject({
			kind: "committed",
			parent: "one",
			id: 2,
			labels: { l: "1" },
		});
		expect(await client["snapshots.usage"]({ key: "one" })).toEqual({ size: 5632, inodes: 2 });
		await expect(client["snapshots.remove"]({ key: "one" })).rejects.toThrow("cannot remove snapshot with child");
		await expect(client["snapshots.prepare"]({ key: "two", parent: "" })).rejects.toMatchObject({ kind: "alreadyExists" });
		await expect(client["snapshots.mounts"]({ key: "nope" })).rejects.toMatchObject({ kind: "notFound" });
		for (const key of ["w", "v", "two"]) await client["snapshots.remove"]({ key });
		const { client: after } = await machine({ sys });
		expect((await after["snapshots.list"]({})).map(({ name }) => name)).toEqual(["one"]);
		expect(Object.keys(await treeOf(sys, at)).filter((path) => !path.includes("/"))).toEqual(["1"]);
		expect((await after["snapshots.prepare"]({ key: "new", parent: "one" }))[0]!.options).toContain(`lowerdir=${at}/1/fs`);
	});

	it("tell what changed, as docker diff does", async () => {
		const { client, sys } = await machine();
		const base = upperOf(await client["snapshots.prepare"]({ key: "a", parent: "" }));
		for (const directory of ["etc", "etc/sub", "gone", "same"]) await sys.mkdir(`${base}/${directory}`, 0o755);
		for (const file of ["etc/a", "etc/sub/b", "gone/x", "top"]) await writeFile(sys, `${base}/${file}`, "x");
		await client["snapshots.commit"]({ key: "a", name: "base" });
		const upper = upperOf(await client["snapshots.prepare"]({ key: "b", parent: "base" }));
		// what overlayfs leaves in an upper directory
		await sys.mkdir(`${upper}/etc`, 0o755);
		await sys.mkdir(`${upper}/etc/sub`, 0o755);
		await writeFile(sys, `${upper}/etc/sub/b`, "changed");
		await writeFile(sys, `${upper}/new`, "new");
		await sys.mknod(`${upper}/top`, 0o20000, 0);
		await sys.mkdir(`${upper}/gone`, 0o755);
		await sys.lsetxattr(`${upper}/gone`, "trusted.overlay.opaque", utf8("y"));
		const same = await sys.lstat(`${base}/same`);
		await sys.mkdir(`${upper}/same`, 0o755);
		await sys.utimens(`${upper}/same`, same.atime, same.mtime);
		expect((await client["diff.changes"]({ key: "b" })).map(({ path, kind }) => `${"CAD"[kind]} ${path}`)).toEqual([
			"C /etc",
			"C /etc/sub",
			"C /etc/sub/b",
			"C /gone",
			"D /gone/x",
			"A /new",
			"D /top",
		]);
	});

	it("become layers and come back from them", async () => {
		const { client, sys } = await machine();
		const first = upperOf(await client["snapshots.prepare"]({ key: "a", parent: "" }));
		await writeFile(sys, `${first}/f`, "x");
		await client["snapshots.commit"]({ key: "a", name: "base" });
		const mounts = await client["snapshots.prepare"]({ key: "b", parent: "base" });
		await writeFile(sys, `${upperOf(mounts)}/g`, "y");
		await sys.mknod(`${upperOf(mounts)}/f`, 0o20000, 0);
		const lower = await client["snapshots.view"]({ key: "lower", parent: "base" });
		const make = (ref: string) =>
			client["diff.create"]({ lower, upper: mounts, mediaType: OCI_LAYER_GZIP, ref, sourceDateEpoch: 0 });
		const one = await make("one");
		const two = await make("two");
		expect(two).toEqual(one);
		const target = await client["snapshots.prepare"]({ key: "c", parent: "base" });
		const applied = await client["diff.apply"]({ descriptor: one.descriptor, mounts: target });
		expect(applied.diffId).toBe(one.diffId);
		const tree = await treeOf(sys, upperOf(target));
		expect([tree.f!.type, tree.f!.rdev, tree.g!.content]).toEqual(["char", 0, "y"]);
	});

	it("refuse damaged layers and keep nothing of them", async () => {
		const { client } = await machine();
		const bad = await put(client, utf8("this is no gzip"));
		const mounts = await client["snapshots.prepare"]({ key: "a", parent: "" });
		const apply = (mediaType: string) => client["diff.apply"]({ descriptor: { mediaType, digest: bad, size: 15 }, mounts });
		await expect(apply(OCI_LAYER_GZIP)).rejects.toMatchObject({
			kind: "dataLoss",
			message: expect.stringContaining("unexpected EOF"),
		});
		await expect(apply("application/vnd.oci.image.layer.v1.tar+zstd")).rejects.toMatchObject({ kind: "dataLoss" });
		await expect(apply("text/plain")).rejects.toThrow("no processor for media-type: text/plain");
	});
});

describe("pull", () => {
	let net: ReturnType<typeof network>;
	beforeEach(() => {
		net?.remove();
		net = network();
	});
	afterAll(() => net.remove());
	const layers = [
		[
			{ name: "bin/", type: "directory" as const },
			{ name: "bin/sh", content: "#!".repeat(300_000), mode: 0o755 },
		],
		[{ name: "etc/conf", content: "one" }],
		[{ name: "etc/.wh.conf" }, { name: "etc/other", content: "two" }],
	];
	const states = (progress: Awaited<ReturnType<typeof pull>>, digest: string) => [
		...new Set(progress.flatMap((one) => (one.kind === "layer" && one.digest === digest ? [one.state] : []))),
	];
	const tags = async (client: Client) => (await client["images.list"]({})).map(({ name }) => name);

	it("fetches an image through its index, unpacks it, and fetches nothing twice", async () => {
		const image = await putImage(net.store, "busybox", "latest", layers, { index: true });
		const { client, sys, recorder } = await machine({ fetch: net.fetch });
		const progress = await pull(client, "busybox");
		expect(progress[0]).toMatchObject({ kind: "resolved", reference: "docker.io/library/busybox:latest", digest: image.top });
		expect(progress[1]).toMatchObject({ kind: "layers", layers: image.layers.map((digest) => ({ digest })) });
		expect(states(progress, image.layers[0]!)).toEqual([
			"pulling",
			"downloading",
			"verifying",
			"downloaded",
			"extracting",
			"done",
		]);
		expect(progress.at(-1)).toMatchObject({
			kind: "done",
			target: { digest: image.top },
		});
		expect(await client["images.get"]({ name: "docker.io/library/busybox:latest" })).toMatchObject({
			target: { digest: image.top },
		});
		expect(net.seen[0]!.url).toBe("https://site.test/v2/library/busybox/manifests/latest");
		const chain = chainIds(image.diffIds);
		expect((await client["snapshots.list"]({})).map(({ name }) => name)).toEqual([...chain].sort());
		const mounts = await client["snapshots.prepare"]({ key: "box", parent: chain[2]! });
		const lowers = mounts[0]!.options.at(-1)!.slice("lowerdir=".length).split(":");
		const top = await treeOf(sys, lowers[0]!);
		expect([top["etc/conf"]!.type, top["etc/other"]!.content]).toEqual(["char", "two"]);
		expect(recorder.since().map(({ type }) => type)).toEqual(
			expect.arrayContaining(["pull.begin", "pull.manifest", "registry.request", "snapshot.commit", "pull.end"]),
		);

		const before = net.seen.length;
		const again = await pull(client, "busybox");
		expect(net.seen.slice(before).map(({ method, url }) => [method, url])).toEqual([
			["HEAD", "https://site.test/v2/library/busybox/manifests/latest"],
		]);
		expect(states(again, image.layers[0]!)).toEqual(["exists"]);
		expect((await client["images.unpack"]({ name: "docker.io/library/busybox:latest" })).chainId).toBe(chain[2]);
	});

	it("asks what a tag points at, and for what a registry without an answer to that has under the tag", async () => {
		const image = await putImage(net.store, "busybox", "latest", layers);
		const { client } = await machine({ fetch: net.fetch });
		await pull(client, "busybox");
		const manifests = (): string[] =>
			net.seen.filter(({ url }) => url.includes("/manifests/")).map(({ method, url }) => `${method} ${url.split("/").at(-1)}`);
		expect(manifests()).toEqual(["HEAD latest", `GET ${image.manifest}`]);
		net.seen.length = 0;
		net.accidents.push(({ method, url }) =>
			method === "HEAD" && url.includes("/manifests/")
				? { status: 405, headers: {}, body: (async function* () {})() }
				: undefined,
		);
		expect((await pull(client, "busybox")).at(-1)).toMatchObject({ kind: "done", target: { digest: image.top } });
		expect(manifests()).toEqual(["HEAD latest", "GET latest"]);
	});

	it("asks mirrors of docker.io first, and the registry for what they lack; its password is not for them", async () => {
		await putImage(net.store, "busybox", "latest", layers.slice(0, 1));
		const { client } = await machine({ fetch: net.fetch });
		net.accidents.push(({ url }) => {
			if (url.startsWith("http://down.test")) throw new Error("dial tcp: connection refused");
			return url.startsWith("http://empty.test") ? { status: 404, headers: {}, body: (async function* () {})() } : undefined;
		});
		const mirrors = ["http://down.test/", "http://empty.test/", "http://full.test/"];
		const auth = { username: "someone", password: "secret" };
		await pull(client, "busybox", { auth, registries: { insecure: [], mirrors } });
		const hosts = net.seen.map(({ url }) => new URL(url).host);
		expect(hosts.slice(0, 3)).toEqual(["down.test", "empty.test", "full.test"]);
		expect(new Set(hosts.slice(2))).toEqual(new Set(["full.test"]));
		net.seen.length = 0;
		await pull(client, "busybox", { registries: { insecure: [], mirrors: mirrors.slice(0, 2) } });
		expect(net.seen.map(({ url }) => new URL(url).host)).toEqual(["down.test", "empty.test", "site.test"]);
	});

	it.each([
		["registry.test:5000", ["registry.test:5000"], ["https", "http"]],
		["10.1.2.3:5000", ["10.0.0.0/8"], ["https", "http"]],
		["11.1.2.3:5000", ["10.0.0.0/8", "registry.test"], ["https"]],
		["registry.test:5000", ["registry.test"], ["https"]],
	])("speaks to %s, with %j called insecure, by %j", async (registry, insecure, schemes) => {
		const { client } = await machine({ fetch: net.fetch });
		net.accidents.push(({ url }) => {
			if (url.startsWith("https:")) throw new Error("http: server gave HTTP response to HTTPS client");
			return undefined;
		});
		await putImage(net.store, "x", "latest", layers.slice(0, 1));
		const pulled = pull(client, `${registry}/x`, { registries: { insecure, mirrors: [] } });
		if (schemes.length > 1) expect((await pulled).at(-1)).toMatchObject({ kind: "done" });
		else await expect(pulled).rejects.toThrow("server gave HTTP response to HTTPS client");
		expect([...new Set(net.seen.map(({ url }) => url.split(":")[0]))]).toEqual(schemes);
	});

	it("keeps content under the digest that it is named by, sha512 too", async () => {
		const image = await putImage(net.store, "busybox", "plain", layers.slice(0, 1));
		const digest512 = async (bytes: Uint8Array): Promise<string> => digestAs(`sha512:${"0".repeat(128)}`, bytes);
		const blob = await collect(net.store.blobs.read(image.layers[0]!, 0, image.sizes[0]!));
		const layer = await digest512(blob);
		const at = "https://site.test/v2/library/busybox";
		const posted = await net.fetch({ method: "POST", url: `${at}/blobs/uploads/?digest=${layer}`, headers: {}, body: blob });
		expect(posted.status).toBe(201);
		const found = await net.store.manifest("busybox", "plain");
		const manifest = utf8(text(found!.data).replace(image.layers[0]!, layer));
		const headers = { "content-type": "application/vnd.oci.image.manifest.v1+json" };
		expect((await net.fetch({ method: "PUT", url: `${at}/manifests/strong`, headers, body: manifest })).status).toBe(201);
		const { client, sys } = await machine({ fetch: net.fetch });
		await pull(client, "busybox:strong");
		expect(await client["content.info"]({ digest: layer })).toMatchObject({ digest: layer, size: blob.length });
		expect(equal(await readFile(sys, `${CONTENT_ROOT}/blobs/sha512/${encodedOf(layer)}`), blob)).toBe(true);
		const again = await machine({ sys });
		expect(equal(await read(again.client, layer), blob)).toBe(true);
		// what is not what the digest says is not kept
		await client["content.write"]({ ref: "r", offset: 0, data: utf8("other") });
		await expect(client["content.commit"]({ ref: "r", expected: layer })).rejects.toMatchObject({ kind: "failedPrecondition" });
	});

	it("resumes a cut connection with a range, backs off, and says so", async () => {
		const image = await putImage(net.store, "busybox", "latest", [
			[{ name: "f", content: Array.from({ length: 40_000 }, (_, i) => (i * 7919) % 9973).join() }],
		]);
		let cuts = 3;
		net.line = async function* (request, body) {
			const cut = request.url.includes(image.layers[0]!) && cuts-- > 0;
			for await (const piece of body) {
				yield cut ? piece.subarray(0, 10_000) : piece;
				if (cut) throw new Error("read ECONNRESET");
			}
		};
		const { client, waited } = await machine({ fetch: net.fetch });
		const progress = await pull(client, "busybox");
		expect(progress.at(-1)!.kind).toBe("done");
		const ranges = net
			.blobs()
			.filter(({ url }) => url.includes(image.layers[0]!))
			.map(({ headers }) => headers.range);
		expect(ranges).toEqual([undefined, "bytes=10000-", "bytes=20000-", "bytes=30000-"]);
		expect(waited).toEqual([500, 500, 500]);
		expect(states(progress, image.layers[0]!)).toContain("retrying");
	});

	it("gives up after five attempts without a byte, keeps what came, and goes on with it at the next pull", async () => {
		const image = await putImage(net.store, "busybox", "latest", [
			[{ name: "f", content: Array.from({ length: 40_000 }, (_, i) => (i * 7919) % 9973).join() }],
		]);
		let first = true;
		let dead = true;
		net.line = async function* (request, body) {
			const layer = dead && request.url.includes(image.layers[0]!);
			if (layer && first)
				for await (const piece of body) {
					first = false;
					yield piece.subarray(0, 5000);
					break;
				}
			if (layer) throw new Error("connection reset");
			yield* body;
		};
		const { client, waited } = await machine({ fetch: net.fetch });
		await expect(pull(client, "busybox")).rejects.toMatchObject({ kind: "unavailable" });
		expect(waited).toEqual([500, 1000, 2000, 4000, 8000]);
		expect(await tags(client)).toEqual([]);
		dead = false;
		await pull(client, "busybox");
		expect(net.blobs().at(-1)!.headers.range).toBe("bytes=5000-");
	});

	it("refuses a layer with a wrong digest, and has neither image nor layer then", async () => {
		const image = await putImage(net.store, "busybox", "latest", layers);
		net.line = async function* (request, body) {
			for await (const piece of body)
				yield request.url.includes(image.layers[1]!) ? piece.map((byte, at) => (at === 20 ? byte ^ 1 : byte)) : piece;
		};
		const { client } = await machine({ fetch: net.fetch });
		await expect(pull(client, "busybox")).rejects.toMatchObject({
			kind: "failedPrecondition",
			message: expect.stringMatching(
				/^failed commit on ref "layer-sha256:.*": unexpected commit digest sha256:.*, expected sha256:.*: failed precondition$/,
			),
		});
		expect(await tags(client)).toEqual([]);
		await expect(client["content.info"]({ digest: image.layers[1]! })).rejects.toMatchObject({ kind: "notFound" });
	});

	it("refuses a layer whose gzip is cut short, and one whose diff id is another", async () => {
		const image = await putImage(net.store, "a", "latest", [[{ name: "f", content: "x".repeat(1000) }]]);
		const blob = (await read((await pulled("a")).client, image.layers[0]!)).slice(0, -4);
		const stored = await net.store.manifest("a", "latest");
		const cut = await net.store.putBlob("a", blob);
		const manifest = text(stored!.data)
			.replace(image.layers[0]!, cut)
			.replace(`"size":${image.sizes[0]}}]`, `"size":${blob.length}}]`);
		await net.store.putManifest("a", "cut", stored!.mediaType, utf8(manifest));
		const { client } = await machine({ fetch: net.fetch });
		await expect(pull(client, "a:cut")).rejects.toMatchObject({
			kind: "dataLoss",
			message: expect.stringMatching(/^failed to extract layer .*: unexpected EOF$/),
		});
		const other = await putImage(net.store, "b", "latest", [[{ name: "f", content: "another" }]]);
		const mixed = text(stored!.data)
			.replace(image.layers[0]!, other.layers[0]!)
			.replace(`"size":${image.sizes[0]}}]`, `"size":${other.sizes[0]}}]`);
		await net.store.blobs.announce("a", other.layers[0]!);
		await net.store.putManifest("a", "mixed", stored!.mediaType, utf8(mixed));
		await expect(pull(client, "a:mixed")).rejects.toThrow("wrong diff id calculated on extraction");
		expect(await tags(client)).toEqual([]);
		expect(await client["snapshots.list"]({})).toEqual([]);
	});
	const pulled = async (name: string) => {
		const made = await machine({ fetch: net.fetch });
		await pull(made.client, name);
		return made;
	};

	it("says what is missing and what is no image", async () => {
		await putImage(net.store, "busybox", "latest", layers, { index: true });
		const { client } = await machine({ fetch: net.fetch });
		await expect(pull(client, "busybox:none")).rejects.toMatchObject({
			kind: "notFound",
			message: 'failed to resolve reference "docker.io/library/busybox:none": docker.io/library/busybox:none: not found',
			detail: { status: 404, code: "MANIFEST_UNKNOWN" },
		});
		await expect(pull(client, "nope")).rejects.toMatchObject({ kind: "notFound", detail: { code: "MANIFEST_UNKNOWN" } });
		await expect(pull(client, "UPPER")).rejects.toThrow("repository name (library/UPPER) must be lowercase");
		await expect(pull(client, "busybox", { platform: { os: "linux", architecture: "s390x" } })).rejects.toThrow(
			"no match for platform in manifest: not found",
		);
		net.accidents.push(({ url }) =>
			url.endsWith("/odd/manifests/latest")
				? answer(200, { "content-type": "application/vnd.acme.thing+json" }, "{}")
				: undefined,
		);
		await expect(pull(client, "odd")).rejects.toThrow(
			"unsupported manifest media type and no default available: application/vnd.acme.thing+json",
		);
		net.accidents.push(({ url }) =>
			url.endsWith("/html/manifests/latest") ? answer(200, { "content-type": "text/html" }, "<html>") : undefined,
		);
		await expect(pull(client, "html")).rejects.toThrow("unsupported manifest media type and no default available: text/html");
		net.accidents.push(({ url }) =>
			url.includes("/slow/")
				? answer(429, {}, '{"errors":[{"code":"TOOMANYREQUESTS","message":"You have reached your pull rate limit."}]}')
				: undefined,
		);
		await expect(pull(client, "slow")).rejects.toThrow("toomanyrequests: You have reached your pull rate limit.");
		await expect(pull((await machine()).client, "busybox")).rejects.toMatchObject({
			kind: "unavailable",
			message: expect.stringContaining("failed to do request"),
		});
	});

	it("checks a document that is asked for by digest", async () => {
		const image = await putImage(net.store, "busybox", "latest", layers);
		net.line = async function* (request, body) {
			for await (const piece of body) yield request.url.includes("/manifests/sha256:") ? utf8(`${text(piece)} `) : piece;
		};
		const { client } = await machine({ fetch: net.fetch });
		await expect(pull(client, `busybox@${image.top}`)).rejects.toThrow(`manifest verification failed for digest ${image.top}`);
	});

	it("answers a bearer challenge with a token, and a basic one with credentials", async () => {
		await putImage(net.store, "team/app", "v1", layers);
		net.accidents.push((request) => {
			if (request.url.startsWith("https://auth.test/token")) {
				expect(request.url).toBe("https://auth.test/token?account=ann&service=reg&scope=repository%3Ateam%2Fapp%3Apull");
				return request.headers.authorization === "Basic YW5uOnNlY3JldA=="
					? answer(200, {}, '{"token":"T1"}')
					: answer(401, {}, "");
			}
			if (request.url.startsWith("https://bearer.test") && request.headers.authorization !== "Bearer T1") {
				return answer(
					401,
					{ "www-authenticate": 'Bearer realm="https://auth.test/token",service="reg",scope="repository:team/app:pull"' },
					"",
				);
			}
			if (request.url.startsWith("https://basic.test") && request.headers.authorization !== "Basic YW5uOnNlY3JldA==") {
				return answer(
					401,
					{ "www-authenticate": 'Basic realm="x"' },
					'{"errors":[{"code":"UNAUTHORIZED","message":"who are you"}]}',
				);
			}
			return undefined;
		});
		const { client } = await machine({ fetch: net.fetch });
		const auth = { username: "ann", password: "secret" };
		await pull(client, "bearer.test/team/app:v1", { auth });
		await pull(client, "basic.test/team/app:v1", { auth });
		await expect(pull(client, "basic.test/team/app:v1")).rejects.toMatchObject({
			kind: "unauthorized",
			message: expect.stringContaining("no basic auth credentials"),
		});
		await expect(pull(client, "basic.test/team/app:v1", { auth: { username: "bob", password: "x" } })).rejects.toMatchObject({
			kind: "unauthorized",
			detail: { code: "UNAUTHORIZED" },
		});
	});

	it("follows a redirect to storage without its token", async () => {
		const image = await putImage(net.store, "busybox", "latest", layers);
		net.accidents.push((request) => {
			if (request.url.startsWith("https://site.test") && request.url.includes(image.layers[0]!))
				return answer(307, { location: `https://cdn.test/v2/busybox/blobs/${image.layers[0]}` }, "");
			if (request.url.startsWith("https://cdn.test")) expect(request.headers.authorization).toBeUndefined();
			return undefined;
		});
		const { client } = await machine({ fetch: net.fetch });
		expect((await pull(client, "busybox")).at(-1)!.kind).toBe("done");
	});

	it("fetches a layer once for two pulls at the same time", async () => {
		const image = await putImage(net.store, "busybox", "latest", layers);
		await putImage(net.store, "other", "latest", layers);
		const { client } = await machine({ fetch: net.fetch });
		await Promise.all([pull(client, "busybox"), pull(client, "other"), pull(client, "busybox")]);
		for (const digest of image.layers) expect(net.blobs().filter(({ url }) => url.includes(digest)).length).toBe(1);
		expect((await tags(client)).length).toBe(2);
	});

	it("stops when it is cancelled", async () => {
		const image = await putImage(net.store, "busybox", "latest", layers);
		let cancelled = (): void => {};
		const cancel = new Promise<void>((resolve) => {
			cancelled = resolve;
		});
		// The layers come no sooner than somebody has lost patience.
		const { client } = await machine({
			fetch: async (request) => {
				if (image.layers.some((digest) => request.url.includes(digest))) await cancel;
				return net.fetch(request);
			},
		});
		for await (const progress of client["transfer.pull"]({ reference: "busybox", unpack: true }))
			if (progress.kind === "layers") break;
		await new Promise((resolve) => setTimeout(resolve, 10));
		cancelled();
		await new Promise((resolve) => setTimeout(resolve, 50));
		expect(await tags(client)).toEqual([]);
	});

	it("gives ENOSPC's words when the disk is full, and goes on afterwards", async () => {
		await putImage(net.store, "big", "latest", [[{ name: "f", content: "0".repeat(3_000_000) }]]);
		await putImage(net.store, "small", "latest", [[{ name: "f", content: "0" }]]);
		const { client } = await machine({ fetch: net.fetch, sys: memorySys({ size: 1_000_000 }) });
		await expect(pull(client, "big")).rejects.toMatchObject({
			kind: "system",
			message: expect.stringMatching(/failed to extract layer .*no space left on device/),
		});
		expect((await pull(client, "small")).at(-1)!.kind).toBe("done");
	});

	it("pushes what it pulled, mounts and skips what the registry has", async () => {
		const image = await putImage(net.store, "busybox", "latest", layers, { index: true });
		const { client } = await machine({ fetch: net.fetch });
		await pull(client, "busybox");
		const { target } = await client["images.get"]({ name: "docker.io/library/busybox:latest" });
		const push = async (name: string) => {
			await client["images.create"]({ image: { name, target, labels: {} } });
			const out = [];
			for await (const progress of client["transfer.push"]({ reference: name })) out.push(progress);
			return out.filter((one) => one.kind === "layer").map((one) => one.state);
		};
		expect(new Set(await push("docker.io/me/copy:v1"))).toEqual(new Set(["preparing", "mounted"]));
		// the index names a platform that was not pulled: its one manifest goes under the name
		expect((await net.store.manifest("me/copy", "v1"))!.digest).toBe(image.manifest);
		expect(new Set(await push("docker.io/me/copy:v2"))).toEqual(new Set(["preparing", "exists"]));
		expect(new Set(await push("other.test/copy:v1"))).toEqual(new Set(["preparing", "pushing", "pushed"]));
		expect((await client["transfer.resolve"]({ reference: "me/copy:v1" })).descriptor.digest).toBe(image.manifest);
	});
});

describe("garbage", () => {
	it("is what no image leads to, and nothing else", async () => {
		const net = network();
		const shared = [{ name: "shared", content: "s" }];
		const a = await putImage(net.store, "a", "latest", [shared, [{ name: "a", content: "a" }]], { index: true });
		const b = await putImage(net.store, "b", "latest", [shared, [{ name: "b", content: "b" }]]);
		const { client } = await machine({ fetch: net.fetch });
		await pull(client, "a");
		await pull(client, "b");
		// met by a label first, and as an image's manifest later
		await client["content.update"]({ digest: a.top, labels: { "containerd.io/gc.ref.content.parent": b.top } });
		expect(await client["gc.run"]({})).toEqual({ removed: [] });
		const kept = await put(client, utf8("kept"));
		await client["content.update"]({ digest: kept, labels: { "containerd.io/gc.root": "now" } });
		await put(client, utf8("loose"));
		await client["snapshots.prepare"]({ key: "box", parent: chainIds(b.diffIds)[1]! });
		await client["images.delete"]({ name: "docker.io/library/a:latest", sync: true });
		expect((await client["content.list"]({})).map(({ digest }) => digest).sort()).toEqual(
			[b.top, b.config, ...b.layers, kept].sort(),
		);
		expect((await client["snapshots.list"]({})).map(({ name }) => name).sort()).toEqual([...chainIds(b.diffIds), "box"].sort());
		// the container's snapshots stay when their image goes
		await client["images.delete"]({ name: "docker.io/library/b:latest", sync: true });
		expect((await client["snapshots.list"]({})).map(({ name }) => name).sort()).toEqual([...chainIds(b.diffIds), "box"].sort());
		await client["snapshots.remove"]({ key: "box" });
		await client["gc.run"]({});
		expect(await client["snapshots.list"]({})).toEqual([]);
		expect(equal(await read(client, kept), utf8("kept"))).toBe(true);
		net.remove();
	});
});

const answer = (status: number, headers: Record<string, string>, body: string): FetchResponse => ({
	status,
	headers,
	body: (async function* () {
		yield utf8(body);
	})(),
});
