// The route's answers, apart from how they are reached: web Requests in, web Responses out.

import { forwardWeb } from "./gateway/web";
import type { Provider, Trouble } from "./provider/provider";
import { NO_STORE, refuse, WORDS, withStore } from "./refusal";
import { cookieIn, currentKey, newSessionId, opened, sealed, setCookie } from "./session/cookie";
import { type Live, Lives } from "./session/lives";
import { addressIn, crossSite } from "./session/origin";
import { NoRelay, type Relay } from "./session/relay";
import { Sandboxes } from "./session/sandboxes";
import type { Settings } from "./session/settings";
import { MemoryShares } from "./session/shares";
import { end, isLive, join, placeOf, type Session, type Shared, sessionOf } from "./session/state";
import type { Store } from "./session/store";
import { CONNECTION_HEADER, type Reason, type State, UPLOAD_LIMIT } from "./wire";

const DISABLED: { reason: Reason; message: string } = {
	reason: "disabled",
	message: "this site lends no Docker daemon: its operator sets SANDBOX=1 to do so",
};
/** As connection.ts names them. */
const CONNECTION = /^[\w-]{8}\.[\w-]{16}$/;
/** Requests of a session that are not answered yet, in one process. */
const MOST_WAITING = 64;
const NONE = "there is no session: POST /api/sandbox begins one";
const UNKNOWN = "this server does not know the session: it is over, or the site runs several web processes without REDIS_URL";

export class SandboxRoute {
	readonly sandboxes: Sandboxes;
	private readonly lives: Lives;

	constructor(
		private readonly settings: Settings,
		private readonly provider: Provider,
		store: Store,
		private readonly images: State["images"] = undefined,
		private readonly relay: Relay = new NoRelay(),
		private readonly now: () => number = Date.now,
	) {
		this.sandboxes = new Sandboxes(provider, store, settings, now);
		this.lives = new Lives(
			provider,
			settings,
			(session, bytes) => this.sandboxes.use(session, bytes),
			() => this.sandboxes.doubt(),
			relay,
		);
		this.sandboxes.onSessions = (sessions, at) => this.lives.follow(sessions, at);
	}

	/** Stops, and takes away all of this site's sandboxes. */
	async stop(): Promise<void> {
		await this.sandboxes.stop();
		await this.relay.close();
	}

	/** POST /api/sandbox */
	readonly create = withStore(async (request: Request): Promise<Response> => {
		const refused = this.refusedBefore(request);
		if (refused) return refused;
		const absent = await this.unavailable();
		if (absent) return refuse(absent.reason, absent.message);
		const id = newSessionId();
		const address = addressIn(request.headers);
		const joined = await this.sandboxes.change((shared, now) => {
			const mine = this.sessionIn(request, shared);
			if (mine && isLive(mine)) return { session: mine, cookie: undefined };
			const session = join(shared, this.settings, { id, address, now });
			return "reason" in session && !("id" in session)
				? { refusal: session }
				: { session: session as Session, cookie: sealed(currentKey(shared, now), id) };
		});
		if ("refusal" in joined && joined.refusal) {
			const { reason, retryAfter } = joined.refusal;
			return refuse(reason, WORDS[reason], { retryAfter });
		}
		const shared = await this.sandboxes.read();
		const session = sessionOf(shared, joined.session.id) ?? joined.session;
		const headers = new Headers(NO_STORE);
		if (joined.cookie) headers.append("set-cookie", setCookie(joined.cookie, isSecure(request)));
		return Response.json(this.stateOf(shared, session), { status: session.state === "ready" ? 201 : 202, headers });
	});

	/** GET /api/sandbox. That a site has none is a state, too: a browser would show the refusal as an error of the page. */
	readonly state = withStore(
		async (request: Request): Promise<Response> => {
			const absent = this.settings.enabled ? await this.unavailable() : DISABLED;
			if (absent) return this.noneToLend(absent.reason);
			const refused = this.refusedBefore(request);
			if (refused) return refused;
			const shared = await this.sandboxes.read();
			const session = this.sessionIn(request, shared);
			if (session?.state === "queued") {
				// asking keeps the place
				await this.sandboxes.change((changing, now) => {
					const waiting = sessionOf(changing, session.id);
					if (waiting) waiting.seen = now;
				});
			}
			return Response.json(this.stateOf(shared, session), { headers: NO_STORE });
		},
		() => this.noneToLend("no-daemon"),
	);
	private noneToLend(reason: Reason): Response {
		return Response.json({ state: "none", reason, limits: this.settings.limits }, { headers: NO_STORE });
	}

	/** DELETE /api/sandbox */
	readonly remove = withStore(async (request: Request): Promise<Response> => {
		const refused = this.refusedBefore(request);
		if (refused) return refused;
		const session = this.sessionIn(request, await this.sandboxes.read());
		if (session)
			await this.sandboxes.change((shared, now) => {
				const mine = sessionOf(shared, session.id);
				if (mine) end(mine, "ended", now);
			});
		return new Response(null, { status: 204, headers: { ...NO_STORE, "set-cookie": setCookie(undefined, isSecure(request)) } });
	});

	/** GET /api/sandbox/streams */
	readonly connect = withStore(async (request: Request): Promise<Response> => {
		const live = await this.live(request);
		if (live instanceof Response) return live;
		const connection = await this.lives.connect(live);
		if (!connection) return refuse("rate-limit", "too many connections of this session", { retryAfter: 5 });
		if (request.signal.aborted) connection.drop();
		request.signal.addEventListener("abort", () => connection.drop(), { once: true });
		return new Response(connection.down, {
			headers: {
				"content-type": "application/octet-stream",
				// nothing between us may hold frames back
				"cache-control": "no-store, no-transform",
				"x-accel-buffering": "no",
				[CONNECTION_HEADER]: connection.id,
			},
		});
	});

