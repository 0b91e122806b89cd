// What this process holds of a session while its sandbox lives: connections to the daemon, its clients' streams, how much was moved.

import { serveConnection } from "@/engine/lib/http/serve";
import type { MuxStream } from "@/engine/lib/mux/stream";
import { forward, type Target } from "../gateway/forward";
import { DialPool } from "../gateway/pool";
import type { Provider } from "../provider/provider";
import type { Reason } from "../wire";
import { Connection } from "./connection";
import type { Frames, Outcome, Relay } from "./relay";
import type { Settings } from "./settings";
import type { Session } from "./state";

/** Tabs of one browser have one session and a connection each. */
const CONNECTIONS = 4;

export interface Live {
	readonly session: string;
	readonly target: Target;
	readonly connections: Map<string, Connection>;
}

export class Lives {
	private readonly lives = new Map<string, Live & { pool: DialPool; sandbox: string; began: number; left: number }>();

	constructor(
		private readonly provider: Provider,
		private readonly settings: Settings,
		/** A session is in use. */
		private readonly use: (session: string, bytes: number) => void,
		/** Its daemon could not be reached. */
		private readonly doubt: () => void,
		private readonly relay: Relay,
	) {
		relay.serve((frames) => this.receiveHere(frames));
	}

	/** Of a session whose sandbox is ready. */
	of({ id: session, moved = 0 }: Session, sandbox: string): Live {
		const known = this.lives.get(session);
		if (known?.sandbox === sandbox) return known;
		if (known) this.end(session, "lost");
		const dial = () =>
			this.provider.dial(sandbox).catch((error: unknown) => {
				this.doubt();
				throw error;
			});
		const pool = new DialPool(dial, () => this.relay.shares.take(`calls:${session}`, this.settings.calls));
		const { bodyBytes, buildSeconds } = this.settings.limits;
		const used = (bytes: number): boolean => {
			this.use(session, bytes);
			live.left -= bytes;
			return live.left > 0;
		};
		const buildTime = buildSeconds * 1000;
		const target = { pool, bodyBytes, buildTime, answerTime: buildTime, used };
		const left = this.settings.sessionBytes - moved;
		const live = { session, pool, sandbox, target, connections: new Map(), began: performance.now(), left };
		this.lives.set(session, live);
		return live;
	}

	/** Frames of a connection that this process holds, or another. */
	async receive(frames: Frames): Promise<Outcome> {
		const here = this.receiveHere(frames);
		if (here.kind !== "absent" || frames.connection.startsWith(`${this.relay.process}.`)) return here;
		return this.relay.send(frames);
	}
	private receiveHere({ connection, session, sequence, bytes }: Frames): Outcome {
		const held = this.lives.get(session)?.connections.get(connection);
		return held ? held.receive(sequence, bytes) : { kind: "absent" };
	}

	/** What became of the sessions, as it was `at`: other processes see to them, too. */
	follow(sessions: readonly Session[], at: number): void {
		for (const [id, live] of this.lives) {
			const session = sessions.find((one) => one.id === id);
			// what another process moved counts, too
			if (session?.moved !== undefined) live.left = Math.min(live.left, this.settings.sessionBytes - session.moved);
			if (live.began < at && (session?.sandbox !== live.sandbox || session.state !== "ready"))
				this.end(id, session?.reason ?? "lost");
		}
	}

	/** @returns undefined when the session has as many as it may */
	async connect(live: Live): Promise<Connection | undefined> {
		const release = await this.relay.shares.take(`streams:${live.session}`, CONNECTIONS);
		if (!release) return undefined;
		const numbers = { last: 0 };
		const accept = (stream: MuxStream): void =>
			void serveConnection(stream, (request, responder) => forward(request, responder, live.target), numbers);
		const connection = new Connection(this.relay.process, this.settings.limits.streams, accept);
		live.connections.set(connection.id, connection);
		void connection.closed.then(() => {
			live.connections.delete(connection.id);
			release();
		});
		// it ended meanwhile
		if (this.lives.get(live.session) !== live) void connection.end("the sandbox has ended");
		return connection;
	}

	/** The sandbox is gone: streams are told why. */
	private end(session: string, reason: Reason): void {
		const live = this.lives.get(session);
		if (!live) return;
		this.lives.delete(session);
		live.pool.close();
		for (const connection of live.connections.values()) void connection.end(`the sandbox has ended: ${reason}`);
	}
}
