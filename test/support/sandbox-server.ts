// The sandbox's route on a port of its own, as Next would serve it; and a client of it that keeps its cookie.

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as listenUnix } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { SandboxRoute } from "../../app/api/sandbox/serve";
import { CONNECTION_HEADER, type State } from "../../app/api/sandbox/wire";
import { hostStream } from "../../engine/host/node/listen";
import { Mux } from "../../engine/lib/mux/mux";

export interface SandboxServer {
	address: string;
	/** Cuts every connection, as a proxy that is started anew. */
	cut(): void;
	close(): Promise<void>;
}

export async function serveSandbox(route: SandboxRoute, port = 0, host = "127.0.0.1"): Promise<SandboxServer> {
	const server = createServer((incoming, outgoing) => {
		answer(route, incoming, outgoing).catch((error: Error) => {
			if (!outgoing.headersSent) outgoing.writeHead(500).end(error.stack);
			else outgoing.destroy();
		});
	});
	await new Promise<void>((resolve) => server.listen(port, host, resolve));
	const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	const close = () =>
		new Promise<void>((resolve) => {
			server.close(() => resolve());
			server.closeAllConnections();
		});
	return { address, cut: () => server.closeAllConnections(), close };
}

async function answer(route: SandboxRoute, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
	const gone = new AbortController();
	outgoing.on("close", () => gone.abort());
	const headers = new Headers();
	for (const [name, value] of Object.entries(incoming.headers)) headers.set(name, String(value));
	if (!headers.has("x-forwarded-for")) headers.set("x-forwarded-for", incoming.socket.remoteAddress ?? "");
	const bodied = incoming.method !== "GET" && incoming.method !== "HEAD";
	const init = {
		method: incoming.method,
		headers,
		signal: gone.signal,
		...(bodied ? { body: Readable.toWeb(incoming), duplex: "half" } : {}),
	};
	const request = new Request(`http://${incoming.headers.host}${incoming.url}`, init as RequestInit);
	const response = await handlerOf(route, request)(request);
	const cookies = response.headers.getSetCookie();
	if (cookies.length > 0) outgoing.setHeader("set-cookie", cookies);
	outgoing.writeHead(response.status, Object.fromEntries([...response.headers].filter(([name]) => name !== "set-cookie")));
	outgoing.flushHeaders();
	if (response.body) await pipeline(Readable.fromWeb(response.body as never), outgoing);
	else outgoing.end();
}

function handlerOf(route: SandboxRoute, { method, url }: Request): (request: Request) => Promise<Response> {
	const { pathname } = new URL(url);
	if (pathname.startsWith("/api/sandbox/engine/")) return (request) => route.engine(request);
	if (pathname === "/api/sandbox/streams")
		return method === "GET" ? (request) => route.connect(request) : (request) => route.receive(request);
	if (method === "POST") return (request) => route.create(request);
	return method === "DELETE" ? (request) => route.remove(request) : (request) => route.state(request);
}

export class SandboxClient {
	cookie: string | undefined;
	constructor(
		public address: string,
		private readonly headers: Record<string, string> = {},
	) {}

	async fetch(method: string, path: string, init: RequestInit = {}): Promise<Response> {
		const headers = {
			...this.headers,
			...(this.cookie ? { cookie: this.cookie } : {}),
			...(init.headers as Record<string, string>),
		};
		const response = await fetch(`${this.address}/api/sandbox${path}`, { ...init, method, headers });
		const set = response.headers.getSetCookie()[0];
		if (set) this.cookie = set.split(";")[0];
		return response;
	}

	state(): Promise<State> {
		return this.fetch("GET", "").then((response) => response.json() as Promise<State>);
	}

	/** Asks for a sandbox and waits until it is ready. @throws Error when it is refused or not ready in time */
	async begin(milliseconds = 60_000): Promise<void> {
		const created = await this.fetch("POST", "");
		const first = (await created.json()) as State;
		if (created.status >= 300) throw new Error(JSON.stringify(first));
		for (const began = Date.now(); Date.now() - began < milliseconds; await new Promise((resolve) => setTimeout(resolve, 100))) {
			const { state } = await this.state();
			if (state === "ready") return;
			if (state === "ended") throw new Error("the sandbox ended before it was ready");
		}
		throw new Error("the sandbox is not ready in time");
	}

	/** @param up another web process of the site, to which the POSTs go */
	async connect(up: SandboxClient = this): Promise<{ mux: Mux; close(): void }> {
		const gone = new AbortController();
		const response = await this.fetch("GET", "/streams", { signal: gone.signal });
		const connection = response.headers.get(CONNECTION_HEADER);
		if (!connection || !response.body) throw new Error(`no streams: ${response.status} ${await response.text()}`);
		let sequence = 0;
		const mux = new Mux({
			role: "client",
			send: async (bytes) => {
				const sent = await up.fetch("POST", `/streams?connection=${connection}&sequence=${sequence++}`, {
					body: bytes as BodyInit,
					headers: { "content-type": "application/octet-stream" },
				});
				if (sent.status !== 204) throw new Error(`${sent.status} ${await sent.text()}`);
			},
		});
		const body = Readable.fromWeb(response.body as never);
		void (async () => {
			try {
				for await (const bytes of body) mux.receive(bytes as Uint8Array);
				mux.close("the connection ended");
			} catch (error) {
				mux.close((error as Error).message);
			}
		})();
		return {
			mux,
			close: () => {
				mux.close("closed");
				gone.abort();
			},
		};
	}
}

/** A socket on which real Docker clients reach the sandbox: each connection is a stream. */
export async function dockerSocket(mux: Mux, path: string): Promise<() => Promise<void>> {
	const server = listenUnix({ allowHalfOpen: true }, (socket) => {
		const near = hostStream(socket);
		const far = mux.open();
		const up = (async () => {
			for (let bytes = await near.read(); bytes !== null; bytes = await near.read()) await far.write(bytes);
			await far.closeWrite();
		})();
		const down = (async () => {
			for (let bytes = await far.read(); bytes !== null; bytes = await far.read()) await near.write(bytes);
			near.end();
		})();
		Promise.all([up, down]).catch(() => {
			near.destroy();
			void far.close();
		});
	});
	await new Promise<void>((resolve) => server.listen(path, resolve));
	return () => new Promise((resolve) => server.close(() => resolve()));
}