	/** POST /api/sandbox/streams */
	readonly receive = withStore(async (request: Request): Promise<Response> => {
		const live = await this.live(request);
		if (live instanceof Response) return live;
		const query = new URL(request.url).searchParams;
		const sequence = query.get("sequence") ?? "";
		if (!/^\d{1,15}$/.test(sequence)) return refuse("bad-request", "a POST of frames has a number: sequence");
		if (request.headers.get("content-type") !== "application/octet-stream")
			return refuse("bad-request", "frames are application/octet-stream");
		const connection = query.get("connection") ?? "";
		if (!CONNECTION.test(connection)) return refuse("connection", "there is no such connection");
		const read = await this.waiting(live.session, () => readAll(request, UPLOAD_LIMIT));
		if (read instanceof Response) return read;
		const { done: bytes } = read;
		if (!bytes) return refuse("too-large", `a POST of frames is at most ${UPLOAD_LIMIT} bytes`);
		const session = live.session;
		const outcome = await this.lives.receive({ connection, session, sequence: Number(sequence), bytes });
		switch (outcome.kind) {
			case "taken":
				return new Response(null, { status: 204, headers: NO_STORE });
			case "sequence":
				return refuse("sequence", `the POST with number ${outcome.expected} is awaited`, { expected: outcome.expected });
			case "malformed":
				return refuse("bad-request", outcome.message);
			case "absent":
				return refuse("connection", "there is no such connection, or no more");
		}
	});

	/** Any method, /api/sandbox/engine/… */
	readonly engine = withStore(async (request: Request): Promise<Response> => {
		const live = await this.live(request);
		if (live instanceof Response) return live;
		const { pathname, search } = new URL(request.url);
		const path = `${pathname.replace(/^\/api\/sandbox\/engine/, "")}${search}`;
		const answered = await this.waiting(live.session, () => forwardWeb(request, path, live.target));
		return answered instanceof Response ? answered : answered.done;
	});

	/** What a session sends slowly is held in memory: no more of it than a few requests' at once. */
	private readonly uploads = new MemoryShares();
	private async waiting<T>(session: string, work: () => Promise<T>): Promise<{ done: T } | Response> {
		const release = await this.uploads.take(session, MOST_WAITING);
		if (!release) return refuse("rate-limit", "too many requests of this session at once", { retryAfter: 1 });
		try {
			return { done: await work() };
		} finally {
			release();
		}
	}

	private refusedBefore(request: Request): Response | undefined {
		if (!this.settings.enabled) return refuse(DISABLED.reason, DISABLED.message);
		const foreign = crossSite(request.headers);
		return foreign ? refuse("cross-site", foreign) : undefined;
	}

	/** The answer is believed for a few seconds: not every request asks the daemon. */
	private trouble: { until: number; answer: Promise<Trouble | undefined> } | undefined;
	private unavailable(): Promise<Trouble | undefined> {
		if (!this.trouble || this.trouble.until < this.now())
			this.trouble = { until: this.now() + 5000, answer: this.provider.trouble() };
		return this.trouble.answer;
	}

	private sessionIn(request: Request, shared: Shared): Session | undefined {
		const value = cookieIn(request.headers.get("cookie"));
		const id = value === undefined ? undefined : opened(shared.keys, value);
		return id === undefined ? undefined : sessionOf(shared, id);
	}

	private async live(request: Request): Promise<Live | Response> {
		const refused = this.refusedBefore(request);
		if (refused) return refused;
		const session = this.sessionIn(request, await this.sandboxes.read());
		if (!session) return refuse("no-session", request.headers.has("cookie") ? UNKNOWN : NONE);
		if (session.state === "ended")
			return refuse(session.reason ?? "ended", `the sandbox has ended: ${session.reason ?? "ended"}`);
		if (session.state !== "ready" || !session.sandbox) return refuse("not-ready", `the sandbox is ${session.state}`);
		this.sandboxes.use(session.id, 0);
		return this.lives.of(session, session.sandbox);
	}

	private stateOf(shared: Shared, session: Session | undefined): State {
		const { limits } = this.settings;
		const base = { limits, images: this.images, replaced: session?.replaced };
		if (!session) return { state: "none", ...base };
		if (session.state === "queued") return { state: "queued", place: placeOf(shared, session), ...base };
		if (session.state === "ended") return { state: "ended", reason: session.reason, ...base };
		if (session.state === "starting") return { state: "starting", ...base };
		const seconds = (until: number): number => Math.max(0, Math.round((until - this.now()) / 1000));
		const left = { idle: seconds(session.seen + limits.idleSeconds * 1000), total: seconds(session.until!) };
		const nearer = left.total <= left.idle ? "time" : "idle";
		const warning = Math.min(left.idle, left.total) < limits.warningSeconds ? nearer : undefined;
		return { state: "ready", left, warning, ...base };
	}
}

const isSecure = (request: Request): boolean =>
	(request.headers.get("x-forwarded-proto") ?? new URL(request.url).protocol).replace(":", "") === "https";

async function readAll(request: Request, limit: number): Promise<Uint8Array | undefined> {
	if (Number(request.headers.get("content-length") ?? 0) > limit) return undefined;
	const parts: Uint8Array[] = [];
	let length = 0;
	if (!request.body) return new Uint8Array(0);
	const reader = request.body.getReader();
	for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
		length += value!.length;
		if (length > limit) {
			await reader.cancel();
			return undefined;
		}
		parts.push(value!);
	}
	return Buffer.concat(parts);
}
