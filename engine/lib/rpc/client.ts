// The caller's end of lib/rpc: a table of methods that one calls like functions.

import { EngineError, messageOf, unavailable } from "../errors";
import { ByteReader } from "../reader";
import type { Duplex } from "../stream";
import { readFrame } from "./frame";
import { type ToCallee, type ToCaller, WINDOW } from "./message";
import { orderedSender } from "./serve";
import type { Client, MethodTable } from "./types";

type Connection = { close(): Promise<void>; closed: Promise<void> };

/** Calls fail with EngineError unavailable when the connection is lost. */
export function connectRpc<T extends MethodTable>(stream: Duplex): Client<T> & Connection {
	const calls = new Map<number, PendingCall>();
	const send = orderedSender<ToCallee>(stream);
	let count = 0;
	let lost: EngineError | undefined;

	const closed = receive(stream, calls).then((reason) => {
		lost = reason;
		for (const call of calls.values()) call.fail(reason);
		calls.clear();
	});
	const start = (method: string, request: unknown): unknown => {
		const id = ++count;
		const call = new PendingCall((message) => send({ id, ...message }).catch(() => {}));
		if (lost) call.fail(lost);
		else {
			calls.set(id, call);
			send({ id, type: "call", method, request: request ?? {} }).catch((error: unknown) => {
				calls.delete(id);
				call.fail(unavailable(messageOf(error)));
			});
		}
		return Object.assign(call.promise, {
			cancel: () => call.cancel(),
			[Symbol.asyncIterator]: () => call.iterate(),
		});
	};
	const own: Record<string, unknown> = { close: () => stream.close(), closed };
	return new Proxy(own, {
		// without `then`, or awaiting the client would call a method of that name
		get: (target, name) =>
			typeof name !== "string" || name === "then" ? undefined : (target[name] ?? ((request: unknown) => start(name, request))),
	}) as Client<T> & Connection;
}

async function receive(stream: Duplex, calls: Map<number, PendingCall>): Promise<EngineError> {
	const reader = new ByteReader(stream);
	try {
		for (;;) {
			const message = (await readFrame(reader)) as ToCaller | null;
			if (message === null) return unavailable("connection closed");
			const call = calls.get(message.id);
			if (message.type !== "item") calls.delete(message.id);
			call?.take(message);
		}
	} catch (error) {
		return unavailable(`connection lost: ${messageOf(error)}`);
	}
}

/** One call under way. It is a promise of one value and a stream of items; the callee decides which of them comes true. */
class PendingCall {
	readonly promise: Promise<unknown>;
	private settle!: { resolve(value: unknown): void; reject(error: unknown): void };
	private readonly items: unknown[] = [];
	private taken = 0;
	private finished = false;
	private failure: unknown;
	private wake: () => void = () => {};

	constructor(private readonly send: (message: { type: "cancel" } | { type: "credit"; count: number }) => void) {
		this.promise = new Promise((resolve, reject) => {
			this.settle = { resolve, reject };
		});
		// who iterates sees the failure there
		this.promise.catch(() => {});
	}

	take(message: ToCaller): void {
		if (message.type === "item") this.items.push(message.value);
		else if (message.type === "error") this.fail(EngineError.fromJSON(message.error));
		else {
			this.finished = true;
			this.settle.resolve(message.type === "value" ? message.value : undefined);
		}
		this.wake();
	}
	fail(error: unknown): void {
		if (this.finished) return;
		this.finished = true;
		this.failure = error;
		this.settle.reject(error);
		this.wake();
	}
	cancel(): void {
		if (this.finished) return;
		this.send({ type: "cancel" });
		this.fail(new EngineError("cancelled", "context canceled"));
	}

	async *iterate(): AsyncGenerator<unknown> {
		try {
			for (;;) {
				while (this.items.length > 0) {
					yield this.items.shift();
					this.repay();
				}
				if (this.failure !== undefined) throw this.failure;
				if (this.finished) return;
				await new Promise<void>((resolve) => {
					this.wake = resolve;
				});
			}
		} finally {
			this.cancel();
		}
	}
	private repay(): void {
		this.taken++;
		if (this.taken < WINDOW / 2 || this.finished) return;
		this.send({ type: "credit", count: this.taken });
		this.taken = 0;
	}
}
