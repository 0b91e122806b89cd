// The gateway for plain HTTP clients: a web Request in, a web Response out, by the same forward() as a stream's requests.

import { MessageBody } from "@/engine/lib/http/body";
import type { Framing } from "@/engine/lib/http/parse";
import { splitTarget } from "@/engine/lib/http/query";
import type { Request as EngineRequest, Headers as Fields, Responder, StreamingResponse } from "@/engine/lib/http/types";
import { ByteReader } from "@/engine/lib/reader";
import { forward, type Target } from "./forward";
import { Refused } from "./vet";

/** @param path path and query of the Engine API, still encoded */
export async function forwardWeb(request: Request, path: string, target: Target): Promise<Response> {
	const asked = await engineRequest(request, path);
	return new Promise((resolve, reject) => {
		const responder = new WebResponder(resolve, request.signal);
		forward(asked, responder, target).then(
			() => responder.finish(),
			(error) => {
				responder.fail(error);
				reject(error);
			},
		);
	});
}

async function engineRequest(request: Request, target: string): Promise<EngineRequest> {
	const headers: Fields = Object.fromEntries(request.headers);
	const reader = request.body?.getReader();
	const unknown = reader !== undefined && headers["content-length"] === undefined;
	// a server gives every POST a stream: whether there is a body is seen when it begins
	let first = unknown ? ((await reader.read()).value ?? null) : undefined;
	const source = {
		read: async () => {
			if (first === undefined) return (await reader?.read())?.value ?? null;
			const bytes = first;
			first = bytes === null ? null : undefined;
			return bytes;
		},
	};
	const framing: Framing = reader && first !== null ? { kind: "close" } : { kind: "none" };
	// a body of unknown length came in chunks, whatever is left of that in the header
	if (unknown && first !== null) headers["transfer-encoding"] = "chunked";
	return {
		...splitTarget(target),
		method: request.method,
		target,
		headers,
		body: new MessageBody(new ByteReader(source), framing),
		id: 0,
	};
}

class WebResponder implements Responder {
	answered = false;
	readonly gone: Promise<void>;
	private writer: WritableStreamDefaultWriter<Uint8Array> | undefined;
	private closed = false;

	constructor(
		private readonly answer: (response: Response) => void,
		signal: AbortSignal,
	) {
		this.gone = new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
	}

	async respond(status: number, headers: Fields = {}, body: Uint8Array | string = ""): Promise<void> {
		this.answered = true;
		this.answer(new Response(body as BodyInit, { status, headers: { ...headers, ...SAFE } }));
	}
	json(status: number, value: unknown, headers: Fields = {}): Promise<void> {
		return this.respond(status, { "content-type": "application/json", ...headers }, `${JSON.stringify(value)}\n`);
	}
	async stream(status: number, headers: Fields = {}): Promise<StreamingResponse> {
		this.answered = true;
		const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
		const writer = writable.getWriter();
		this.writer = writer;
		const gone = new Promise<void>((resolve) => {
			writer.closed.catch(() => resolve());
			void this.gone.then(resolve);
		}).then(() => {
			this.closed = true;
		});
		const bodiless = status === 204 || status === 304;
		this.answer(new Response(bodiless ? null : readable, { status, headers: { ...headers, ...SAFE } }));
		if (bodiless) this.writer = undefined;
		const isClosed = () => this.closed;
		return {
			write: async (bytes) => {
				if (bodiless) return;
				await writer.ready;
				await writer.write(typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes);
			},
			end: async () => {},
			get closed() {
				return isClosed();
			},
			gone,
		};
	}
	async upgrade(): Promise<never> {
		throw new Refused(501, "plain HTTP carries no upgrades: use the route's streams");
	}
	finish(): void {
		this.writer?.close().catch(() => {});
	}
	fail(error: unknown): void {
		this.writer?.abort(error).catch(() => {});
	}
}

/** What a container says must not be drawn or kept by a browser, whatever it is. */
const SAFE = {
	"cache-control": "no-store, no-transform",
	"x-content-type-options": "nosniff",
	"content-security-policy": "sandbox; default-src 'none'",
};
