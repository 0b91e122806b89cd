// Between the web processes of a site: a POST of frames goes to whichever process the load balancer chose, and the connection that
// it belongs to is held by the one that opened it. A connection's name begins with its process's.
//
//     asker ── PUBLISH to PROCESS:  asker · number · connection · session · sequence · frames ──► holder
//     asker ◄── PUBLISH to ASKER:   number · what came of it                                  ── holder

import { randomBytes } from "node:crypto";
import { Redis } from "ioredis";
import { MemoryShares, RedisShares, type Shares } from "./shares";

/** What came of frames: taken; another number is awaited; they were none; there is no such connection. */
export type Outcome =
	| { kind: "taken" | "absent" }
	| { kind: "sequence"; expected: number }
	| { kind: "malformed"; message: string };

export interface Frames {
	connection: string;
	/** Whose it must be. */
	session: string;
	sequence: number;
	bytes: Uint8Array;
}

export interface Relay {
	/** This process, as its connections' names begin. */
	readonly process: string;
	/** What sessions hold, in all processes. */
	readonly shares: Shares;
	/** Frames that other processes were given. */
	serve(take: (frames: Frames) => Outcome): void;
	/** Gives frames to the process that holds the connection; "absent" where that is no more. */
	send(frames: Frames): Promise<Outcome>;
	close(): Promise<void>;
}

const processOf = (connection: string): string => connection.split(".")[0]!;
const newProcess = (): string => randomBytes(6).toString("base64url");

/** One process alone: what it does not hold nobody holds. */
export class NoRelay implements Relay {
	readonly process = newProcess();
	readonly shares = new MemoryShares();
	serve(): void {}
	async send(): Promise<Outcome> {
		return { kind: "absent" };
	}
	async close(): Promise<void> {}
}

/** A process that takes longer to answer has died meanwhile. Milliseconds. */
const PATIENCE = 10_000;
const channel = (process: string): string => `drydock:sandbox:process:${process}`;

interface Asked {
	asker: string;
	number: number;
	frames: Omit<Frames, "bytes">;
}
interface Answered {
	number: number;
	outcome: Outcome;
}

export class RedisRelay implements Relay {
	readonly process = newProcess();
	readonly shares: Shares;
	private readonly redis: Redis;
	private readonly subscriber: Redis;
	private readonly listening: Promise<unknown>;
	private readonly waiting = new Map<number, (outcome: Outcome) => void>();
	private number = 0;
	private take: (frames: Frames) => Outcome = () => ({ kind: "absent" });

	constructor(url: string) {
		this.redis = new Redis(url, { maxRetriesPerRequest: 3 });
		this.shares = new RedisShares(this.redis);
		// one that listens can do nothing else
		this.subscriber = new Redis(url, { maxRetriesPerRequest: null });
		// said by the call that fails; without a listener it would end the process
		for (const redis of [this.redis, this.subscriber]) redis.on("error", () => {});
		this.subscriber.on("messageBuffer", (_channel, message: Buffer) => this.hear(message));
		this.listening = this.subscriber.subscribe(channel(this.process)).catch(() => {});
	}

	serve(take: (frames: Frames) => Outcome): void {
		this.take = take;
	}

	async send({ bytes, ...frames }: Frames): Promise<Outcome> {
		await this.listening;
		const number = ++this.number;
		const answered = new Promise<Outcome>((resolve) => this.waiting.set(number, resolve));
		const late = setTimeout(() => this.settle(number, { kind: "absent" }), PATIENCE);
		const asked: Asked = { asker: this.process, number, frames };
		const listeners = await this.redis.publish(channel(processOf(frames.connection)), message(asked, bytes));
		if (listeners === 0) this.settle(number, { kind: "absent" });
		const outcome = await answered;
		clearTimeout(late);
		return outcome;
	}

	async close(): Promise<void> {
		this.shares.close();
		this.redis.disconnect();
		this.subscriber.disconnect();
	}

	private hear(bytes: Buffer): void {
		const { head, body } = parsed(bytes);
		if ("outcome" in head) this.settle(head.number, head.outcome);
		else {
			const answer: Answered = { number: head.number, outcome: this.take({ ...head.frames, bytes: body }) };
			this.redis.publish(channel(head.asker), message(answer)).catch(() => {});
		}
	}

	private settle(number: number, outcome: Outcome): void {
		this.waiting.get(number)?.(outcome);
		this.waiting.delete(number);
	}
}

/** A line of JSON, and bytes as they are. */
const message = (head: Asked | Answered, body: Uint8Array = new Uint8Array(0)): Buffer =>
	Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), body]);
function parsed(bytes: Buffer): { head: Asked | Answered; body: Uint8Array } {
	const end = bytes.indexOf(10);
	return { head: JSON.parse(bytes.toString("utf8", 0, end)) as Asked | Answered, body: bytes.subarray(end + 1) };
}
