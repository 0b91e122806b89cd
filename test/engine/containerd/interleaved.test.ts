// Pulls of images that share layers, at once and with everything that may happen meanwhile: answers that are cut, clients that give up
// or are killed, names that are taken away, the garbage collector, a power cut. However it goes, no image lacks anything that it
// refers to, what is pulled again is whole, and what nobody refers to goes.

import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collect, utf8 } from "../../../engine/lib/bytes";
import { digestOf } from "../../../engine/lib/digest";
import { chainIds } from "../../../engine/oci/image/chain-id";
import type { Sys } from "../../../engine/sys";
import { memorySys } from "../oci/sys";
import { putImage } from "../registry/images";
import { type Client, machine, network, pull, put, read } from "./machine";

const RUNS = process.env.DRYDOCK_LONG ? 600 : 30;

/** Content that does not compress, so that a layer has a middle. */
const noise = (name: string): string => Array.from({ length: 60 }, (_, at) => digestOf(utf8(`${name} ${at}`))).join("");
const layer = (name: string) => [{ name: `dir/${name}`, content: noise(name) }];
/** Layers of each image; those of the same name are the same blob, and the same snapshot where all below are the same. */
const IMAGES: Record<string, string[]> = {
	one: ["base", "a", "b"],
	two: ["base", "a", "c"],
	three: ["base", "d"],
	four: ["c", "base"],
};
const names = Object.keys(IMAGES);

let net: ReturnType<typeof network>;
const made: Record<string, Awaited<ReturnType<typeof putImage>>> = {};
beforeAll(async () => {
	net = network();
	for (const [name, layers] of Object.entries(IMAGES))
		made[name] = await putImage(net.store, name, "1", layers.map(layer), { index: name === "three" });
});
afterAll(() => net.remove());

/** A layer comes in some fifteen of them. */
const PIECE = 150;
const nameOf = (image: string): string => `reg.test/${image}:1`;

/** Everything that an image of the store refers to is there and good. */
async function whole(client: Client): Promise<void> {
	const snapshots = new Map((await client["snapshots.list"]({})).map((one) => [one.name, one]));
	for (const { name } of await client["images.list"]({})) {
		const { top, manifest, config, layers, diffIds } = made[/reg\.test\/(\w+):1/.exec(name)![1]!]!;
		for (const digest of [top, manifest, config, ...layers]) expect(digestOf(await read(client, digest)), name).toBe(digest);
		for (const [at, id] of chainIds(diffIds).entries()) {
			expect(snapshots.get(id)?.kind, `${name}, layer ${at}`).toBe("committed");
			expect(snapshots.get(id)!.parent).toBe(chainIds(diffIds)[at - 1] ?? "");
		}
	}
	for (const { parent } of snapshots.values()) if (parent !== "") expect(snapshots.has(parent)).toBe(true);
}

type Act =
	| { kind: "pull"; image: string; giveUpAfter?: number }
	| { kind: "remove"; image: string }
	| { kind: "collect" }
	| { kind: "wait"; turns: number };
const image = fc.constantFrom(...names);
const act: fc.Arbitrary<Act> = fc.oneof(
	{ weight: 4, arbitrary: fc.record({ kind: fc.constant("pull" as const), image }) },
	{
		weight: 2,
		arbitrary: fc.record({ kind: fc.constant("pull" as const), image, giveUpAfter: fc.integer({ min: 0, max: 12 }) }),
	},
	{ weight: 2, arbitrary: fc.record({ kind: fc.constant("remove" as const), image }) },
	{ weight: 2, arbitrary: fc.constant({ kind: "collect" as const }) },
	{ weight: 3, arbitrary: fc.record({ kind: fc.constant("wait" as const), turns: fc.integer({ min: 1, max: 60 }) }) },
);
interface Case {
	acts: Act[];
	/** The n-th blob that is asked for comes only so far. */
	cuts: Array<[request: number, bytes: number]>;
	/** The machine's power goes after so many acts; -1 never. */
	powerCut: number;
	/** Turns of the event loop before each piece of an answer. */
	slowness: number;
}
const scenario: fc.Arbitrary<Case> = fc.record({
	acts: fc.array(act, { minLength: 2, maxLength: 9 }),
	cuts: fc.array(fc.tuple(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 2500 })), { maxLength: 3 }),
	powerCut: fc.integer({ min: -6, max: 8 }),
	slowness: fc.integer({ min: 1, max: 4 }),
});
const turns = async (count: number): Promise<void> => {
	for (let at = 0; at < count; at++) await new Promise((done) => setImmediate(done));
};

