// A site that lends a daemon, as small as it can be: the requests of app/api/sandbox/wire.ts over one socket, without sessions' limits.
// It stands in for the site where the client is what is tested; a test says in which state it is.

import { randomUUID } from "node:crypto";
import { request as ask, createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import type { SandboxLimits, SandboxRefusal, SandboxState } from "../../../engine/api/sandbox";
import { Mux } from "../../../engine/lib/mux/mux";
import type { MuxStream } from "../../../engine/lib/mux/stream";

const LIMITS: SandboxLimits = {
	idleSeconds: 300,
	totalSeconds: 1800,
	warningSeconds: 120,
	memoryBytes: 2 ** 29,
	diskBytes: 2 ** 28,
	cpus: 1,
	processes: 512,
	streams: 64,
	bodyBytes: 2 ** 28,
	buildSeconds: 300,
};
export const READY: SandboxState = { state: "ready", left: { idle: 300, total: 1800 }, limits: LIMITS };
export const stateOf = (state: Partial<SandboxState>): SandboxState => ({ ...READY, ...state });

export interface LendingSite {
	/** http://127.0.0.1:PORT */
	address: string;
	/** What is told from now on; a refusal goes with its status. */
	tell(state: SandboxState | { status: number; refusal: SandboxRefusal }): void;
	/** "METHOD path" of the requests but those up, in order. */
	readonly asked: string[];
	/** Streams open now. */
	open(): number;
	/** Cuts every connection, as a server that restarts. */
	cut(reason: string): void;
	/** Requests up that answer 503 before the next that is taken. */
	stumble(times: number): void;
	stop(): Promise<void>;
}

/**
 * @param socketPath the daemon's; where there is none, no stream is carried
 * @param rest the address of a site that answers everything else, so that pages have both from one origin
 */
export async function startLendingSite(socketPath?: string, rest?: string): Promise<LendingSite> {
	let told: SandboxState | { status: number; refusal: SandboxRefusal } = READY;
	let stumbles = 0;
	const asked: string[] = [];
	const links = new Map<string, { mux: Mux; awaited: number }>();
	const json = (response: ServerResponse, status: number, value: unknown): void => {
		response.writeHead(status, { "content-type": "application/json", "set-cookie": "drydock=me; HttpOnly; SameSite=Strict" });
		response.end(JSON.stringify(value));
	};

	function down(response: ServerResponse): void {
		const name = randomUUID();
		const mux = new Mux({
			role: "server",
			send: (bytes) => new Promise((sent) => void (response.write(bytes) ? sent() : response.once("drain", sent))),
			accept: (stream) => socketPath && void join(stream, socketPath),
		});
		links.set(name, { mux, awaited: 0 });
		response.writeHead(200, { "content-type": "application/octet-stream", "x-sandbox-connection": name });
		response.flushHeaders();
		void mux.closed.then(() => {
			links.delete(name);
			response.end();
		});
		response.once("close", () => mux.close("the client is gone"));
	}
	async function up(request: IncomingMessage, response: ServerResponse, query: URLSearchParams): Promise<void> {
		const parts: Buffer[] = [];
		for await (const part of request) parts.push(part as Buffer);
		const link = links.get(query.get("connection") ?? "");
		if (!link) return json(response, 409, { reason: "connection", message: "no such connection" });
		const { awaited } = link;
		if (Number(query.get("sequence")) !== awaited)
			return json(response, 409, { reason: "sequence", message: "out of order", expected: awaited });
		if (stumbles > 0 && stumbles-- % 2 === 0) return void response.destroy();
		link.awaited++;
		link.mux.receive(Buffer.concat(parts));
		// it has arrived, and its answer is lost
		if (stumbles > 0 && stumbles-- > 0) return void response.destroy();
		response.writeHead(204).end();
	}

	const server = createServer((request, response) => {
		const { pathname, searchParams } = new URL(request.url ?? "/", "http://site");
		if (rest !== undefined && !pathname.startsWith("/api/sandbox")) return forward(request, response, rest);
		if (pathname === "/api/sandbox/streams" && request.method === "POST") return void up(request, response, searchParams);
		asked.push(`${request.method} ${pathname}`);
		if (pathname === "/api/sandbox/streams") return down(response);
		if (pathname !== "/api/sandbox") return void response.writeHead(404).end();
		if ("refusal" in told) return json(response, told.status, told.refusal);
		json(response, 200, told);
	});
	await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
	return {
		address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		asked,
		tell: (state) => {
			told = state;
		},
		open: () => [...links.values()].reduce((sum, { mux }) => sum + mux.openStreams, 0),
		cut: (reason) => {
			for (const { mux } of links.values()) mux.close(reason);
		},
		stumble: (times) => {
			stumbles = times;
		},
		stop: async () => {
			for (const { mux } of links.values()) mux.close("the site is switched off");
			server.closeAllConnections();
			await new Promise((done) => server.close(done));
		},
	};
}

function forward(from: IncomingMessage, to: ServerResponse, site: string): void {
	const { method, headers } = from;
	const asked = ask(`${site}${from.url}`, { method, headers }, (answer) => {
		to.writeHead(answer.statusCode ?? 502, answer.headers);
		answer.pipe(to);
	});
	asked.on("error", () => to.destroy());
	from.pipe(asked);
}

/** A stream joined with a connection to the daemon's socket, half-closes included. */
async function join(stream: MuxStream, socketPath: string): Promise<void> {
	const socket = connect({ path: socketPath, allowHalfOpen: true });
	socket.on("error", (error) => void stream.reset(error.message));
	const inward = async (): Promise<void> => {
		for (let bytes = await stream.read(); bytes; bytes = await stream.read())
			if (!socket.write(bytes)) await new Promise((done) => socket.once("drain", done).once("close", done));
		// a stream that was cut has no reader either
		socket.end();
	};
	const outward = async (): Promise<void> => {
		for await (const bytes of socket) await stream.write(bytes as Buffer);
		await stream.closeWrite();
	};
	await Promise.allSettled([inward().catch(() => socket.destroy()), outward().catch(() => socket.destroy())]);
}
