// Acts on the shared state: makes sandboxes for who is promoted, keeps some warm, takes away what nobody has any more, and what a
// crashed server left. Every web process runs one; what one has begun the others leave alone.

import type { Provider } from "../provider/provider";
import type { Settings } from "./settings";
import { advance, emptyShared, end, isLive, lend, replace, type Session, type Shared, sessionOf, taken } from "./state";
import type { Store } from "./store";

const TICK = 1000;
const REAP_EVERY = 5000;
/** After a failure none is made warm for so long. */
const RESTED = 15_000;
/** A sandbox that no session knows may be one that is just being made. */
const UNKNOWN_FOR = 120_000;
/** Use is noted at most so often. */
const NOTED_EVERY = 5000;

export class Sandboxes {
	private timer: NodeJS.Timeout | undefined;
	private readonly working = new Set<Promise<void>>();
	private readonly starting = new Set<string>();
	private lastReap = 0;
	private readonly noted = new Map<string, number>();
	private reaping = false;
	private warmAgain = 0;
	/** Bytes that sessions have moved here, and nobody else knows of yet. */
	private readonly moved = new Map<string, number>();
	/** Told every second, and after each change: sandboxes end and are replaced. `at`, by performance.now(), is when it was so. */
	onSessions: (sessions: readonly Session[], at: number) => void = () => {};

	constructor(
		private readonly provider: Provider,
		private readonly store: Store,
		private readonly given: Settings,
		private readonly now: () => number = Date.now,
	) {}

	/** As many as there is room for, where the provider knows. */
	private get settings(): Settings {
		return { ...this.given, most: this.provider.places?.() ?? this.given.most };
	}

	start(): void {
		this.timer ??= setInterval(() => this.run(() => this.tick()), TICK);
		this.timer.unref();
		this.run(() => this.tick());
	}

	/** Stops, and takes away all of this site's sandboxes. */
	async stop(): Promise<void> {
		clearInterval(this.timer);
		this.timer = undefined;
		await Promise.allSettled([...this.working]);
		for (const { id } of await this.provider.list().catch(() => [])) await this.provider.destroy(id).catch(() => {});
		await this.store.close();
	}

	/** A change of the shared state, and what follows from it at once. */
	async change<T>(change: (shared: Shared, now: number) => T): Promise<T> {
		const result = await this.store.update((shared) => {
			const made = change(shared, this.now());
			advance(shared, this.settings, this.now());
			return made;
		});
		this.run(() => this.act());
		return result;
	}
	read(): Promise<Shared> {
		return this.store.read();
	}

	/** The session is in use: bytes were moved, or none. */
	use(id: string, bytes: number): void {
		const now = this.now();
		this.moved.set(id, (this.moved.get(id) ?? 0) + bytes);
		if (now - (this.noted.get(id) ?? 0) < NOTED_EVERY) return;
		this.noted.set(id, now);
		const moved = this.moved.get(id) ?? 0;
		this.moved.delete(id);
		this.run(() =>
			this.store.update((shared) => {
				const session = sessionOf(shared, id);
				if (session) session.moved = (session.moved ?? 0) + moved;
				if (session?.state === "ready") session.seen = now;
			}),
		);
	}

	/** The sandbox does not answer: looks whether it is still there. */
	doubt(): void {
		this.lastReap = 0;
	}

	async tick(): Promise<void> {
		await this.store.update((shared) => advance(shared, this.settings, this.now()));
		await this.act();
		if (this.reaping || this.now() - this.lastReap < REAP_EVERY) return;
		this.reaping = true;
		const began = this.now();
		await this.reap(began)
			.then(() => {
				this.lastReap = began;
			})
			.finally(() => {
				this.reaping = false;
			});
	}

	private run(work: () => Promise<unknown>): void {
		const running: Promise<void> = work().then(
			() => {},
			// said to who asks (provider.trouble); the next tick tries again
			() => {},
		);
		this.working.add(running);
		void running.then(() => this.working.delete(running));
	}

