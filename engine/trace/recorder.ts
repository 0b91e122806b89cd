// Keeps the last events of a boot and hands them on. Bounded: an old event falls out when a new one does not fit.

import type { EventBody, Layer, TraceEvent, Tracer } from "./event";

export class Recorder implements Tracer {
	private events: TraceEvent[] = [];
	private seq = 0;
	private listeners = new Set<(event: TraceEvent) => void>();

	constructor(
		/** Milliseconds since boot. */
		private readonly time: () => number,
		private readonly capacity = 20_000,
	) {}

	emit(layer: Layer, body: EventBody): void {
		const event: TraceEvent = { ...body, seq: ++this.seq, time: this.time(), layer };
		this.events.push(event);
		if (this.events.length > this.capacity * 1.25) this.events = this.events.slice(-this.capacity);
		for (const listener of this.listeners) listener(event);
	}
	/** The kept events with a number above `seq`, oldest first. */
	since(seq = 0): TraceEvent[] {
		return this.events.filter((event) => event.seq > seq);
	}
	listen(listener: (event: TraceEvent) => void): () => void {
		this.listeners.add(listener);
		return () => this.listeners.delete(listener);
	}
}
