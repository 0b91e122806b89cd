// Manifests, indexes, configs and layers of a registry, changed at random: a pull works, or ends with an error that names the fault; the
// stores hold nothing of it then, and containerd goes on.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collect, utf8 } from "../../../engine/lib/bytes";
import { digestOf } from "../../../engine/lib/digest";
import { EngineError } from "../../../engine/lib/errors";
import { gzip } from "../../../engine/lib/gzip";
import type { FetchResponse } from "../../../engine/port";
import { machine, network, pull } from "../../engine/containerd/machine";
import { tarOf } from "../../engine/registry/images";
import { Chance, expectWords, mutateBytes, mutateJson, rounds, show } from "./mutate";

const OCI = "application/vnd.oci.image";
const TYPES = [
	`${OCI}.manifest.v1+json`,
	`${OCI}.index.v1+json`,
	"application/vnd.docker.distribution.manifest.v2+json",
	"application/vnd.docker.distribution.manifest.list.v2+json",
];

interface Served {
	/** What the tag is, and its media type. */
	top: Uint8Array;
	type: string;
	blobs: Map<string, Uint8Array>;
}
const json = (value: unknown): Uint8Array => utf8(JSON.stringify(value) ?? "");

let layers: Array<{ tar: Uint8Array; blob: Uint8Array }>;
let net: ReturnType<typeof network>;
beforeAll(async () => {
	net = network();
	const tars = await Promise.all([
		tarOf([{ name: "a/b", content: "one" }]),
		tarOf([{ name: "a/.wh.b" }, { name: "c", content: "two" }]),
	]);
	layers = await Promise.all(tars.map(async (tar) => ({ tar, blob: await collect(gzip([tar])) })));
});
afterAll(() => net.remove());

/** An image, with one of its documents changed by `change`; whatever names the changed one by its digest still does. */
function served(change: {
	config?: (it: unknown) => unknown;
	manifest?: (it: unknown) => unknown;
	index?: (it: unknown) => unknown;
	layer?: (it: Uint8Array) => Uint8Array;
}): Served {
	const blobs = new Map<string, Uint8Array>();
	const put = (bytes: Uint8Array, mediaType: string) => {
		blobs.set(digestOf(bytes), bytes);
		return { mediaType, digest: digestOf(bytes), size: bytes.length };
	};
	const config = {
		architecture: "amd64",
		os: "linux",
		created: "2026-01-01T00:00:00Z",
		config: {
			Env: ["A=b"],
			Cmd: ["sh"],
			ExposedPorts: { "80/tcp": {} },
			Labels: { a: "b" },
			Healthcheck: { Test: ["NONE"], Interval: 5 },
		},
		rootfs: { type: "layers", diff_ids: layers.map(({ tar }) => digestOf(tar)) },
		history: [{ created: "2026-01-01T00:00:00Z", created_by: "x", empty_layer: false }, { comment: "y" }],
	};
	const manifest = {
		schemaVersion: 2,
		mediaType: TYPES[0],
		config: put(json(change.config?.(config) ?? config), `${OCI}.config.v1+json`),
		layers: layers.map(({ blob }, at) => put(at === 1 ? (change.layer?.(blob) ?? blob) : blob, `${OCI}.layer.v1.tar+gzip`)),
		annotations: { a: "b" },
	};
	const inner = put(json(change.manifest ? change.manifest(manifest) : manifest), TYPES[0]!);
	if (!change.index) return { top: blobs.get(inner.digest)!, type: TYPES[0]!, blobs };
	const index = {
		schemaVersion: 2,
		mediaType: TYPES[1],
		manifests: [{ ...inner, platform: { os: "linux", architecture: "amd64" } }],
	};
	return { top: json(change.index(index)), type: TYPES[1]!, blobs };
}

function answer({ top, type, blobs }: Served, url: string, method: string): FetchResponse {
	const [, kind, name] = /\/(manifests|blobs)\/([^/?]+)$/.exec(url) ?? [];
	const bytes = kind === "manifests" && name === "1" ? top : blobs.get(name ?? "");
	if (!bytes) return { status: 404, headers: {}, body: (async function* () {})() };
	const headers = {
		"content-type": kind === "manifests" ? type : "application/octet-stream",
		"content-length": String(bytes.length),
	};
	return {
		status: 200,
		headers: name === "1" ? headers : { ...headers, "content-type": TYPES[0]! },
		body: (async function* () {
			if (method !== "HEAD") yield bytes;
		})(),
	};
}

const kinds: Record<string, (chance: Chance) => Served> = {
	config: (chance) => served({ config: (it) => mutateJson(chance, it) }),
	manifest: (chance) => served({ manifest: (it) => mutateJson(chance, it) }),
	index: (chance) => served({ index: (it) => mutateJson(chance, it) }),
	"media type": (chance) => ({
		...served({}),
		type: chance.of([...TYPES, "", "text/html", "application/json", "x".repeat(5000)]),
	}),
	"bytes of a manifest": (chance) => {
		const one = served({});
		return { ...one, top: mutateBytes(chance, one.top) };
	},
	"bytes of a layer": (chance) => served({ layer: (it) => mutateBytes(chance, it) }),
};

describe("what a registry gives", { timeout: 600_000 }, () => {
	it.each(Object.entries(kinds))("%s", async (_name, make) => {
		const chance = new Chance(7);
		const { client, close } = await machine({ fetch: net.fetch });
		for (let round = rounds(25); round > 0; round--) {
			const one = make(chance);
			net.accidents.splice(0, net.accidents.length, ({ url, method }) => answer(one, url, method));
			const input = { top: new TextDecoder().decode(one.top).slice(0, 1500), type: one.type };
			try {
				await pull(client, "reg.test/x:1");
				await client["images.delete"]({ name: "reg.test/x:1", sync: true });
			} catch (error) {
				expect(error, show(input)).toBeInstanceOf(EngineError);
				expectWords((error as Error).message, input);
			}
			expect(await client["images.list"]({}), show(input)).toEqual([]);
		}
		await client["gc.run"]({});
		expect(await client["snapshots.list"]({})).toEqual([]);
		expect(await client["content.list"]({})).toEqual([]);
		await close();
	});
});
