// Who holds the shared document: this process's memory, or Redis where there are several web processes.

import { Redis } from "ioredis";
import { emptyShared, type Shared } from "./state";

export interface Store {
	/** A copy, not to be changed. */
	read(): Promise<Shared>;
	/** Changes the document; one change after the other, whoever makes them. `change` may be called more than once. */
	update<T>(change: (shared: Shared) => T): Promise<T>;
	close(): Promise<void>;
}

/** Redis does not answer: nothing can be lent, and nothing be said of what was. */
export class StoreError extends Error {
	override readonly name = "StoreError";
}
/** @throws StoreError with Redis's or its connection's own words */
export const answered = <T>(asked: Promise<T>): Promise<T> =>
	asked.catch((error: Error) => {
		throw new StoreError(`the site's Redis does not answer: ${error.message}`);
	});

export class MemoryStore implements Store {
	private readonly shared = emptyShared();
	async read(): Promise<Shared> {
		return structuredClone(this.shared);
	}
	async update<T>(change: (shared: Shared) => T): Promise<T> {
		return structuredClone(change(this.shared));
	}
	async close(): Promise<void> {}
}

/** Puts the new text where the old one still is; answers 1 when it was. */
const COMPARE_AND_SET = `
	local now = redis.call("GET", KEYS[1]) or ""
	if now ~= ARGV[1] then return 0 end
	redis.call("SET", KEYS[1], ARGV[2], "EX", 86400)
	return 1`;
const ATTEMPTS = 200;
/** Milliseconds. */
const PATIENCE = 5000;

/** One key; a change is made on a copy, and again on a newer copy when somebody else was quicker. */
export class RedisStore implements Store {
	private readonly redis: Redis;
	constructor(
		url: string,
		private readonly key = "drydock:sandbox",
	) {
		this.redis = new Redis(url, { maxRetriesPerRequest: 3, commandTimeout: PATIENCE, lazyConnect: false });
		// said by the call that fails; without a listener it would end the process
		this.redis.on("error", () => {});
	}
	async read(): Promise<Shared> {
		return parsed((await answered(this.redis.get(this.key))) ?? "");
	}
	async update<T>(change: (shared: Shared) => T): Promise<T> {
		for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
			const before = (await answered(this.redis.get(this.key))) ?? "";
			const shared = parsed(before);
			const result = structuredClone(change(shared));
			const after = JSON.stringify(shared);
			if (after === before) return result;
			if ((await answered(this.redis.eval(COMPARE_AND_SET, 1, this.key, before, after))) === 1) return result;
		}
		throw new Error("the shared state changes faster than it can be written");
	}
	async close(): Promise<void> {
		this.redis.disconnect();
	}
}
const parsed = (text: string): Shared => (text === "" ? emptyShared() : (JSON.parse(text) as Shared));
