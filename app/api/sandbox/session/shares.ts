// Things of which a session may have so many at once, whichever web process gives them: calls to its daemon, connections of streams.
//
//     in Redis:  drydock:sandbox:WHAT:SESSION = a sorted set: one member for each that is held, with the time at which it is forgotten
//
// What a process holds it says again before it would be forgotten; what a process held that has died is free again soon.

import { randomBytes } from "node:crypto";
import type { Redis } from "ioredis";
import { answered } from "./store";

/** Gives it back. */
export type Release = () => void;

export interface Shares {
	/** @param what "calls:SESSION" @returns undefined when there are `most` @throws StoreError */
	take(what: string, most: number): Promise<Release | undefined>;
	close(): void;
}

/** Of one process alone. */
export class MemoryShares implements Shares {
	private readonly held = new Map<string, number>();

	async take(what: string, most: number): Promise<Release | undefined> {
		const held = this.held.get(what) ?? 0;
		if (held >= most) return undefined;
		this.held.set(what, held + 1);
		return once(() => {
			const left = this.held.get(what)! - 1;
			if (left > 0) this.held.set(what, left);
			else this.held.delete(what);
		});
	}
	close(): void {}
}

/** Milliseconds; it is said again thrice as often. */
const FORGOTTEN = 30_000;

/** KEYS: the set. ARGV: how many at most, the member, milliseconds. The clock is Redis's own, since processes' differ. */
const TAKE = `
	local time = redis.call("TIME")
	local now = time[1] * 1000 + math.floor(time[2] / 1000)
	redis.call("ZREMRANGEBYSCORE", KEYS[1], "-inf", now)
	local mine = redis.call("ZSCORE", KEYS[1], ARGV[2])
	if not mine and redis.call("ZCARD", KEYS[1]) >= tonumber(ARGV[1]) then return 0 end
	redis.call("ZADD", KEYS[1], now + ARGV[3], ARGV[2])
	redis.call("PEXPIRE", KEYS[1], ARGV[3])
	return 1`;

export class RedisShares implements Shares {
	/** Member to set. */
	private readonly held = new Map<string, string>();
	private readonly process = randomBytes(6).toString("base64url");
	private readonly timer: NodeJS.Timeout;
	private number = 0;

	constructor(
		private readonly redis: Redis,
		private readonly forgotten = FORGOTTEN,
	) {
		this.timer = setInterval(() => this.sayAgain(), forgotten / 3);
		this.timer.unref();
	}

	async take(what: string, most: number): Promise<Release | undefined> {
		const member = `${this.process}.${++this.number}`;
		const key = `drydock:sandbox:${what}`;
		if ((await answered(this.redis.eval(TAKE, 1, key, most, member, this.forgotten))) !== 1) return undefined;
		this.held.set(member, key);
		return once(() => {
			this.held.delete(member);
			this.redis.zrem(key, member).catch(() => {});
		});
	}

	close(): void {
		clearInterval(this.timer);
	}

	/** What was forgotten while Redis was away is held again, over the limit if need be: it is in use. */
	private sayAgain(): void {
		for (const [member, key] of this.held)
			this.redis.eval(TAKE, 1, key, Number.MAX_SAFE_INTEGER, member, this.forgotten).catch(() => {});
	}
}

function once(release: Release): Release {
	let done = false;
	return () => {
		if (done) return;
		done = true;
		release();
	};
}
