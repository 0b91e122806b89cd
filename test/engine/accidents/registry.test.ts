// A registry that breaks its promises: docker pull says what Docker says, nothing half-done stays, the machine goes on.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { collect, utf8 } from "../../../engine/lib/bytes";
import { digestOf } from "../../../engine/lib/digest";
import { gzip } from "../../../engine/lib/gzip";
import type { FetchRequest, FetchResponse } from "../../../engine/port";
import { network } from "../containerd/machine";
import { putImage, tarOf } from "../registry/images";
import { type Machine, startMachine } from "./machine";

type Image = Awaited<ReturnType<typeof putImage>>;

let machine: Machine;
let net: ReturnType<typeof network>;
let image: Image;
const NAME = "reg.test/good:1";

beforeAll(async () => {
	net = network();
	machine = await startMachine();
	machine.network.fetch = net.fetch;
	// content that gzip cannot make small, so that a download has a middle
	const noise = Array.from({ length: 9000 }, (_, at) => digestOf(utf8(`${at}`)).slice(7)).join("");
	image = await putImage(net.store, "good", "1", [[{ name: "noise", content: noise }], [{ name: "b", content: "two" }]]);
}, 60_000);
afterAll(async () => {
	await machine.host.shutdown();
	net.remove();
});
beforeEach(() => {
	net.accidents.length = 0;
	net.line = (_request, body) => body;
});

const respond = (status: number, body: string | Uint8Array, headers: Record<string, string> = {}): FetchResponse => ({
	status,
	headers: { "content-type": "application/json", ...headers },
	body: (async function* () {
		yield typeof body === "string" ? utf8(body) : body;
	})(),
});
const isManifest = ({ url }: FetchRequest): boolean => url.includes("/manifests/");

/** Puts an image whose manifest, config or layers are what they are made to be. */
async function putMade(
	name: string,
	made: { layers?: Array<{ bytes: Uint8Array; diffId?: string; size?: number }>; config?: Uint8Array; type?: string },
) {
	const layers = made.layers ?? [];
	const config =
		made.config ??
		utf8(
			JSON.stringify({
				architecture: "amd64",
				os: "linux",
				config: {},
				rootfs: { type: "layers", diff_ids: layers.map(({ bytes, diffId }) => diffId ?? digestOf(bytes)) },
			}),
		);
	for (const { bytes } of layers) await net.store.putBlob(name, bytes);
	await net.store.putBlob(name, config);
	const type = made.type ?? "application/vnd.oci.image.manifest.v1+json";
	const manifest = {
		schemaVersion: 2,
		mediaType: type,
		config: { mediaType: "application/vnd.oci.image.config.v1+json", digest: digestOf(config), size: config.length },
		layers: layers.map(({ bytes, size }) => ({
			mediaType: "application/vnd.oci.image.layer.v1.tar+gzip",
			digest: digestOf(bytes),
			size: size ?? bytes.length,
		})),
	};
	const bytes = utf8(JSON.stringify(manifest));
	net.accidents.push((request) =>
		request.url.includes(`/${name}/manifests/`)
			? respond(200, request.method === "HEAD" ? "" : bytes, { "content-type": type, "content-length": `${bytes.length}` })
			: undefined,
	);
}

const images = (): Promise<string> => machine.ok("docker images -a --no-trunc");

async function failing(reference: string, words: string | RegExp): Promise<string> {
	const before = await images();
	const { code, stderr } = await machine.sh(`docker pull ${reference}`);
	if (typeof words === "string") expect(stderr).toContain(words);
	else expect(stderr).toMatch(words);
	expect(code).toBe(1);
	expect(await images()).toBe(before);
	return stderr;
}

