// The same seed gives the same trace: twice in Node, and in Chromium. Another seed gives another.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { siteRegistry } from "../../../engine/host/node/site-registry";
import { collect } from "../../../engine/lib/bytes";
import type { FetchRequest, FetchResponse } from "../../../engine/port";
import { type Material, ORIGIN, once, type Replies, replyKey, session, type Trace } from "./session";

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const LONG = process.env.DRYDOCK_LONG === "1";
const SEED = 7;
const root = join(import.meta.dirname, "../../..");
const assets = join(root, "public/engine");
const replies: Replies = {};

function material(): Material {
	const tools = join(assets, "tools");
	const files = readdirSync(tools).map((name) => [name.replace(".gz", ""), new Uint8Array(readFileSync(join(tools, name)))]);
	return {
		interpreter: new WebAssembly.Module(readFileSync(join(assets, "interpreter.wasm"))) as never,
		system: readFileSync(join(assets, "system.tar.gz")),
		files: Object.fromEntries(files),
		replies,
	};
}

/** Asks the site's registry, and notes its answers. */
const registry = siteRegistry(join(root, ".drydock/registry"));
async function recording(request: FetchRequest): Promise<FetchResponse> {
	if (!request.url.startsWith(ORIGIN)) throw new Error(`dial tcp: lookup ${new URL(request.url).host}: no such host`);
	const { status, headers, body } = await registry(request);
	const bytes = await collect(body);
	replies[replyKey(request)] = { status, headers, body: Buffer.from(bytes).toString("base64") };
	return { status, headers, body: once(bytes) };
}

describe("a seed and what is done with the machine", () => {
	let first: Trace;
	beforeAll(async () => {
		await session(SEED, material(), recording);
		first = await session(SEED, material());
	}, 240_000);

	it("give the same trace again", { timeout: 120_000 }, async () => {
		expect(first.outputs.every((output) => output.startsWith("0\n"))).toBe(true);
		expect(first.events).toBeGreaterThan(1000);
		expect(first.left).toBe(0);
		expect(await session(SEED, material())).toEqual(first);
	});

	// The translator alone, or by chance, translates everything that is executed: that is for long runs.
	for (const tier of LONG ? (["interpreter", "translator", "random"] as const) : (["interpreter"] as const))
		it(`give the same trace with the processor's tier "${tier}"`, { timeout: LONG ? 1_200_000 : 240_000 }, async () => {
			expect(await session(SEED, material(), undefined, tier)).toEqual(first);
		});

	it("give another trace with another seed", { timeout: 120_000 }, async () => {
		expect((await session(SEED + 1, material())).hashes).not.toEqual(first.hashes);
	});

	it.runIf(existsSync(CHROMIUM))("give the same trace in Chromium", { timeout: 240_000 }, async () => {
		const server = await serve();
		const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--headless", "--no-sandbox", "--disable-gpu"] });
		try {
			const page = await browser.newPage();
			await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
			const trace = await page.evaluate(
				(seed) => (globalThis as unknown as { traced: (n: number) => Promise<Trace> }).traced(seed),
				SEED,
			);
			expect(trace).toEqual(first);
		} finally {
			await browser.close();
			server.close();
		}
	});
});

/** A page that has the engine and all that it needs. */
async function serve(): Promise<Server> {
	const { outputFiles } = await build({
		entryPoints: [join(import.meta.dirname, "page.ts")],
		bundle: true,
		write: false,
		format: "esm",
		target: "es2022",
	});
	const { files, ...rest } = material();
	const pages: Record<string, [type: string, content: string | Uint8Array]> = {
		"/": ["text/html", '<!doctype html><meta charset="utf-8"><script type="module" src="/page.js"></script>'],
		"/page.js": ["text/javascript", outputFiles[0]!.contents],
		"/interpreter.wasm": ["application/wasm", readFileSync(join(assets, "interpreter.wasm"))],
		"/system": ["application/octet-stream", rest.system],
		"/replies": ["application/json", JSON.stringify(replies)],
		"/files": ["application/json", JSON.stringify(Object.keys(files))],
	};
	for (const [digest, content] of Object.entries(files)) pages[`/files/${digest}`] = ["application/octet-stream", content];
	const server = createServer((request, response) => {
		const found = pages[request.url!];
		response.writeHead(found ? 200 : 404, { "content-type": found?.[0] ?? "text/plain" });
		response.end(found?.[1]);
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	return server;
}
