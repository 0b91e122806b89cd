// The callee's end of lib/rpc: runs handlers, many at a time, and sends what they answer.

import { messageOf, notImplemented } from "../errors";
import { ByteReader } from "../reader";
import type { Duplex } from "../stream";
import { encodeFrame, readFrame } from "./frame";
import { type ToCallee, type ToCaller, toWire, WINDOW } from "./message";
import type { Call, Handlers, MethodTable } from "./types";

/** Serves until the other end closes; calls still running are cancelled then. Never rejects. */
export async function serveRpc<T extends MethodTable>(stream: Duplex, handlers: Handlers<T>): Promise<void> {
	const reader = new ByteReader(stream);
	const running = new Map<number, RunningCall>();
	const send = orderedSender(stream);
	try {
		for (;;) {
			const message = (await readFrame(reader)) as ToCallee | null;
			if (message === null) break;
			if (message.type === "call") {
				const call = new RunningCall();
				running.set(message.id, call);
				const answering = answer(handlers, message.method, message.request, message.id, call, send);
				// an answer that cannot be sent means that the caller is gone, which the read loop sees too
				answering.catch(() => {}).finally(() => running.delete(message.id));
			} else if (message.type === "credit") running.get(message.id)?.grant(message.count);
			else running.get(message.id)?.cancel();
		}
	} catch {
		// a broken stream ends like a closed one
	}
	for (const call of running.values()) call.cancel();
	await stream.close().catch(() => {});
}

async function answer<T extends MethodTable>(
	handlers: Handlers<T>,
	method: string,
	request: unknown,
	id: number,
	call: RunningCall,
	send: (message: ToCaller) => Promise<void>,
): Promise<void> {
	try {
		if (!Object.hasOwn(handlers, method)) throw notImplemented(`unknown method ${method}`);
		const result = (handlers[method] as (request: unknown, call: Call) => unknown)(request, call);
		if (isIterable(result)) {
			await sendItems(result, id, call, send);
			await send({ id, type: "end" });
		} else await send({ id, type: "value", value: await result });
	} catch (error) {
		await send({ id, type: "error", error: toWire(error) });
	}
}

async function sendItems(
	items: AsyncIterable<unknown>,
	id: number,
	call: RunningCall,
	send: (message: ToCaller) => Promise<void>,
): Promise<void> {
	for await (const value of items) {
		if (!(await call.spend())) return;
		await send({ id, type: "item", value });
	}
}

const isIterable = (value: unknown): value is AsyncIterable<unknown> =>
	typeof value === "object" && value !== null && Symbol.asyncIterator in value;

/** Writes whole frames, in the order of the calls. */
export function orderedSender<M>(stream: Duplex): (message: M) => Promise<void> {
	let last: Promise<void> = Promise.resolve();
	return (message) => {
		const frame = encodeFrame(message);
		last = last.then(async () => void (await Promise.all(frame.map((piece) => stream.write(piece)))));
		last.catch(() => {});
		return last;
	};
}

class RunningCall implements Call {
	cancelled = false;
	private credit = WINDOW;
	private wake: () => void = () => {};
	private readonly listeners: Array<() => void> = [];

	onCancel(callback: () => void): void {
		if (this.cancelled) callback();
		else this.listeners.push(callback);
	}
	cancel(): void {
		if (this.cancelled) return;
		this.cancelled = true;
		for (const listener of this.listeners) {
			try {
				listener();
			} catch (error) {
				console.error(`rpc: a cancel listener failed: ${messageOf(error)}`);
			}
		}
		this.wake();
	}
	grant(count: number): void {
		this.credit += count;
		this.wake();
	}
	/** Waits until one more item may be sent; false when the call was cancelled. */
	async spend(): Promise<boolean> {
		while (this.credit === 0 && !this.cancelled) {
			await new Promise<void>((resolve) => {
				this.wake = resolve;
			});
		}
		this.credit--;
		return !this.cancelled;
	}
}
