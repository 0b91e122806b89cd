// What goes over a connection to a daemon elsewhere, told to the trace as a daemon of this host tells its own (dockerd/router). It reads
// along and is never in the way: of what it does not understand, or what becomes a stream, it hears no more.

import { MessageBody } from "../lib/http/body";
import {
	type Framing,
	type ResponseHead,
	readRequestHead,
	readResponseHead,
	requestFraming,
	responseFraming,
} from "../lib/http/parse";
import type { Headers } from "../lib/http/types";
import { ByteReader, type ByteSource } from "../lib/reader";
import type { HostStream } from "../port";
import type { EventBody } from "../trace/event";

/** Bodies up to so many bytes are told, JSON alone. */
const TOLD_BODY = 64 * 1024;

/** @param tell is given the requests, answers and upgrades; @param number counts the daemon's requests */
export function overheard(stream: HostStream, tell: (event: EventBody) => void, number: () => number): HostStream {
	const [asked, answered] = [new Heard(), new Heard()];
	const stop = (): void => {
		asked.stop();
		answered.stop();
	};
	void listen(new ByteReader(asked), new ByteReader(answered), tell, number).then(stop, stop);
	return {
		async read() {
			const bytes = await stream.read();
			answered.push(bytes);
			return bytes;
		},
		write(bytes) {
			asked.push(bytes);
			return stream.write(bytes);
		},
		end() {
			asked.push(null);
			stream.end();
		},
		destroy() {
			stop();
			stream.destroy();
		},
	};
}

async function listen(
	asked: ByteReader,
	answered: ByteReader,
	tell: (event: EventBody) => void,
	number: () => number,
): Promise<void> {
	for (let head = await readRequestHead(asked); head; head = await readRequestHead(asked)) {
		const { method, target, headers } = head;
		const id = number();
		const framing = requestFraming(headers);
		const sent = new MessageBody(asked, framing);
		const body = isTold(headers, framing) ? await sent.text() : undefined;
		const client = headers["user-agent"];
		tell({ type: "http.request", id, method, path: target, ...(client ? { client } : {}), ...(body ? { body } : {}) });
		// an answer may begin while a long body is still being sent
		const all = sent.drain(Number.POSITIVE_INFINITY).catch(() => false);
		const answer = await finalHead(answered);
		if (!answer) return;
		if (answer.status === 101) return tell({ type: "http.upgrade", id, protocol: answer.headers.upgrade ?? "" });
		await listenToAnswer(answered, answer, method, (bytes, text) =>
			tell({ type: "http.response", id, status: answer.status, bytes, ...(text === undefined ? {} : { body: text }) }),
		);
		await all;
	}
}

async function listenToAnswer(
	answered: ByteReader,
	answer: ResponseHead,
	method: string,
	tell: (bytes: number, body?: string) => void,
): Promise<void> {
	const framing = responseFraming(answer, method);
	const body = new MessageBody(answered, framing);
	if (isTold(answer.headers, framing)) tell(lengthOf(framing), await body.text());
	else tell(lengthOf(framing));
	await body.drain(Number.POSITIVE_INFINITY);
}

const lengthOf = (framing: Framing): number => (framing.kind === "length" ? framing.length : 0);
const isTold = (headers: Headers, framing: Framing): boolean =>
	framing.kind === "length" && framing.length <= TOLD_BODY && (headers["content-type"]?.startsWith("application/json") ?? false);

async function finalHead(reader: ByteReader): Promise<ResponseHead | null> {
	for (;;) {
		const head = await readResponseHead(reader);
		if (head === null || head.status >= 200 || head.status === 101) return head;
	}
}

/** What went by in one direction, for who reads along. */
class Heard implements ByteSource {
	private readonly pieces: Array<Uint8Array | null> = [];
	private waiting: ((bytes: Uint8Array | null) => void) | undefined;
	private stopped = false;

	/** @param bytes null at the end */
	push(bytes: Uint8Array | null): void {
		if (this.stopped) return;
		const { waiting } = this;
		this.waiting = undefined;
		if (waiting) waiting(bytes);
		else this.pieces.push(bytes);
	}
	stop(): void {
		this.push(null);
		this.stopped = true;
		this.pieces.length = 0;
	}
	read(): Promise<Uint8Array | null> {
		const next = this.pieces.shift();
		if (next !== undefined) return Promise.resolve(next);
		if (this.stopped) return Promise.resolve(null);
		return new Promise((resolve) => {
			this.waiting = resolve;
		});
	}
}