async function pulling(client: Client, { image, giveUpAfter }: Extract<Act, { kind: "pull" }>): Promise<void> {
	const progress = client["transfer.pull"]({ reference: nameOf(image), unpack: true });
	let seen = 0;
	for await (const _ of progress) if (giveUpAfter !== undefined && ++seen > giveUpAfter) return progress.cancel();
}

/** containerd on the disk, until its power is cut, or it has changed so much: what it was about to do then is never done. */
async function powered(disk: Sys, calls = Number.POSITIVE_INFINITY) {
	let on = true;
	let left = Number.POSITIVE_INFINITY;
	const never = new Promise<never>(() => {});
	const sys = new Proxy(disk, {
		get: (target, name: keyof Sys) => {
			const call = target[name] as unknown;
			if (typeof call !== "function") return call;
			return (...args: unknown[]) => {
				if (DISK.test(name) && left-- <= 0) on = false;
				return on ? call.apply(target, args) : never;
			};
		},
	});
	const { client, close } = await machine({ fetch: net.fetch, sys });
	left = calls;
	return {
		client,
		close,
		isOn: () => on,
		cut: () => {
			on = false;
		},
	};
}
/** Calls that change the disk. */
const DISK = /^(write|pwrite|open|mkdir|mknod|rename|link|symlink|unlink|rmdir|truncate|chmod|lchown|lsetxattr|utimens)/;

async function play({ acts, cuts, powerCut, slowness }: Case): Promise<void> {
	const disk = memorySys();
	let { client, close, cut } = await powered(disk);
	let blobs = 0;
	net.line = async function* (request, body) {
		const bytes = await collect(body);
		const cut = request.method === "GET" && request.url.includes("/blobs/") ? cuts.find(([at]) => at === blobs++) : undefined;
		// in pieces, so that others have their turn
		for (let at = 0; at < Math.min(bytes.length, cut?.[1] ?? bytes.length); at += PIECE) {
			await turns(slowness);
			yield bytes.subarray(at, Math.min(at + PIECE, cut?.[1] ?? bytes.length));
		}
		if (cut && cut[1] < bytes.length) throw new Error("connection reset by peer");
	};
	const running: Promise<unknown>[] = [];
	let since = 0;
	const failures: Error[] = [];
	for (const [at, one] of acts.entries()) {
		if (at === powerCut) {
			cut();
			({ client, close, cut } = await powered(disk));
			await whole(client);
			since = running.length;
		}
		if (one.kind === "pull") running.push(pulling(client, one).catch((error) => failures.push(error)));
		else if (one.kind === "remove")
			running.push(client["images.delete"]({ name: nameOf(one.image), sync: true }).catch(() => {}));
		else if (one.kind === "collect") running.push(client["gc.run"]({}).catch(() => {}));
		else await turns(one.turns);
	}
	// of what the power cut off nothing more is heard
	await Promise.all(running.slice(since));
	// what is cut is gone on with, and nobody's removal takes away what a pull needs
	if (powerCut < 0) expect(failures).toEqual([]);
	await whole(client);
	await client["gc.run"]({});
	await whole(client);

	// after all of it, everything can be had
	net.line = (_request, body) => body;
	await Promise.all(names.map((name) => pull(client, nameOf(name))));
	expect(await client["images.list"]({})).toHaveLength(names.length);
	await whole(client);
	await close();
	({ client, close } = await powered(disk));
	await whole(client);
	for (const name of names) await client["images.delete"]({ name: nameOf(name), sync: true });
	expect(await client["content.list"]({})).toEqual([]);
	expect(await client["snapshots.list"]({})).toEqual([]);
	await close();
}

