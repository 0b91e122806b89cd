// What this process holds of a session while its sandbox lives: connections to the daemon, its clients' streams, how much was moved.

import { serveConnection } from "@/engine/lib/http/serve";
import type { MuxStream } from "@/engine/lib/mux/stream";
import { forward, type Target } from "../gateway/forward";
import { DialPool } from "../gateway/pool";
import type { Provider } from "../provider/provider";
import type { Reason } from "../wire";
import { Connection } from "./connection";
import type { Settings } from "./settings";

/** Tabs of one browser have one session and a connection each. */
const CONNECTIONS = 4;

export interface Live {
	readonly target: Target;
	readonly connections: Map<string, Connection>;
}

export class Lives {
	private readonly lives = new Map<string, Live & { pool: DialPool }>();

	constructor(
		private readonly provider: Provider,
		private readonly settings: Settings,
		/** A session is in use. */
		private readonly use: (session: string) => void,
		/** Its daemon could not be reached. */
		private readonly doubt: () => void,
	) {}

	/** Of a session whose sandbox is ready. */
	of(session: string, sandbox: string): Live {
		const known = this.lives.get(session);
		if (known) return known;
		const dial = () =>
			this.provider.dial(sandbox).catch((error: unknown) => {
				this.doubt();
				throw error;
			});
		const pool = new DialPool(dial, this.settings.calls);
		const { bodyBytes, buildSeconds } = this.settings.limits;
		let left = this.settings.sessionBytes;
		const used = (bytes: number): boolean => {
			this.use(session);
			left -= bytes;
			return left > 0;
		};
		const buildTime = buildSeconds * 1000;
		const live = { pool, target: { pool, bodyBytes, buildTime, answerTime: buildTime, used }, connections: new Map() };
		this.lives.set(session, live);
		return live;
	}

	/** @returns undefined when the session has as many as it may */
	connect(live: Live): Connection | undefined {
		if (live.connections.size >= CONNECTIONS) return undefined;
		const numbers = { last: 0 };
		const accept = (stream: MuxStream): void =>
			void serveConnection(stream, (request, responder) => forward(request, responder, live.target), numbers);
		const connection = new Connection(this.settings.limits.streams, accept);
		live.connections.set(connection.id, connection);
		void connection.closed.then(() => live.connections.delete(connection.id));
		return connection;
	}

	/** The sandbox is gone: streams are told why. */
	end(session: string, reason: Reason): void {
		const live = this.lives.get(session);
		if (!live) return;
		this.lives.delete(session);
		live.pool.close();
		for (const connection of live.connections.values()) void connection.end(`the sandbox has ended: ${reason}`);
	}
}
