// One request of a learner's, from their stream to the inner daemon and back.

import { keepsAlive, request as send } from "@/engine/lib/http/client";
import { MalformedMessage } from "@/engine/lib/http/parse";
import type { Body, ClientResponse, Request, Responder } from "@/engine/lib/http/types";
import type { Duplex } from "@/engine/lib/stream";
import { REASON_HEADER, type Reason } from "../wire";
import { plausible, vetAnswerHeaders } from "./answer";
import { clampBuild, clampCreate, clampsBody } from "./clamp";
import { headBudget } from "./hostile";
import type { DialPool } from "./pool";
import { Refused, type Vetted, vet } from "./vet";

/** One learner's sandbox, as the gateway needs it. */
export interface Target {
	pool: DialPool;
	/** Most bytes of a body on its way up. */
	bodyBytes: number;
	/** Milliseconds until an answer must have begun, and for a build until it must have ended. */
	answerTime: number;
	buildTime: number;
	/** Every request and every piece of data is use; answers false when the session has had its share of bytes. */
	used(bytes: number): boolean;
}

const CREATE_LIMIT = 1024 * 1024;

/** Never rejects but when the client is gone; every refusal is an answer in Docker's form. */
export async function forward(request: Request, responder: Responder, target: Target): Promise<void> {
	try {
		if (!target.used(0)) throw new Refused(429, "this sandbox has moved as many bytes as it may");
		const vetted = vet(request);
		if (vetted.segments[0] === "containers" && vetted.segments[3] === "ws")
			throw new Refused(501, "attach over WebSocket is not served here");
		await exchange(request, vetted, responder, target);
	} catch (error) {
		if (responder.answered) throw error;
		const { status, reason } = kindOf(error);
		await responder.json(
			status,
			{ message: (error as Error).message || "the sandbox's daemon is gone" },
			// nothing more is read from who does not speak plainly
			{ [REASON_HEADER]: reason, ...(status === 400 ? { connection: "close" } : {}) },
		);
	}
}

const REASONS: ReadonlyMap<number, Reason> = new Map([
	[413, "too-large"],
	[429, "rate-limit"],
]);
function kindOf(error: unknown): { status: number; reason: Reason } {
	if (error instanceof Refused) return { status: error.status, reason: REASONS.get(error.status) ?? "forbidden" };
	if (error instanceof MalformedMessage) return { status: error.status === 502 ? 502 : 400, reason: "bad-request" };
	return { status: 502, reason: "lost" };
}

async function exchange(request: Request, vetted: Vetted, responder: Responder, target: Target): Promise<void> {
	const body = await bodyOf(request, vetted, target);
	const build = vetted.segments[0] === "build" && vetted.method === "POST";
	const hijack = vetted.upgrade === undefined && isHijack(vetted) && !body.detached;
	const { dial, answer, guard } = await ask(vetted, body, hijack, target);
	const late = build ? setTimeout(() => void dial.close(), target.buildTime) : undefined;
	let reusable = false;
	try {
		if (!plausible(answer.status)) throw new MalformedMessage(502, `the daemon answered with status ${answer.status}`);
		guard.done();
		if (answer.upgraded) await splice(answer, vetted, responder, target);
		else reusable = await pass(answer, dial, vetted, responder, target);
	} finally {
		clearTimeout(late);
		target.pool.give(dial, reusable);
	}
}

/** Attach and exec take the connection over even when the client asks for no upgrade, as old ones do. */
const isHijack = ({ method, segments }: Vetted): boolean =>
	method === "POST" &&
	((segments[0] === "containers" && segments[2] === "attach") || (segments[0] === "exec" && segments[2] === "start"));

interface Sent {
	content?: Uint8Array | AsyncIterable<Uint8Array>;
	/** Content-Length, where it is known before. */
	length?: string;
	/** An exec that nobody is attached to: its answer is an ordinary one. */
	detached?: boolean;
}