describe("pulls at once", { timeout: 300_000 }, () => {
	it("leave the stores right, whatever happens meanwhile", async () => {
		await fc.assert(fc.asyncProperty(scenario, play), { seed: 20, numRuns: RUNS });
	});

	it("keep the layers that an image has lost its name to meanwhile", async () => {
		for (let wait = 0; wait < 60; wait += 5) {
			const acts: Act[] = [
				{ kind: "pull", image: "one" },
				{ kind: "wait", turns: 400 },
			];
			acts.push({ kind: "pull", image: "two" }, { kind: "wait", turns: wait }, { kind: "remove", image: "one" });
			await play({ acts, cuts: [], powerCut: -1, slowness: 2 });
		}
	});
});

describe("containerd, killed at any change of the disk", { timeout: 300_000 }, () => {
	it("opens again with nothing missing that is referred to", async () => {
		const killed = fc.record({ acts: fc.array(act, { minLength: 2, maxLength: 6 }), calls: fc.integer({ min: 1, max: 900 }) });
		net.line = (_request, body) => body;
		await fc.assert(
			fc.asyncProperty(killed, async ({ acts, calls }) => {
				const disk = memorySys();
				const before = await powered(disk, calls);
				const running: Promise<unknown>[] = [];
				for (const one of acts) {
					if (!before.isOn()) break;
					const { client } = before;
					if (one.kind === "pull") running.push(pulling(client, one).catch(() => {}));
					else if (one.kind === "remove")
						running.push(client["images.delete"]({ name: nameOf(one.image), sync: true }).catch(() => {}));
					else if (one.kind === "collect") running.push(client["gc.run"]({}).catch(() => {}));
					else await turns(one.turns);
				}
				let ended = false;
				void Promise.all(running).then(() => {
					ended = true;
				});
				while (before.isOn() && !ended) await turns(1);
				before.cut();
				const { client, close } = await powered(disk);
				await whole(client);
				await client["gc.run"]({});
				await whole(client);
				for (const name of names) await pull(client, nameOf(name));
				await whole(client);
				for (const name of names) await client["images.delete"]({ name: nameOf(name), sync: true });
				expect(await client["content.list"]({})).toEqual([]);
				expect(await client["snapshots.list"]({})).toEqual([]);
				await close();
			}),
			{ seed: 21, numRuns: RUNS },
		);
	});
});

describe("a lease", () => {
	it("holds what came in while it lasts, and no longer", async () => {
		const { client } = await machine();
		const before = await put(client, utf8("before"));
		const lease = client["leases.hold"]({});
		await lease[Symbol.asyncIterator]().next();
		const during = await put(client, utf8("during"));
		await client["snapshots.prepare"]({ key: "a", parent: "" });
		await client["snapshots.commit"]({ key: "a", name: "held" });
		expect((await client["gc.run"]({})).removed).toEqual([before]);
		// what was there already is held, too, once it is written again
		await put(client, utf8("during"));
		lease.cancel();
		expect((await client["gc.run"]({})).removed.sort()).toEqual(["held", during].sort());
	});
	it("of a client that goes away is none", async () => {
		const sys = memorySys();
		const { client, close } = await machine({ sys });
		await client["leases.hold"]({})[Symbol.asyncIterator]().next();
		const digest = await put(client, utf8("left"));
		await close();
		const { client: after } = await machine({ sys });
		expect((await after["gc.run"]({})).removed).toEqual([digest]);
	});
});