describe("answers that are refusals", () => {
	const cases: Array<[number, Record<string, string>, string, RegExp]> = [
		[
			401,
			{},
			"UNAUTHORIZED",
			/^Error response from daemon: failed to resolve reference "reg\.test\/good:1": .*authorization failed/,
		],
		[403, {}, "DENIED", /^Error response from daemon: error from registry: no\n/],
		[
			404,
			{},
			"MANIFEST_UNKNOWN",
			/^Error response from daemon: manifest for reg\.test\/good:1 not found: manifest unknown: no\n/,
		],
		[429, {}, "TOOMANYREQUESTS", /^Error response from daemon: error from registry: no\n/],
		[500, {}, "UNKNOWN", /^Error response from daemon: error from registry: no\n/],
	];
	it.each(cases)("%d", async (status, headers, code, words) => {
		net.accidents.push((request) =>
			isManifest(request) ? respond(status, JSON.stringify({ errors: [{ code, message: "no" }] }), headers) : undefined,
		);
		await failing(NAME, words);
	});
	/** As Docker Hub does: what a name points at may be asked, the document itself is counted. */
	const counting = (body: string) =>
		net.accidents.push((request) => {
			if (!isManifest(request)) return undefined;
			if (request.method === "HEAD") return respond(200, "", { "docker-content-digest": image.manifest });
			return respond(429, body);
		});
	it("429 as Docker Hub says it, after asking five times", async () => {
		net.seen.length = 0;
		const message = "You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit";
		counting(JSON.stringify({ errors: [{ code: "TOOMANYREQUESTS", message }] }));
		await failing(NAME, new RegExp(`^Error response from daemon: error from registry: ${message}\n$`));
		expect(net.seen.filter(({ method }) => method === "GET")).toHaveLength(5);
	});
	it("429 in a build, with the code", async () => {
		const message = "You have reached your unauthenticated pull rate limit.";
		counting(JSON.stringify({ errors: [{ code: "TOOMANYREQUESTS", message }] }));
		const { code, stderr } = await machine.sh(`echo FROM ${NAME} | docker build -`);
		expect([code, stderr]).toEqual([1, expect.stringContaining(`429 Too Many Requests\ntoomanyrequests: ${message}`)]);
	});
	it("429 without a word", async () => {
		counting("<html>");
		await failing(
			NAME,
			/^Error response from daemon: unknown: failed to resolve reference "reg\.test\/good:1": unexpected status from GET request to \S+: 429 Too Many Requests\n$/,
		);
	});
	it("429 with an hour's patience asked for is told at once", async () => {
		net.accidents.push((request) => (isManifest(request) ? respond(429, "", { "retry-after": "3600" }) : undefined));
		await failing(NAME, /HEAD request to \S+: 429 Too Many Requests\n$/);
	});
	it("a name that is nowhere", async () => {
		machine.network.fetch = async () => {
			throw new Error("dial tcp: lookup reg.test: no such host");
		};
		await failing(
			NAME,
			/^Error response from daemon: failed to resolve reference "reg\.test\/good:1": failed to do request: .*no such host/,
		);
		machine.network.fetch = net.fetch;
	});
});

describe("a registry that takes the connection and never speaks", () => {
	const listening = "nc -ll -p 5003 -e sleep 60 &";
	it("is left by a log-in after the 10 s that Go gives a TLS handshake", { timeout: 40_000 }, async () => {
		const begun = performance.now();
		const { code, stderr } = await machine.sh(`${listening} sleep 1; docker login -u a -p b 172.17.0.1:5003`);
		expect(stderr).toMatch(
			/Error response from daemon: Get "https:\/\/172\.17\.0\.1:5003\/v2\/": net\/http: TLS handshake timeout\n$/,
		);
		expect(code).toBe(1);
		expect(performance.now() - begun).toBeGreaterThan(10_000);
	});
	it("is left by a log-in after 15 s where no TLS is spoken", { timeout: 40_000 }, async () => {
		const { code, stderr } = await machine.sh(`${listening} sleep 1; docker login -u a -p b localhost:5003`);
		expect(stderr).toMatch(
			/Get "http:\/\/localhost:5003\/v2\/": context deadline exceeded \(Client\.Timeout exceeded while awaiting headers\)\n$/,
		);
		expect(code).toBe(1);
	});
});

