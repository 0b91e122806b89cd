// The engine's port in a browser's worker: the page's clock and randomness, IndexedDB or memory to store in, fetch.

import type { Clock, Fetch, Gunzip, Port, Storage } from "../../port";
import { siteConnect } from "../sandbox/connect";
import { IndexedDbStorage } from "./storage";
import { MemoryStorage } from "./storage-memory";

/** `kept`: what is stored survives the tab. */
export async function browserPort(options: { kept: boolean }): Promise<Port> {
	const storage: Storage = options.kept ? await IndexedDbStorage.open() : new MemoryStorage();
	const fixed = { clock, fetch: browserFetch, gunzip };
	return { ...fixed, random: (into) => fillRandom(into), storage, turn: makeTurn(), connect: siteConnect() };
}

const gunzip: Gunzip = (source) => {
	const iterator = source[Symbol.asyncIterator]();
	const compressed = new ReadableStream<BufferSource>({
		async pull(controller) {
			const { done, value } = await iterator.next();
			if (done) controller.close();
			else controller.enqueue(value as Uint8Array<ArrayBuffer>);
		},
		cancel: async () => void (await iterator.return?.()),
	});
	return piecesOf(compressed.pipeThrough(new DecompressionStream("gzip")));
};

const clock: Clock = {
	now: () => performance.timeOrigin + performance.now(),
	monotonic: () => performance.now(),
	timer(ms, callback) {
		// A longer delay than 31 bits of milliseconds would fire at once.
		const id = setTimeout(callback, Math.min(ms, 0x7fffffff));
		return { cancel: () => clearTimeout(id) };
	},
};

/** getRandomValues gives at most 65,536 bytes at a time. */
function fillRandom<T extends Uint8Array>(into: T): T {
	for (let at = 0; at < into.length; at += 65_536) {
		crypto.getRandomValues(into.subarray(at, at + 65_536) as Uint8Array<ArrayBuffer>);
	}
	return into;
}

/** A turn of the event loop by a message to ourselves: unlike setTimeout, it is not held back to 4 ms. */
function makeTurn(): () => Promise<void> {
	const channel = new MessageChannel();
	const waiting: Array<() => void> = [];
	channel.port1.onmessage = () => waiting.shift()?.();
	return () =>
		new Promise((resolve) => {
			waiting.push(resolve);
			channel.port2.postMessage(null);
		});
}

const browserFetch: Fetch = async (request) => {
	const controller = new AbortController();
	const { signal } = request;
	if (signal) {
		if (signal.aborted) controller.abort();
		signal.onabort = () => controller.abort();
	}
	const response = await fetch(request.url, {
		method: request.method,
		headers: request.headers,
		body: request.body as Uint8Array<ArrayBuffer> | undefined,
		credentials: "omit",
		cache: "no-store",
		redirect: "follow",
		signal: controller.signal,
	});
	return { status: response.status, headers: Object.fromEntries(response.headers), body: piecesOf(response.body) };
};

async function* piecesOf(stream: ReadableStream<Uint8Array> | null): AsyncIterable<Uint8Array> {
	if (!stream) return;
	const reader = stream.getReader();
	try {
		for (;;) {
			const { done, value } = await reader.read();
			if (done) return;
			yield value;
		}
	} finally {
		// Whoever stops listening early closes what it comes from.
		reader.cancel().catch(() => {});
	}
}
