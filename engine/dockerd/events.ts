// What happened, for `docker events`: kept for a while, handed to all who listen.

import type { EventMessage } from "../api/common";
import type { Sys } from "../sys";

/** As many as moby keeps. */
const KEPT = 256;

export class Events {
	private kept: EventMessage[] = [];
	private readonly listeners = new Set<(event: EventMessage) => void>();

	constructor(private readonly sys: Sys) {}

	emit(type: EventMessage["Type"], action: string, id: string, attributes: Record<string, string>): void {
		const timeNano = this.sys.now();
		const event: EventMessage = {
			Type: type,
			Action: action,
			Actor: { ID: id, Attributes: attributes },
			scope: "local",
			time: Number(timeNano / 1_000_000_000n),
			timeNano: Number(timeNano),
		};
		this.kept.push(event);
		if (this.kept.length > KEPT) this.kept.shift();
		for (const listener of this.listeners) listener(event);
	}

	/** Kept events from `since` on (nanoseconds). */
	past(since: bigint, until?: bigint): EventMessage[] {
		return this.kept.filter(({ timeNano }) => timeNano >= since && (until === undefined || timeNano <= until));
	}
	listen(listener: (event: EventMessage) => void): () => void {
		this.listeners.add(listener);
		return () => this.listeners.delete(listener);
	}
	get listening(): number {
		return this.listeners.size;
	}
}
