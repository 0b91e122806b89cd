// What a site's web processes know together: sessions, sandboxes that wait warm, and who asked how often. One small document,
// and pure functions on it; who holds it is store.ts, who acts on it sandboxes.ts.
//
//     (none) ──join──► queued ──promote──► starting ──► ready ──► ended (idle, time, lost, ended, failed)
//                        ▲        └─ with a warm one ──────┘│     └─ forgotten after some minutes
//                        └────────────── lost ──────────────┘
//
// Who loses a sandbox with its machine is first in the queue for another one, and is told.

import type { Reason } from "../wire";
import type { Settings } from "./settings";

export interface Session {
	id: string;
	state: "queued" | "starting" | "ready" | "ended";
	/** Of whom it counts. */
	address: string;
	/** All milliseconds since 1970. */
	created: number;
	/** Asked for something, or asked after its place. */
	seen: number;
	/** Became what it is. */
	since: number;
	/** Its time is over then. */
	until?: number;
	sandbox?: string;
	reason?: Reason;
	/** Sandboxes that were lost and replaced. */
	replaced?: number;
	/** Bytes moved both ways, as far as the web processes have said. */
	moved?: number;
}

export interface Shared {
	/** In the order in which they came. */
	sessions: Session[];
	/** Sandboxes that wait, and those being made for that: names begin with "?" then. */
	warm: Array<{ sandbox: string; since: number }>;
	/** When each address asked for a sandbox within the last hour. */
	asked: Record<string, number[]>;
	/** Keys of the cookies' signatures, newest first. */
	keys: Array<{ id: string; secret: string; since: number }>;
}

export const emptyShared = (): Shared => ({ sessions: [], warm: [], asked: {}, keys: [] });

const HOUR = 3_600_000;
/** Who does not ask after the place for so long has gone away. */
const QUEUE_PATIENCE = 30_000;
const START_PATIENCE = 90_000;
/** A session whose sandboxes get lost so often loses them by what it does in them. */
const MOST_REPLACED = 3;
/** An ended session says for so long why it ended. */
const REMEMBERED = 600_000;

export const sessionOf = (shared: Shared, id: string): Session | undefined =>
	shared.sessions.find((session) => session.id === id);

export const isLive = ({ state }: Session): boolean => state !== "ended";
const holds = ({ state }: Session): boolean => state === "starting" || state === "ready";
/** Who had one and lost it comes first. */
const queue = (shared: Shared): Session[] =>
	shared.sessions.filter(({ state }) => state === "queued").sort((a, b) => Number(!a.replaced) - Number(!b.replaced));
export const placeOf = (shared: Shared, session: Session): number => queue(shared).indexOf(session) + 1;
export const taken = (shared: Shared): number => shared.sessions.filter(holds).length + shared.warm.length;

/** A session in the queue, or why not. */
export function join(
	shared: Shared,
	settings: Settings,
	{ id, address, now }: { id: string; address: string; now: number },
): Session | { reason: "address-limit" | "rate-limit" | "full"; retryAfter: number } {
	const recent = (shared.asked[address] ?? []).filter((at) => at > now - HOUR);
	if (recent.length >= settings.perHour) return { reason: "rate-limit", retryAfter: Math.ceil((recent[0]! + HOUR - now) / 1000) };
	const mine = shared.sessions.filter((session) => isLive(session) && session.address === address);
	if (mine.length >= settings.perAddress) return { reason: "address-limit", retryAfter: 60 };
	if (shared.sessions.filter(({ state }) => state === "queued").length >= settings.queue)
		return { reason: "full", retryAfter: 60 };
	shared.asked[address] = [...recent, now];
	const session: Session = { id, state: "queued", address, created: now, seen: now, since: now };
	shared.sessions.push(session);
	return session;
}

export function end(session: Session, reason: Reason, now: number): void {
	if (!isLive(session)) return;
	session.state = "ended";
	session.reason = reason;
	session.since = now;
}

/** The sandbox is gone, and not by its learner's will: the session waits for another, before all that never had one. */
export function replace(session: Session, now: number): void {
	session.sandbox = undefined;
	const replaced = session.replaced ?? 0;
	if (replaced >= MOST_REPLACED) end(session, "lost", now);
	else Object.assign(session, { state: "queued", since: now, seen: now, replaced: replaced + 1 });
}

/** Makes a session ready with a sandbox. Another one in place of a lost one gives no new time. */
export function lend(session: Session, sandbox: string, settings: Settings, now: number): void {
	const until = session.until ?? now + settings.limits.totalSeconds * 1000;
	Object.assign(session, { state: "ready", sandbox, since: now, seen: now, until });
}

/** Lets time pass: who must go goes, who may come comes. */
export function advance(shared: Shared, settings: Settings, now: number): void {
	for (const session of shared.sessions) {
		if (session.state === "queued" && now - session.seen > QUEUE_PATIENCE) end(session, session.replaced ? "lost" : "ended", now);
		if (session.state === "starting" && now - session.since > START_PATIENCE) end(session, "failed", now);
		if (session.state === "ready" && now >= session.until!) end(session, "time", now);
		if (session.state === "ready" && now - session.seen > settings.limits.idleSeconds * 1000) end(session, "idle", now);
	}
	shared.sessions = shared.sessions.filter((session) => isLive(session) || session.sandbox || now - session.since < REMEMBERED);
	shared.warm = shared.warm.filter(({ sandbox, since }) => !sandbox.startsWith("?") || now - since < START_PATIENCE);
	for (const [address, times] of Object.entries(shared.asked)) if (times.at(-1)! < now - HOUR) delete shared.asked[address];
	promote(shared, settings, now);
}

/** The first of the queue get what is warm, or a place where one is made. */
function promote(shared: Shared, settings: Settings, now: number): void {
	for (const session of queue(shared)) {
		const ready = shared.warm.findIndex(({ sandbox }) => !sandbox.startsWith("?"));
		if (ready >= 0) lend(session, shared.warm.splice(ready, 1)[0]!.sandbox, settings, now);
		else if (taken(shared) < settings.most) Object.assign(session, { state: "starting", since: now });
		else return;
	}
}
