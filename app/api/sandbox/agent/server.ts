// An agent: lends this machine's sandboxes to the web processes of a site that runs on several machines.

import { createHash, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { cpus, loadavg } from "node:os";
import type { Duplex } from "@/engine/lib/stream";
import { upgradedStream } from "../outer/upgraded";
import type { Listed, Provider } from "../provider/provider";
import { type AgentState, authorization, DIAL } from "./protocol";

export interface AgentSettings {
	node: string;
	secret: string;
	/** Sandboxes at once. */
	most: number;
}

interface Answer {
	status: number;
	body?: unknown;
}

/** Milliseconds for which the daemon's trouble, or that it has none, is believed. */
const BELIEVED = 5000;

export class Agent {
	private readonly server: Server;
	private readonly dials = new Set<Socket>();
	private making = 0;
	/** Those that are ready. */
	private settled = new Set<string>();
	private trouble: { until: number; answer: AgentState["trouble"] } = { until: 0, answer: undefined };

	constructor(
		private readonly settings: AgentSettings,
		private readonly provider: Provider,
	) {
		if (settings.secret.length < 16) throw new Error("an agent needs a secret of at least 16 characters: SANDBOX_AGENT_SECRET");
		this.server = createServer((request, response) => void this.serve(request, response));
		this.server.on("upgrade", (request, socket, head) => void this.dial(request, socket as Socket, head));
	}

	/** @returns its port */
	listen(port: number, host?: string): Promise<number> {
		return new Promise((resolve, reject) => {
			this.server.once("error", reject);
			this.server.listen(port, host, () => resolve((this.server.address() as AddressInfo).port));
		});
	}

	/** The sandboxes stay: another agent of this machine goes on with them. */
	close(): Promise<void> {
		this.server.closeAllConnections();
		for (const socket of this.dials) socket.destroy();
		return new Promise((resolve) => this.server.close(() => resolve()));
	}

	private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const { status, body } = await this.answer(request).catch((error: Error) => ({
			status: 500,
			body: { message: error.message },
		}));
		// no request has a body that is of any use here
		request.resume();
		response.writeHead(status, body === undefined ? {} : { "content-type": "application/json" });
		response.end(body === undefined ? undefined : JSON.stringify(body));
	}

	private async answer(request: IncomingMessage): Promise<Answer> {
		if (!this.admits(request)) return { status: 401, body: { message: "the secret is not this agent's" } };
		const asked = `${request.method} ${request.url}`;
		if (asked === "GET /sandboxes") return { status: 200, body: await this.state() };
		if (asked === "POST /sandboxes") return this.create();
		const [, id] = /^DELETE \/sandboxes\/([0-9a-z-]{1,128})$/.exec(asked) ?? [];
		if (!id) return { status: 404, body: { message: `an agent does not know ${asked.slice(0, 200)}` } };
		if (await this.has(id)) await this.provider.destroy(id);
		return { status: 204 };
	}

	private async state(): Promise<AgentState> {
		const { node } = this.settings;
		if (this.trouble.until < Date.now()) this.trouble = { until: Date.now() + BELIEVED, answer: await this.provider.trouble() };
		const load = loadavg()[0]! / Math.max(1, cpus().length);
		const sandboxes = this.trouble.answer?.reason === "no-daemon" ? [] : await this.provider.list();
		return { node, most: this.most, taken: this.takenOf(sandboxes), load, trouble: this.trouble.answer, sandboxes };
	}

	private get most(): number {
		return Math.min(this.settings.most, this.provider.places?.() ?? this.settings.most);
	}

	/** One that is being made may be on the list already: it counts once. */
	private takenOf(listed: readonly Listed[]): number {
		if (this.making === 0) this.settled = new Set(listed.map(({ id }) => id));
		return listed.filter(({ id }) => this.settled.has(id)).length + this.making;
	}

	private async create(): Promise<Answer> {
		if (this.takenOf(await this.provider.list()) >= this.most)
			return { status: 503, body: { message: "this machine has as many sandboxes as it may" } };
		this.making++;
		try {
			const id = await this.provider.create();
			this.settled.add(id);
			return { status: 201, body: { id } };
		} finally {
			this.making--;
		}
	}

	private async dial(request: IncomingMessage, socket: Socket, head: Buffer): Promise<void> {
		// the server forgets what is upgraded
		this.dials.add(socket);
		socket.on("error", () => socket.destroy()).on("close", () => this.dials.delete(socket));
		const refuse = (status: string): void =>
			void socket.end(`HTTP/1.1 ${status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`);
		try {
			const [, id] = /^\/sandboxes\/([0-9a-z-]{1,128})\/dial$/.exec(request.url ?? "") ?? [];
			if (!this.admits(request)) return refuse("401 Unauthorized");
			if (request.method !== "POST" || !id || request.headers.upgrade !== DIAL || !(await this.has(id)))
				return refuse("404 Not Found");
			const inner = await this.provider.dial(id);
			if (socket.destroyed) return void inner.close();
			socket.write(`HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: ${DIAL}\r\n\r\n`);
			join(upgradedStream(socket, head), inner).catch(() => socket.destroy());
		} catch {
			refuse("502 Bad Gateway");
		}
	}

	private async has(id: string): Promise<boolean> {
		return (await this.provider.list()).some((one) => one.id === id);
	}

	private admits({ headers }: IncomingMessage): boolean {
		const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
		return timingSafeEqual(digest(headers.authorization ?? ""), digest(authorization(this.settings.secret)));
	}
}

/** Both ways until the daemon has said all, or either side is gone. */
async function join(outer: Duplex, inner: Duplex): Promise<void> {
	const carry = async (from: Duplex, to: Duplex): Promise<void> => {
		for (let bytes = await from.read(); bytes !== null; bytes = await from.read()) await to.write(bytes);
		await to.closeWrite();
	};
	const up = carry(outer, inner).catch(() => inner.close());
	await carry(inner, outer).catch(() => {});
	await Promise.all([inner.close(), outer.close()]);
	await up;
}
