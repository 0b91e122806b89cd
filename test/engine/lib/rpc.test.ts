import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { utf8 } from "../../../engine/lib/bytes";
import { EngineError, notFound } from "../../../engine/lib/errors";
import { ByteReader } from "../../../engine/lib/reader";
import { connectRpc } from "../../../engine/lib/rpc/client";
import { encodeFrame, readFrame } from "../../../engine/lib/rpc/frame";
import { serveRpc } from "../../../engine/lib/rpc/serve";
import type { Handlers } from "../../../engine/lib/rpc/types";
import { pair } from "./pair";

type Table = {
	"math.add": { request: { a: number; b: number }; response: number };
	"bytes.reverse": { request: { data: Uint8Array }; response: { data: Uint8Array } };
	"fail.kind": { request: Record<string, never>; response: never };
	"fail.plain": { request: Record<string, never>; response: never };
	"wait.cancel": { request: Record<string, never>; response: string };
	"count.up": { request: { to: number }; response: { n: number }; stream: true };
	"count.fail": { request: Record<string, never>; response: number; stream: true };
};
let made = 0;
let ended = "";
let cancelled = 0;
const handlers: Handlers<Table> = {
	"math.add": async ({ a, b }) => a + b,
	"bytes.reverse": async ({ data }) => ({ data: data.slice().reverse() }),
	"fail.kind": async () => {
		throw notFound("No such image: x", { code: "MANIFEST_UNKNOWN" });
	},
	"fail.plain": async () => {
		throw Object.assign(new Error("open: ENOENT"), { errno: "ENOENT" });
	},
	"wait.cancel": (_request, call) => new Promise((resolve) => call.onCancel(() => resolve(`cancelled ${++cancelled}`))),
	"count.up": async function* ({ to }) {
		try {
			for (let n = 0; n < to; n++) {
				made = n + 1;
				yield { n };
			}
		} finally {
			ended = `at ${made}`;
		}
	},
	"count.fail": async function* () {
		yield 1;
		throw notFound("gone");
	},
};
function connect(slice?: number) {
	const [client, server] = pair(slice);
	const serving = serveRpc<Table>(server, handlers);
	return { client: connectRpc<Table>(client), serving };
}

describe("rpc", () => {
	it("calls, with byte arrays as they are, in any interleaving", async () => {
		const { client, serving } = connect(3);
		const data = Uint8Array.of(1, 2, 0, 255);
		const [sum, reversed] = await Promise.all([client["math.add"]({ a: 2, b: 3 }), client["bytes.reverse"]({ data })]);
		expect(sum).toBe(5);
		expect(reversed.data).toEqual(Uint8Array.of(255, 0, 2, 1));
		await client.close();
		await serving;
	});

	it("carries errors with kind and detail", async () => {
		const { client } = connect();
		const error = await client["fail.kind"]({}).catch((error: unknown) => error);
		expect(error).toBeInstanceOf(EngineError);
		expect((error as EngineError).toJSON()).toEqual({
			kind: "notFound",
			message: "No such image: x",
			detail: { code: "MANIFEST_UNKNOWN" },
		});
		expect(await client["fail.plain"]({}).catch((error: EngineError) => error.toJSON())).toEqual({
			kind: "system",
			message: "open: no such file or directory",
			detail: { errno: "ENOENT" },
		});
		const unknown = (client as unknown as Record<string, (request: object) => Promise<unknown>>)["no.such"]!({});
		await expect(unknown).rejects.toThrow("unknown method no.such");
	});

	it("streams to the end, and stops early when the reader does", async () => {
		const { client } = connect();
		const seen: number[] = [];
		for await (const { n } of client["count.up"]({ to: 500 })) seen.push(n);
		expect(seen).toEqual(Array.from({ length: 500 }, (_, n) => n));
		ended = "";
		for await (const { n } of client["count.up"]({ to: 1_000_000 })) if (n === 10) break;
		for (let i = 0; i < 100 && ended === ""; i++) await new Promise((resolve) => setTimeout(resolve, 1));
		expect(ended).toMatch(/^at \d+$/);
		expect(made).toBeLessThan(100);
	});

	it("does not run ahead of a slow reader", async () => {
		const { client } = connect();
		const items = client["count.up"]({ to: 1_000_000 })[Symbol.asyncIterator]();
		await items.next();
		await new Promise((resolve) => setTimeout(resolve, 20));
		expect(made).toBeLessThan(60);
		await items.return?.();
	});

	it("gives a stream's items before its error", async () => {
		const { client } = connect();
		const seen: unknown[] = [];
		try {
			for await (const item of client["count.fail"]({})) seen.push(item);
		} catch (error) {
			seen.push((error as Error).message);
		}
		expect(seen).toEqual([1, "gone"]);
	});

	it("cancels what runs when the caller goes, and fails what is awaited when the callee goes", async () => {
		const first = connect();
		const lost = first.client["wait.cancel"]({});
		const outcome = expect(lost).rejects.toMatchObject({ kind: "unavailable" });
		const before = cancelled;
		await first.client["math.add"]({ a: 1, b: 1 });
		await first.client.close();
		await first.serving;
		await outcome;
		expect(cancelled).toBe(before + 1);
		await expect(first.client["math.add"]({ a: 1, b: 1 })).rejects.toMatchObject({ kind: "unavailable" });
	});

	it("brings a Buffer as the bytes that it is, though it has a toJSON of its own", async () => {
		const frames = encodeFrame({ $ref: "x", data: Buffer.from("layer"), more: [Buffer.from("s")], since: new Date(0) });
		const reader = new ByteReader({ read: async () => frames.shift() ?? null });
		expect(await readFrame(reader)).toEqual({
			$ref: "x",
			data: utf8("layer"),
			more: [utf8("s")],
			since: "1970-01-01T00:00:00.000Z",
		});
	});

	it("brings any JSON with byte arrays through a frame", async () => {
		const value = fc.letrec((tie) => ({
			value: fc.oneof(
				{ maxDepth: 4 },
				fc.string(),
				fc.integer(),
				fc.boolean(),
				fc.constant(null),
				fc.uint8Array(),
				fc.array(tie("value"), { maxLength: 4 }),
				fc.dictionary(
					fc.oneof(
						fc.constant("$bytes"),
						fc.constant("$$x"),
						fc.string().filter((key) => key !== "__proto__"),
					),
					tie("value"),
					{ maxKeys: 4, noNullPrototype: true },
				),
			),
		})).value;
		await fc.assert(
			fc.asyncProperty(value, async (message) => {
				const frames = encodeFrame(message);
				const reader = new ByteReader({ read: async () => frames.shift() ?? null });
				expect(await readFrame(reader)).toEqual(message);
			}),
			{ seed: 42, numRuns: 300 },
		);
	});
});
