// One blob on its way from the upstream into the cache, for however many wait for it: each reads what has come so far, and the
// end of it only once all of it has been checked.

import type { Digest } from "../../lib/digest";
import { RegistryError } from "../errors";
import type { ContentCache, Part } from "./cache";

/** Held back until the digest is known to be right. */
const HELD = 64 * 1024;

export class Download {
	private state: "running" | "done" | "failed" = "running";
	private failure: unknown;
	private waiting: Array<() => void> = [];
	/** Resolves when it has ended, well or not. */
	readonly ended: Promise<void>;

	private constructor(
		readonly digest: Digest,
		readonly size: number,
		private readonly part: Part,
		private readonly cache: ContentCache,
		body: AsyncIterable<Uint8Array>,
	) {
		this.ended = this.run(body).then(
			() => this.wake("done"),
			(error: unknown) => {
				this.failure = error;
				this.wake("failed");
			},
		);
	}
	static async begin(cache: ContentCache, digest: Digest, size: number, body: AsyncIterable<Uint8Array>): Promise<Download> {
		return new Download(digest, size, await cache.write(digest), cache, body);
	}

	/** @throws RegistryError when the upstream's content is cut, or is not what the digest says */
	async *read(offset: number, length: number): AsyncGenerator<Uint8Array> {
		const end = offset + length;
		for (let at = offset; at < end; ) {
			if (this.state === "failed") throw this.failure;
			if (this.state === "done") {
				yield* this.cache.read(this.digest, at, end - at);
				return;
			}
			const there = Math.min(end, this.part.size, this.size - HELD);
			if (there <= at) await new Promise<void>((resolve) => this.waiting.push(resolve));
			else {
				try {
					for await (const piece of this.part.read(at, there - at)) {
						at += piece.length;
						yield piece;
					}
				} catch {
					// the part has gone meanwhile: to its place in the cache, or for good
					await this.ended;
				}
			}
		}
	}

	private async run(body: AsyncIterable<Uint8Array>): Promise<void> {
		try {
			for await (const piece of body) {
				if (this.part.size + piece.length > this.size) throw broken("the upstream registry sent more than it promised");
				await this.part.append(piece);
				this.wake("running");
			}
			if (this.part.size < this.size) throw broken("the upstream registry's answer was cut short");
		} catch (error) {
			await this.part.abort();
			throw error instanceof RegistryError
				? error
				: broken(`the upstream registry's answer was cut short: ${(error as Error).message}`);
		}
		if (!(await this.part.commit())) throw broken("the upstream registry's content is not what its digest says");
	}
	private wake(state: Download["state"]): void {
		this.state = state;
		const { waiting } = this;
		this.waiting = [];
		for (const resolve of waiting) resolve();
	}
}

export const broken = (message: string): RegistryError => new RegistryError("UNAVAILABLE", undefined, { status: 502, message });
