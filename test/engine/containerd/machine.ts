// containerd over a file system in memory, and a network that has one registry and accidents.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ContainerdApi, PullProgress } from "../../../engine/containerd/api";
import { openService } from "../../../engine/containerd/service";
import { collect } from "../../../engine/lib/bytes";
import { splitTarget } from "../../../engine/lib/http/query";
import { connectRpc } from "../../../engine/lib/rpc/client";
import { serveRpc } from "../../../engine/lib/rpc/serve";
import type { Fetch, FetchRequest, FetchResponse } from "../../../engine/port";
import { registryHandler } from "../../../engine/registry/handle";
import { RegistryStore } from "../../../engine/registry/store/store";
import { Recorder } from "../../../engine/trace/recorder";
import { pair } from "../lib/pair";
import { memorySys } from "../oci/sys";
import { nodeFiles, random } from "../registry/node-files";

export function network() {
	const root = mkdtempSync(join(tmpdir(), "net-"));
	const store = new RegistryStore(nodeFiles(root), Date.now);
	const handle = registryHandler(store, { random, libraryNames: true });
	const seen: FetchRequest[] = [];
	/** Runs before the registry; what it answers is the answer. */
	const accidents: Array<(request: FetchRequest) => FetchResponse | undefined> = [];
	/** Changes a body on its way. */
	let line = (_request: FetchRequest, body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> => body;
	async function* bytes(body?: Uint8Array) {
		if (body) yield body;
	}
	const fetch: Fetch = async (request) => {
		seen.push(request);
		for (const accident of accidents) {
			const answer = accident(request);
			if (answer) return answer;
		}
		const target = request.url.replace(/^https?:\/\/[^/]+/, "");
		const { status, headers, body } = await handle({
			method: request.method,
			headers: request.headers,
			body: bytes(request.body),
			...splitTarget(target),
		});
		return { status, headers, body: line(request, body instanceof Uint8Array ? bytes(body) : (body ?? bytes())) };
	};
	return {
		store,
		seen,
		accidents,
		fetch,
		set line(change: typeof line) {
			line = change;
		},
		blobs: () => seen.filter(({ method, url }) => method === "GET" && url.includes("/blobs/")),
		remove: () => rmSync(root, { recursive: true, force: true }),
	};
}

/** Timers fire at once, and are noted. */
export function impatientClock() {
	const waited: number[] = [];
	const clock = {
		now: () => 0,
		monotonic: () => 0,
		timer(ms: number, callback: () => void) {
			waited.push(ms);
			queueMicrotask(callback);
			return { cancel() {} };
		},
	};
	return { clock, waited };
}

export async function machine(options: { fetch?: Fetch; sys?: ReturnType<typeof memorySys>; size?: number } = {}) {
	const sys = options.sys ?? memorySys({ size: options.size });
	const recorder = new Recorder(() => 0);
	const { clock, waited } = impatientClock();
	const fetch: Fetch =
		options.fetch ??
		(async () => {
			throw new Error("no network");
		});
	const handlers = await openService(sys, {
		trace: recorder,
		port: { fetch, clock },
		registries: { "docker.io": "https://site.test" },
	});
	const [here, there] = pair();
	const serving = serveRpc(there, handlers);
	const client = connectRpc<ContainerdApi>(here);
	return { sys, client, recorder, waited, close: () => client.close().then(() => serving) };
}
export type Client = Awaited<ReturnType<typeof machine>>["client"];

export async function pull(client: Client, reference: string, more: object = {}): Promise<PullProgress[]> {
	const out: PullProgress[] = [];
	for await (const progress of client["transfer.pull"]({ reference, unpack: true, ...more })) out.push(progress);
	return out;
}
export async function put(client: Client, data: Uint8Array): Promise<string> {
	const ref = `test-${Math.random()}`;
	await client["content.begin"]({ ref });
	await client["content.write"]({ ref, offset: 0, data });
	return (await client["content.commit"]({ ref })).digest;
}
export const read = async (client: Client, digest: string): Promise<Uint8Array> =>
	collect(
		(async function* () {
			for await (const { data } of client["content.read"]({ digest })) yield data;
		})(),
	);
