// What the steps of one build share, and a step as something that is done once, when somebody needs its result.

import { EngineError } from "../../lib/errors";
import { type Lines, locate } from "../convert/located";
import type { Layers } from "../export/image";
import type { Progress, Vertex } from "../progress";
import type { BuildBackend, RunSettings } from "../types";

export interface Solver {
	readonly backend: BuildBackend;
	readonly progress: Progress;
	/** Seconds since 1970, for SOURCE_DATE_EPOCH. */
	readonly epoch?: number;
	readonly run: RunSettings;
	/** Keys of the layers that this build's steps made or found, by chain id: for the inline cache. */
	readonly keys: Map<string, string>;
	readonly cancellation: Cancellation;
}

/** A root file system that a step makes of others. */
export abstract class Op {
	private solving: Promise<Layers> | undefined;
	/** In the Dockerfile, for errors. */
	place?: Lines;

	constructor(
		protected readonly solver: Solver,
		/** An empty root file system has none. */
		readonly vertex?: Vertex,
	) {}

	result(): Promise<Layers> {
		if (!this.solving) {
			this.solving = this.attempt();
			this.solver.cancellation.track(this.solving);
			// several may wait for it, or nobody yet
			this.solving.catch(() => {});
		}
		return this.solving;
	}
	private async attempt(): Promise<Layers> {
		try {
			this.solver.cancellation.check();
			return await this.solve();
		} catch (error) {
			throw this.place ? locate(error, this.place) : error;
		}
	}
	protected abstract solve(): Promise<Layers>;
}

export const iso = (nanoseconds: bigint): string => new Date(Number(nanoseconds / 1_000_000n)).toISOString();
export const epochTime = (seconds: number | undefined): string | undefined =>
	seconds === undefined ? undefined : new Date(seconds * 1000).toISOString().replace(/\.000Z$/, "Z");

/** A build that has failed, or that nobody waits for any more, ends: what runs is stopped, what has not begun does not begin. */
export class Cancellation {
	private cancelled = false;
	private readonly actions = new Set<() => void>();
	private readonly works = new Set<Promise<unknown>>();

	/** Work that is to have ended before the build has. */
	track(work: Promise<unknown>): void {
		this.works.add(work);
	}
	async settled(): Promise<void> {
		await Promise.allSettled(this.works);
	}

	/** @throws EngineError cancelled */
	check(): void {
		if (this.cancelled) throw new EngineError("cancelled", "context canceled");
	}
	cancel(): void {
		this.cancelled = true;
		for (const action of this.actions) action();
	}
	/** While the work is done, this is what cancelling it means. @throws EngineError cancelled */
	async during<T>(action: () => void, work: () => Promise<T>): Promise<T> {
		this.check();
		this.actions.add(action);
		try {
			const result = await work();
			this.check();
			return result;
		} finally {
			this.actions.delete(action);
		}
	}
}
