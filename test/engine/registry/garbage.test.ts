// The collector against pushes, deletions and other collectors, all at once, in orders that a seed decides, and with the power
// cut anywhere. A manifest that was accepted and not deleted is there afterwards, with all that it names.
//
// A failing seed is printed; put it into KEPT.

import { describe, expect, it } from "vitest";
import { collect, text, utf8 } from "../../../engine/lib/bytes";
import { digestOf } from "../../../engine/lib/digest";
import { splitTarget } from "../../../engine/lib/http/query";
import { OCI_CONFIG, OCI_INDEX, OCI_LAYER_GZIP, OCI_MANIFEST } from "../../../engine/oci/image/media-types";
import { collectGarbage, recover } from "../../../engine/registry/garbage";
import { type RegistryHandler, registryHandler } from "../../../engine/registry/handle";
import { RegistryStore } from "../../../engine/registry/store/store";
import { type MemoryFiles, memoryFiles, PowerCut, seeded } from "./memory-files";

const SEEDS = process.env.DRYDOCK_LONG ? 500 : 20;
/** Seeds that once found something. */
const KEPT: number[] = [2, 4];
const seeds = [...KEPT, ...Array.from({ length: SEEDS }, (_, at) => at + 1)];

const NOW = Date.UTC(2026, 0, 1);
const LAYERS = Array.from({ length: 6 }, (_, at) => utf8(`layer ${at}`.repeat(at + 1)));

const asking =
	(handle: RegistryHandler) =>
	async (request: string, body?: Uint8Array, headers: Record<string, string> = {}) => {
		const [method, target] = request.split(" ") as [string, string];
		const answer = await handle({
			method,
			headers,
			body: (async function* () {
				if (body) yield body;
			})(),
			...splitTarget(target),
		});
		const bytes =
			answer.body === undefined ? undefined : await collect(answer.body instanceof Uint8Array ? [answer.body] : answer.body);
		return { status: answer.status, headers: answer.headers, bytes };
	};
type Ask = ReturnType<typeof asking>;

/** Name and digest of what was accepted, and not deleted. */
type Kept = Map<string, [name: string, digest: string]>;

async function pusher(ask: Ask, random: () => number, id: string, kept: Kept): Promise<void> {
	const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
	for (let turn = 0; turn < 3; turn++) {
		const name = pick(["one", "two/deep"]);
		const layers = [pick(LAYERS), pick(LAYERS)];
		const config = utf8(`{"of":"${id} ${turn}"}`);
		const described = (mediaType: string, bytes: Uint8Array) => ({ mediaType, digest: digestOf(bytes), size: bytes.length });
		const manifest = utf8(
			JSON.stringify({
				schemaVersion: 2,
				mediaType: OCI_MANIFEST,
				config: described(OCI_CONFIG, config),
				layers: layers.map((layer) => described(OCI_LAYER_GZIP, layer)),
			}),
		);
		// a client whose blobs went away between its look and its manifest begins again, as docker push does when it is repeated
		for (let attempt = 0; attempt < 8; attempt++) {
			for (const blob of [config, ...layers]) await pushBlob(ask, random, name, blob);
			const put = await ask(`PUT /v2/${name}/manifests/${random() < 0.7 ? `${id}-${turn}` : digestOf(manifest)}`, manifest, {
				"content-type": OCI_MANIFEST,
			});
			if (put.status !== 201) {
				expect([put.status, text(put.bytes!)]).toEqual([404, expect.stringContaining("MANIFEST_BLOB_UNKNOWN")]);
				continue;
			}
			kept.set(`${name}@${digestOf(manifest)}`, [name, digestOf(manifest)]);
			const index = utf8(
				JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [described(OCI_MANIFEST, manifest)] }),
			);
			const also = await ask(`PUT /v2/${name}/manifests/index-${id}`, index, { "content-type": OCI_INDEX });
			expect(also.status).toBe(201);
			kept.set(`${name}@${digestOf(index)}`, [name, digestOf(index)]);
			break;
		}
	}
}
async function pushBlob(ask: Ask, random: () => number, name: string, blob: Uint8Array): Promise<void> {
	const digest = digestOf(blob);
	if ((await ask(`HEAD /v2/${name}/blobs/${digest}`)).status === 200) return;
	const mount = random() < 0.4 ? `?mount=${digest}&from=${name === "one" ? "two/deep" : "one"}` : "";
	const begun = await ask(`POST /v2/${name}/blobs/uploads/${mount}`);
	if (begun.status === 201) return;
	const done = await ask(`PUT ${begun.headers.location}?digest=${digest}`, blob);
	expect(done.status).toBe(201);
}
async function deleter(ask: Ask, random: () => number, kept: Kept): Promise<void> {
	for (let turn = 0; turn < 4; turn++) {
		// a manifest that an index names is the index's too: those are left alone
		const all = [...kept.values()];
		const one = all[Math.floor(random() * all.length)];
		for (let turns = 0; turns < 30; turns++) await undefined;
		if (!one || random() < 0.5) continue;
		const got = await ask(`GET /v2/${one[0]}/manifests/${one[1]}`);
		if (got.status !== 200 || !text(got.bytes!).includes('"manifests"')) continue;
		kept.delete(one.join("@"));
		await ask(`DELETE /v2/${one[0]}/manifests/${one[1]}`);
	}
}

