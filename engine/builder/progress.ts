// The vertices of a build as they are told of: announced, started, with what they do and say, completed.

import { utf8 } from "../lib/bytes";
import { digestOf } from "../lib/digest";
import { messageOf } from "../lib/errors";
import type { Feed } from "../lib/feed";
import type { Sys } from "../sys";
import type { BuildEvent, Warning } from "./types";

export class Progress {
	private last = 0;

	constructor(
		private readonly feed: Feed<BuildEvent>,
		private readonly sys: Sys,
	) {}

	get now(): bigint {
		return this.sys.now();
	}
	push(event: BuildEvent): void {
		this.feed.push(event);
	}
	/** A step that is known from now on. @param definition what makes it another one than its namesakes */
	vertex(name: string, inputs: readonly Vertex[] = [], definition: unknown = ""): Vertex {
		const id = ++this.last;
		const digest = digestOf(utf8(JSON.stringify([name, definition, inputs.map((one) => one.digest), id])));
		this.push({ kind: "vertex", time: this.now, id, digest, name, inputs: inputs.map((one) => one.digest) });
		return new Vertex(this, id, digest, name);
	}
}

export class Vertex {
	private began = false;
	private ended = false;

	constructor(
		private readonly progress: Progress,
		readonly id: number,
		readonly digest: string,
		readonly name: string,
	) {}

	start(): void {
		if (this.began) return;
		this.began = true;
		this.progress.push({ kind: "started", time: this.progress.now, id: this.id });
	}
	complete(cached = false, error?: string): void {
		if (this.ended) return;
		this.start();
		this.ended = true;
		this.progress.push({ kind: "completed", time: this.progress.now, id: this.id, cached, error });
	}
	/** Started, and completed whatever comes of the work. */
	async doing<T>(work: () => Promise<T>): Promise<T> {
		this.start();
		try {
			const result = await work();
			this.complete();
			return result;
		} catch (error) {
			this.complete(false, messageOf(error));
			throw error;
		}
	}

	output(stream: 1 | 2, data: Uint8Array): void {
		this.progress.push({ kind: "output", time: this.progress.now, id: this.id, stream, data });
	}
	warn(warning: Warning): void {
		this.progress.push({ kind: "warning", time: this.progress.now, id: this.id, warning });
	}
	/** Tells of something that begins now; the function tells how far it has come. */
	task(what: string): (current: number, total?: number, done?: boolean) => void {
		const started = this.progress.now;
		const tell = (current: number, total = 0, done = false): void =>
			this.progress.push({ kind: "progress", time: this.progress.now, id: this.id, what, current, total, started, done });
		tell(0);
		return tell;
	}
	async during<T>(what: string, work: () => Promise<T>): Promise<T> {
		const tell = this.task(what);
		const result = await work();
		tell(0, 0, true);
		return result;
	}
	emit(event: BuildEvent): void {
		this.progress.push(event);
	}
	get now(): bigint {
		return this.progress.now;
	}
}