/** The body as it goes on. */
async function bodyOf(request: Request, vetted: Vetted, target: Target): Promise<Sent> {
	const length = request.headers["content-length"];
	const none = (length === undefined && request.headers["transfer-encoding"] === undefined) || length === "0";
	if (none) return {};
	if (vetted.method === "GET" || vetted.method === "HEAD") throw new Refused(400, `${vetted.method} has no body`);
	if (Number(length) > target.bodyBytes) throw new Refused(413, `a body is at most ${target.bodyBytes} bytes here`);
	if (clampsBody(vetted)) return { content: new TextEncoder().encode(clampCreate(await request.body.text(CREATE_LIMIT))) };
	if (isHijack(vetted)) {
		const content = await request.body.text(CREATE_LIMIT);
		return { content: new TextEncoder().encode(content), detached: /"detach"\s*:\s*true/i.test(content) };
	}
	return { content: capped(request.body, target), length };
}

async function* capped(body: Body, target: Target): AsyncGenerator<Uint8Array> {
	let length = 0;
	for await (const piece of body) {
		length += piece.length;
		if (length > target.bodyBytes || !target.used(piece.length))
			throw new Refused(413, `a body is at most ${target.bodyBytes} bytes here`);
		yield piece;
	}
}

type Asked = { dial: Duplex; answer: ClientResponse; guard: ReturnType<typeof headBudget> };

/** A kept connection may have died: then a request without a body is asked once more on a new one. */
async function ask(vetted: Vetted, body: Sent, hijack: boolean, target: Target): Promise<Asked> {
	const headers = { ...vetted.headers, ...(body.length === undefined ? {} : { "content-length": body.length }) };
	for (let again = false; ; again = true) {
		const { dial, used } = await target.pool.take(again);
		const guard = headBudget(dial, target.answerTime);
		try {
			const message = { method: vetted.method, target: clampBuild(vetted), headers, body: body.content };
			return { dial, guard, answer: await send(guard.stream, message, { hijack }) };
		} catch (error) {
			guard.done();
			target.pool.give(dial, false);
			if (!used || again || body.content || error instanceof MalformedMessage) throw error;
		}
	}
}

/** Both ways until both have ended. */
async function splice(answer: ClientResponse, vetted: Vetted, responder: Responder, target: Target): Promise<void> {
	const inner = answer.upgraded!;
	const outer = await responder.upgrade(vetted.upgrade ?? "tcp", vetAnswerHeaders(answer.headers));
	const carry = async (from: Duplex, to: Duplex): Promise<void> => {
		for (let bytes = await from.read(); bytes !== null; bytes = await from.read()) {
			if (!target.used(bytes.length)) throw new Error("this sandbox has moved as many bytes as it may");
			await to.write(bytes);
		}
		await to.closeWrite();
	};
	// When the daemon has said all, the connection is over; a client that has said all still reads.
	const up = carry(outer, inner).catch(() => inner.close());
	await carry(inner, outer).catch(() => {});
	await Promise.all([inner.close(), outer.close()]);
	await up;
}

/** @returns whether the connection to the daemon can be used again */
async function pass(
	answer: ClientResponse,
	dial: Duplex,
	vetted: Vetted,
	responder: Responder,
	target: Target,
): Promise<boolean> {
	const headers = vetAnswerHeaders(answer.headers);
	const length = answer.headers["content-length"];
	const known = length !== undefined && /^\d{1,15}$/.test(length) && answer.headers["transfer-encoding"] === undefined;
	if (known && vetted.method !== "HEAD" && answer.status !== 304) headers["content-length"] = length;
	const out = await responder.stream(answer.status, headers);
	// the connection to the daemon closes with the client's: `docker logs -f` must not go on for nobody
	let finished = false;
	void out.gone.then(() => {
		if (!finished) void dial.close();
	});
	for await (const bytes of answer.body) {
		if (out.closed) return false;
		if (!target.used(bytes.length)) throw new Error("this sandbox has moved as many bytes as it may");
		await out.write(bytes);
	}
	finished = true;
	await out.end();
	return keepsAlive(answer);
}
