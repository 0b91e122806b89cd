// Keeps the last events of a boot and hands them on. Bounded: an old event falls out when a new one does not fit.

import type { EventBody, Layer, TraceEvent, Tracer } from "./event";

export class Recorder implements Tracer {
	private events: TraceEvent[] = [];
	/** System calls are so many that they would push everything else out: they are kept apart. */
	private calls: TraceEvent[] = [];
	private seq = 0;
	private listeners = new Set<(event: TraceEvent) => void>();

	constructor(
		/** Milliseconds since boot. */
		private readonly time: () => number,
		private readonly capacity = 20_000,
	) {}

	emit(layer: Layer, body: EventBody): void {
		// not a spread: of bodies of so many shapes, that takes five times as long
		const event: TraceEvent = Object.assign({ seq: ++this.seq, time: this.time(), layer }, body);
		if (event.type === "syscall") this.calls = bounded(this.calls, event, this.capacity);
		else this.events = bounded(this.events, event, this.capacity);
		for (const listener of this.listeners) listener(event);
	}
	/** The kept events with a number above `seq`, oldest first. */
	since(seq = 0): TraceEvent[] {
		const after = (event: TraceEvent): boolean => event.seq > seq;
		const events = this.events.filter(after);
		const calls = this.calls.filter(after);
		return calls.length === 0 ? events : [...events, ...calls].sort((a, b) => a.seq - b.seq);
	}
	listen(listener: (event: TraceEvent) => void): () => void {
		this.listeners.add(listener);
		return () => this.listeners.delete(listener);
	}
}

/** With the event; when it is a quarter too long, only the last `capacity`. */
function bounded(events: TraceEvent[], event: TraceEvent, capacity: number): TraceEvent[] {
	events.push(event);
	return events.length > capacity * 1.25 ? events.slice(-capacity) : events;
}
