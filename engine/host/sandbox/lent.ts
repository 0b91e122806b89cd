// A daemon that a site lends, as a client has it: asked for when it is first needed, then one connection that carries all streams.
//
//     nothing ──connect──► asking ──ready──► connected ──the end──► over ──connect: says why, once──► nothing
//
// The connection's end is not the sandbox's: while the site still lends it, the next stream makes another connection.

import type { SandboxReason, SandboxState } from "../../api/sandbox";
import { Mux } from "../../lib/mux/mux";
import type { Duplex } from "../../lib/stream";
import { type Down, Refused, type SiteCalls } from "./calls";

/** How long one waits for a sandbox that starts, asking so often. Milliseconds. */
const PATIENCE = 30_000;
const EVERY = 1000;
/** A POST that got lost on the way is sent again so often. */
const ATTEMPTS = 3;
/** The site pings every 15 s: who hears nothing for so long has lost the connection. Milliseconds. */
const SILENCE = 45_000;
/** A connection without streams is given up after so many times SILENCE: a browser has six to a site. */
const UNUSED = 2;

const WORDS: Partial<Record<SandboxReason, string>> = {
	disabled: "this site has no real Docker daemon to lend",
	"no-daemon": "this site has no real Docker daemon to lend: its Docker cannot be reached",
	"no-image": "this site has no real Docker daemon to lend: its sandbox image is not there",
	full: "all real daemons are lent, and the queue is full; try again in some minutes",
	"address-limit": "as many real daemons are lent to your network as it gets at once",
	"rate-limit": "too many requests; wait a moment",
	time: "the time of the real daemon is over, and what was in it is gone; the next command gets a new one",
	idle: "the real daemon was not used for so long that it was taken back, and what was in it is gone; the next command gets a new one",
	lost: "the machine of the real daemon was lost, and what was in it with it; the next command gets a new one",
	ended: "the real daemon was given back; the next command gets a new one",
};
const inWords = (reason: SandboxReason, message = ""): string => WORDS[reason] ?? (message || reason);

export class Lent {
	private link: Promise<Mux> | undefined;
	/** A sandbox was there: its end must be told before another one is asked for. */
	private had = false;
	/** So many were lost and replaced, as far as was told. */
	private replaced = 0;

	/** @param sleep waits so many milliseconds */
	constructor(
		private readonly calls: SiteCalls,
		private readonly sleep: (ms: number) => Promise<void>,
	) {}

	/** A connection to the daemon's socket. @throws Error in words for who asked */
	async connect(): Promise<Duplex> {
		this.link ??= this.begin().catch((error) => {
			this.link = undefined;
			throw error instanceof Refused ? new Error(inWords(error.refusal.reason, error.refusal.message)) : error;
		});
		return (await this.link).open();
	}

	private async begin(): Promise<Mux> {
		await this.ready();
		const down = await this.calls.down();
		this.had = true;
		const mux = new Mux({ role: "client", send: this.sender(down.connection) });
		void this.receive(mux, down);
		return mux;
	}

	/** Asks for a sandbox, and waits while one starts. The site is asked before: a page's refused requests look like its errors. */
	private async ready(): Promise<void> {
		let now: SandboxState = await this.calls.state("GET");
		const gone = this.had && (now.state !== "ready" || (now.replaced ?? 0) !== this.replaced);
		this.had &&= !gone;
		this.replaced = now.replaced ?? 0;
		if (gone || (now.state === "none" && now.reason)) throw new Error(inWords(now.reason ?? "lost"));
		if (now.state === "none" || now.state === "ended") now = await this.calls.state("POST");
		for (let waited = 0; now.state === "starting" && waited < PATIENCE; waited += EVERY) {
			await this.sleep(EVERY);
			now = await this.calls.state("GET");
		}
		if (now.state === "ready") return;
		if (now.state === "queued")
			throw new Error(`all real daemons are lent: you are at place ${now.place ?? "?"} of the queue, try again in a moment`);
		if (now.state === "starting") throw new Error("the real daemon is still starting; try again in a moment");
		throw new Error(inWords(now.reason ?? "failed"));
	}

	private sender(connection: string): (frames: Uint8Array) => Promise<void> {
		let sequence = 0;
		return async (frames) => {
			const mine = sequence++;
			for (let attempt = 1; ; attempt++)
				try {
					return await this.calls.up(connection, mine, frames);
				} catch (error) {
					if (error instanceof Refused) {
						// it had arrived, its answer had not
						if (error.refusal.reason === "sequence" && error.refusal.expected === mine + 1) return;
						throw new Error(inWords(error.refusal.reason, error.refusal.message));
					}
					if (attempt === ATTEMPTS) throw error;
					await this.sleep(EVERY);
				}
		};
	}

	private async receive(mux: Mux, down: Down): Promise<void> {
		let heard = 0;
		let over = false;
		const watch = async (): Promise<void> => {
			for (let [seen, unused] = [-1, 0]; !over; unused = mux.openStreams === 0 ? unused + 1 : 0) {
				if (seen === heard) mux.close("nothing was heard from the site for too long");
				else if (unused === UNUSED) mux.close("");
				seen = heard;
				await this.sleep(SILENCE);
			}
		};
		void watch();
		void mux.closed.then(() => {
			over = true;
			this.link = undefined;
			down.cancel();
		});
		try {
			for await (const bytes of down.pieces) {
				heard++;
				mux.receive(bytes);
			}
			mux.close("the site ended the connection");
		} catch (error) {
			mux.close(`the connection to the site broke: ${(error as Error).message}`);
		}
	}
}