async function whole(memory: MemoryFiles, kept: Kept): Promise<void> {
	const ask = asking(registryHandler(new RegistryStore(memory.files(), () => NOW), { random: (bytes) => bytes }));
	for (const [name, digest] of kept.values()) {
		const manifest = await ask(`GET /v2/${name}/manifests/${digest}`);
		expect([manifest.status, name, digest]).toEqual([200, name, digest]);
		const { config, layers, manifests } = JSON.parse(text(manifest.bytes!)) as Record<
			string,
			Array<{ digest: string }> | undefined
		>;
		for (const one of [config ?? [], layers ?? []].flat()) {
			const blob = await ask(`GET /v2/${name}/blobs/${one.digest}`);
			expect([blob.status, blob.bytes && digestOf(blob.bytes)], `${name}@${digest}`).toEqual([200, one.digest]);
		}
		for (const one of manifests ?? []) expect((await ask(`GET /v2/${name}/manifests/${one.digest}`)).status).toBe(200);
	}
}

/** Answers what was accepted. Every party has a store of its own, as processes have. */
async function storm(memory: MemoryFiles, seed: number): Promise<Kept> {
	const kept: Kept = new Map();
	const random = seeded(seed);
	const storeOf = (): RegistryStore => new RegistryStore(memory.files(seeded(Math.floor(random() * 2 ** 31))), () => NOW);
	const fill = (bytes: Uint8Array): Uint8Array => bytes.map(() => Math.floor(random() * 256));
	const server = asking(registryHandler(storeOf(), { random: fill }));
	const collector = async (): Promise<void> => {
		const store = storeOf();
		for (let turn = 0; turn < 3; turn++) await collectGarbage(store);
	};
	const parties = [
		pusher(server, seeded(seed * 7 + 1), "a", kept),
		pusher(server, seeded(seed * 7 + 2), "b", kept),
		pusher(server, seeded(seed * 7 + 3), "c", kept),
		deleter(server, seeded(seed * 7 + 4), kept),
		collector(),
	];
	for (const result of await Promise.allSettled(parties))
		if (result.status === "rejected" && !(result.reason instanceof PowerCut)) throw result.reason;
	return kept;
}

describe("the collector", () => {
	it("deletes what nothing refers to, and that alone", async () => {
		const memory = memoryFiles();
		const store = new RegistryStore(memory.files(), () => NOW);
		const ask = asking(registryHandler(store, { random: (bytes) => bytes }));
		const kept: Kept = new Map();
		await pusher(ask, seeded(1), "a", kept);
		const gone = [...kept.values()].slice(0, 2);
		for (const [name, digest] of gone) {
			kept.delete(`${name}@${digest}`);
			await ask(`DELETE /v2/${name}/manifests/${digest}`);
		}
		const stray = await store.putBlob("one", utf8("nobody needs this"));
		const lines: string[] = [];
		// a blob that was pushed not long ago may still get its manifest
		expect((await collectGarbage(store)).blobs).not.toContain(stray);
		const later = new RegistryStore(memory.files(), () => NOW + 2 * 3600_000);
		const report = (line: string) => void lines.push(line);
		const dry = await collectGarbage(later, { dryRun: true, report });
		expect(lines).toContain(`blob eligible for deletion: ${stray}`);
		expect(memory.content.size).toBeGreaterThan(0);
		expect(await collectGarbage(later)).toEqual(dry);
		expect(await later.blobs.sizeAnywhere(stray)).toBeUndefined();
		await whole(memory, kept);
		expect((await collectGarbage(later)).blobs).toEqual([]);
	});

	it("with --delete-untagged keeps what tags lead to: by indexes, and what is about it", async () => {
		const memory = memoryFiles();
		const store = new RegistryStore(memory.files(), () => NOW);
		const put = async (tag: string | undefined, document: object, type = OCI_MANIFEST) =>
			store.putManifest("a", tag, type, utf8(JSON.stringify({ schemaVersion: 2, mediaType: type, ...document })));
		const child = await put(undefined, { config: {}, layers: [], n: 1 });
		await put("index", { manifests: [{ mediaType: OCI_MANIFEST, digest: child, size: 1 }] }, OCI_INDEX);
		const about = await put(undefined, { config: {}, layers: [], subject: { mediaType: OCI_MANIFEST, digest: child, size: 1 } });
		const loose = await put(undefined, { config: {}, layers: [], n: 2 });
		expect(await collectGarbage(store, { deleteUntagged: true })).toMatchObject({ manifests: [loose], blobs: [loose] });
		for (const digest of [child, about]) expect(await store.manifest("a", digest)).toBeDefined();
		expect(await store.manifest("a", loose)).toBeUndefined();
	});

	it("never takes what an accepted manifest names, whatever goes on meanwhile", async () => {
		for (const seed of seeds) {
			const memory = memoryFiles();
			const kept = await storm(memory, seed);
			await whole(memory, kept).catch((error: unknown) => {
				throw new Error(`seed ${seed}: ${(error as Error).message}`);
			});
		}
	}, 600_000);

	it("… nor after a power cut at any moment", async () => {
		for (const seed of seeds) {
			const memory = memoryFiles();
			memory.fuel = Math.floor(seeded(seed + 99)() * 1500);
			const kept = await storm(memory, seed);
			memory.fuel = Number.POSITIVE_INFINITY;
			const check = async (): Promise<void> => {
				await recover(new RegistryStore(memory.files(), () => NOW));
				await whole(memory, kept);
				await collectGarbage(new RegistryStore(memory.files(), () => NOW + 2 * 3600_000));
				await whole(memory, kept);
			};
			await check().catch((error: unknown) => {
				throw new Error(`seed ${seed}: ${(error as Error).message}`);
			});
		}
	}, 600_000);
});
