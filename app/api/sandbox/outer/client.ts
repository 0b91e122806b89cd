// A client of the outer daemon, for the few calls that sandboxes need, and of an agent, which is asked in the same way. Both are
// trusted; nothing of a learner's reaches them.

import { type ClientRequest, type IncomingMessage, request as plain, type RequestOptions } from "node:http";
import { request as secure } from "node:https";
import type { Socket } from "node:net";
import type { DaemonAddress } from "./address";

/** The outer daemon said no; `status` is 0 when it could not be reached. */
export class OuterError extends Error {
	override readonly name = "OuterError";
	constructor(
		readonly status: number,
		message: string,
	) {
		super(message);
	}
}

export interface Call {
	method: "GET" | "POST" | "DELETE";
	path: string;
	body?: unknown;
	/** Milliseconds until it is given up. */
	timeout?: number;
}

const TIMEOUT = 30_000;
const ANSWER_LIMIT = 8 * 1024 * 1024;

export class OuterDaemon {
	/** @param who is it that does not answer, in words */
	constructor(
		readonly address: DaemonAddress,
		private readonly who = "the Docker daemon",
	) {}

	/** The answer's JSON, undefined when there is none. @throws OuterError */
	async call<T = unknown>(call: Call): Promise<T> {
		const bytes = call.body === undefined ? undefined : Buffer.from(JSON.stringify(call.body));
		const message = await this.send({ ...call, type: "application/json" }, (request) => request.end(bytes));
		const text = await textOf(message, this.who);
		const status = message.statusCode ?? 0;
		if (status >= 400) throw new OuterError(status, messageIn(text) ?? `${call.method} ${call.path}: ${status}`);
		return (text === "" ? undefined : JSON.parse(text.trim().split("\n").at(-1)!)) as T;
	}

	/** Sends a body that streams, such as an image; answers the text. @throws OuterError */
	async upload(path: string, body: AsyncIterable<Uint8Array>): Promise<string> {
		const message = await this.send({ method: "POST", path, type: "application/x-tar", timeout: 600_000 }, async (request) => {
			try {
				for await (const piece of body) {
					if (request.destroyed) return;
					if (!request.write(piece)) await room(request);
				}
				request.end();
			} catch (error) {
				request.destroy(error as Error);
			}
		});
		const text = await textOf(message, this.who);
		if ((message.statusCode ?? 0) >= 400) throw new OuterError(message.statusCode ?? 0, messageIn(text) ?? text);
		return text;
	}

	/** The raw connection of an exec or an attach. @throws OuterError */
	hijack(path: string, body?: unknown, { upgrade = "tcp", timeout = TIMEOUT } = {}): Promise<{ socket: Socket; head: Buffer }> {
		const bytes = Buffer.from(JSON.stringify(body) ?? "");
		return new Promise((resolve, reject) => {
			const request = this.open({ method: "POST", path, timeout, type: "application/json" }, bytes.length, {
				connection: "Upgrade",
				upgrade,
			});
			request.once("upgrade", (_message, socket, head) => {
				socket.setTimeout(0);
				resolve({ socket: socket as Socket, head });
			});
			request.once("response", (message) => {
				textOf(message, this.who).then(
					(text) => reject(new OuterError(message.statusCode ?? 0, messageIn(text) ?? text)),
					reject,
				);
			});
			request.once("error", (error) => reject(new OuterError(0, error.message)));
			request.end(bytes);
		});
	}

	private send(call: Call & { type: string }, write: (request: ClientRequest) => void): Promise<IncomingMessage> {
		return new Promise((resolve, reject) => {
			const length = call.type === "application/json" ? Buffer.byteLength(JSON.stringify(call.body) ?? "") : undefined;
			const request = this.open(call, length);
			request.once("response", resolve);
			request.once("error", (error) => reject(new OuterError(0, error.message)));
			write(request);
		});
	}

	private open(call: Call & { type: string }, length?: number, headers: Record<string, string> = {}): ClientRequest {
		const { tls, headers: always, ...where } = this.address;
		const options: RequestOptions = {
			...where,
			...tls,
			method: call.method,
			path: call.path,
			// also while it is being connected to
			timeout: call.timeout ?? TIMEOUT,
			headers: {
				"content-type": call.type,
				...(length === undefined ? {} : { "content-length": length }),
				...headers,
				...always,
			},
			agent: false,
		};
		const request = tls ? secure(options) : plain(options);
		request.once("timeout", () => request.destroy(new Error(`${this.who} does not answer`)));
		return request;
	}
}

/** Until more may be written, or never again. */
function room(request: ClientRequest): Promise<void> {
	return new Promise((resolve) => {
		const done = (): void => {
			request.off("drain", done).off("close", done);
			resolve();
		};
		request.once("drain", done).once("close", done);
	});
}

async function textOf(message: IncomingMessage, who: string): Promise<string> {
	const parts: Buffer[] = [];
	let length = 0;
	for await (const part of message) {
		length += (part as Buffer).length;
		if (length > ANSWER_LIMIT) throw new OuterError(0, `${who} answers without end`);
		parts.push(part as Buffer);
	}
	return Buffer.concat(parts).toString();
}

function messageIn(text: string): string | undefined {
	try {
		return (JSON.parse(text) as { message?: string }).message;
	} catch {
		return undefined;
	}
}