	/** What the state asks for and nobody does yet. */
	private async act(): Promise<void> {
		const at = performance.now();
		const shared = await this.store.read();
		this.onSessions(shared.sessions, at);
		const live = new Set(shared.sessions.filter(isLive).map(({ id }) => id));
		for (const known of [this.noted, this.moved]) for (const id of known.keys()) if (!live.has(id)) known.delete(id);
		for (const session of shared.sessions) {
			if (session.state === "starting" && !this.starting.has(session.id)) this.run(() => this.make(session.id));
			if (session.state === "ended" && session.sandbox) this.run(() => this.takeAway(session.id));
		}
		if (shared.warm.length < this.settings.warm && taken(shared) < this.settings.most && this.now() >= this.warmAgain)
			this.run(() => this.makeWarm());
	}

	private async make(id: string): Promise<void> {
		const mine = await this.store.update((shared) => {
			const session = sessionOf(shared, id);
			if (session?.state !== "starting" || session.sandbox) return false;
			// a mark, so that no other process makes one too
			session.sandbox = "?";
			return true;
		});
		if (!mine || this.starting.has(id)) return;
		this.starting.add(id);
		const sandbox = await this.provider.create().catch(() => undefined);
		this.starting.delete(id);
		const wanted = await this.store.update((shared) => {
			const session = sessionOf(shared, id);
			if (session?.state !== "starting") return false;
			session.sandbox = undefined;
			if (sandbox) lend(session, sandbox, this.settings, this.now());
			else end(session, "failed", this.now());
			return true;
		});
		if (sandbox && !wanted) await this.provider.destroy(sandbox);
	}

	private async makeWarm(): Promise<void> {
		const mark = `?${this.now()}-${Math.random()}`;
		const mine = await this.store.update((shared) => {
			if (shared.warm.length >= this.settings.warm || taken(shared) >= this.settings.most) return false;
			shared.warm.push({ sandbox: mark, since: this.now() });
			return true;
		});
		if (!mine) return;
		const sandbox = await this.provider.create().catch(() => undefined);
		if (!sandbox) this.warmAgain = this.now() + RESTED;
		const kept = await this.store.update((shared) => {
			const place = shared.warm.findIndex((one) => one.sandbox === mark);
			if (place < 0) return false;
			if (sandbox) shared.warm[place] = { sandbox, since: this.now() };
			else shared.warm.splice(place, 1);
			advance(shared, this.settings, this.now());
			return true;
		});
		if (sandbox && !kept) await this.provider.destroy(sandbox);
	}

	private async takeAway(id: string): Promise<void> {
		const sandbox = await this.store.update((shared) => {
			const session = sessionOf(shared, id);
			if (!session || isLive(session)) return undefined;
			const had = session.sandbox;
			session.sandbox = undefined;
			return had;
		});
		if (sandbox && sandbox !== "?") await this.provider.destroy(sandbox);
	}

	/** Compares what there is with what is known: each must not be without the other. */
	private async reap(began: number): Promise<void> {
		const listed = await this.provider.list();
		const there = new Set(listed.map(({ id }) => id));
		const known = await this.store.update((shared) => {
			// what was made while the list was on its way is not on it
			for (const session of shared.sessions)
				if (session.state === "ready" && session.since < began && !there.has(session.sandbox!)) replace(session, this.now());
			// one that waited may have come to its own end
			const lifetime = this.settings.limits.totalSeconds * 1000;
			shared.warm = shared.warm.filter(
				({ sandbox, since }) =>
					sandbox.startsWith("?") || since >= began || (there.has(sandbox) && this.now() - since < lifetime),
			);
			advance(shared, this.settings, this.now());
			return [...shared.warm, ...shared.sessions].map(({ sandbox }) => sandbox);
		});
		await this.act();
		const abandoned = listed.filter(({ id, created }) => !known.includes(id) && this.now() - created > UNKNOWN_FOR);
		await Promise.allSettled(abandoned.map(({ id }) => this.provider.destroy(id)));
	}

	/** What a server of this name left when it crashed: with the state in memory, nothing that is there is known. */
	async clear(): Promise<void> {
		const shared = await this.store.read();
		if (JSON.stringify(shared) !== JSON.stringify(emptyShared())) return;
		for (const { id } of await this.provider.list().catch(() => [])) await this.provider.destroy(id).catch(() => {});
	}
}