describe("documents", () => {
	it("a manifest of an unknown media type", async () => {
		await putMade("strange", { type: "application/vnd.example.recipe.v1+json" });
		await failing("reg.test/strange", /application\/vnd\.example\.recipe\.v1\+json/);
	});
	it("a manifest that is not what its digest says", async () => {
		net.accidents.push((request) =>
			isManifest(request)
				? respond(200, '{"schemaVersion":2,"config":{},"layers":[]}', {
						"content-type": "application/vnd.oci.image.manifest.v1+json",
					})
				: undefined,
		);
		await failing(`reg.test/good@${image.manifest}`, image.manifest);
	});
	it("a config that is not JSON", async () => {
		await putMade("config", { config: utf8("hello") });
		await failing("reg.test/config", /invalid character 'h' looking for beginning of value/);
	});
	it("a manifest without an end", async () => {
		net.accidents.push((request) => {
			if (!isManifest(request)) return;
			const answer = respond(200, "", { "content-type": "application/vnd.oci.image.manifest.v1+json" });
			return {
				...answer,
				body: (async function* () {
					const piece = new Uint8Array(1 << 20).fill(32);
					for (;;) yield piece;
				})(),
			};
		});
		await failing(NAME, /too large|unexpected/);
	});
});

describe("layers", () => {
	it("of a wrong digest", async () => {
		net.line = async function* (request, body) {
			for await (const piece of body) {
				if (request.url.includes(image.layers[1]!)) piece.fill(7, 12, 14);
				yield piece;
			}
		};
		await failing(
			NAME,
			new RegExp(
				`failed commit on ref "layer-${image.layers[1]}": unexpected commit digest sha256:[0-9a-f]{64}, expected ${image.layers[1]}: failed precondition`,
			),
		);
	});
	it("gzip cut off, under a digest that is right", async () => {
		const whole = await collect(gzip([await tarOf([{ name: "f", content: "some content\n".repeat(5000) }])]));
		await putMade("cut-gzip", { layers: [{ bytes: whole.subarray(0, whole.length >> 1) }] });
		await failing("reg.test/cut-gzip", /failed to extract layer .*unexpected EOF/);
	});
	it("gzip of something that is no tar", async () => {
		const bytes = await collect(gzip([utf8("not a tar at all, but long enough ".repeat(100))]));
		await putMade("no-tar", { layers: [{ bytes }] });
		await failing("reg.test/no-tar", /failed to extract layer .*archive\/tar: invalid tar header/);
	});
	it("a tar cut off", async () => {
		const tar = await tarOf([{ name: "f", content: "x".repeat(9000) }]);
		await putMade("cut-tar", { layers: [{ bytes: await collect(gzip([tar.subarray(0, 3000)])) }] });
		await failing("reg.test/cut-tar", /failed to extract layer .*unexpected EOF/);
	});
	it("a download that is cut goes on where it was", async () => {
		const ranges: string[] = [];
		const noise = Array.from({ length: 5000 }, (_, at) => digestOf(utf8(`other ${at}`)).slice(7)).join("");
		const { layers } = await putImage(net.store, "cut", "1", [[{ name: "noise", content: noise }]]);
		net.line = async function* (request, body) {
			if (!request.url.includes(layers[0]!)) return yield* body;
			ranges.push(request.headers.range ?? "");
			const whole = await collect(body);
			if (ranges.length > 1) return yield whole;
			yield whole.subarray(0, 100_000);
			throw new Error("connection reset by peer");
		};
		await machine.ok("docker pull reg.test/cut:1 && docker rmi reg.test/cut:1");
		expect(ranges).toEqual(["", "bytes=100000-"]);
	});
	it("no gzip at all", async () => {
		await putMade("nogzip", {
			layers: [{ bytes: utf8("this is neither gzip nor tar, at any length that one may want".repeat(30)) }],
		});
		await failing("reg.test/nogzip", /failed to extract layer/);
	});
	it("of a size that is not true", async () => {
		await putMade("small", { layers: [{ bytes: utf8("abc".repeat(100)), size: 10 }] });
		await failing("reg.test/small", /failed commit on ref "layer-sha256:.*unexpected commit size|failed precondition/);
	});
	it("of an absurd size", async () => {
		await putMade("huge", { layers: [{ bytes: utf8("abc"), size: 2 ** 50 }] });
		await failing("reg.test/huge", /./);
	});
});

it("a good pull works after all of them, and nothing is left of them", async () => {
	expect(await machine.ok(`docker pull ${NAME}`)).toContain("Status: Downloaded newer image for reg.test/good:1");
	expect(await machine.ok("docker run --rm busybox echo hi")).toBe("hi\n");
	await machine.ok(`docker rmi ${NAME} busybox`);
	const left = "ls /var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots | wc -l";
	expect(await machine.ok(left)).toBe("0\n");
});
