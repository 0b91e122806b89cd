// Sandboxes on several machines: on each runs an agent, all under one name of the DNS (Docker Swarm answers tasks.SERVICE with the address
// of each). A new sandbox goes where most room is, and stays there.
//
//     an address:  answers ──silence──► in doubt ──patience is over──► its sandboxes are lost ──the DNS has it no more──► forgotten
//                     ▲                    │                                │
//                     └───────answers──────┴────────────answers─────────────┘
//
// While one is in doubt nobody can say what there is: list() throws, and sessions are left as they are.

import { lookup } from "node:dns/promises";
import type { Duplex } from "@/engine/lib/stream";
import { type AgentState, agentStateSchema, authorization, DIAL } from "../agent/protocol";
import { OuterDaemon, OuterError } from "../outer/client";
import { upgradedStream } from "../outer/upgraded";
import type { Listed, Provider, Trouble } from "./provider";

export interface SwarmSettings {
	/** tasks.SERVICE */
	name: string;
	port: number;
	secret: string;
	/** Milliseconds of silence after which a machine is lost. */
	patience: number;
}

/** The addresses that a name has now. */
export type Resolve = (name: string) => Promise<string[]>;
const byDns: Resolve = async (name) => (await lookup(name, { all: true, family: 4 })).map(({ address }) => address);

/** Milliseconds. */
const ASK = 5000;
const CREATE = 60_000;
const DIALLING = 10_000;
/** What agents said is believed for so long when a place is looked for. */
const FRESH = 1000;

interface Known {
	agent: OuterDaemon;
	/** What it last said. */
	state?: AgentState;
	/** Since when it does not answer. */
	silent?: number;
}

export class SwarmProvider implements Provider {
	private readonly known = new Map<string, Known>();
	private looking: Promise<void> | undefined;
	private looked = 0;

	constructor(
		private readonly settings: SwarmSettings,
		private readonly resolve: Resolve = byDns,
		private readonly now: () => number = Date.now,
	) {}

	async trouble(): Promise<Trouble | undefined> {
		await this.look();
		const states = this.answering().map(({ state }) => state);
		if (states.some(({ trouble }) => !trouble)) return undefined;
		const message = `no machine for sandboxes answers at ${this.settings.name}`;
		return states.find(({ trouble }) => trouble)?.trouble ?? { reason: "no-daemon", message };
	}

	places(): number {
		return this.answering().reduce((sum, { state: { most, trouble } }) => sum + (trouble ? 0 : most), 0);
	}

	async create(): Promise<string> {
		if (this.now() - this.looked > FRESH) await this.look();
		let failure = new Error(`no machine for sandboxes answers at ${this.settings.name}`);
		for (const { agent, state } of this.answering().filter(hasRoom).sort(leastLoadedFirst)) {
			// the next one that is made at the same time goes elsewhere
			state.taken++;
			try {
				const { id } = await agent.call<{ id: string }>({ method: "POST", path: "/sandboxes", timeout: CREATE });
				return `${state.node}:${id}`;
			} catch (error) {
				state.taken--;
				failure = error as Error;
			}
		}
		throw failure;
	}

	async dial(name: string): Promise<Duplex> {
		const { node, id } = parsed(name);
		const { agent } = this.of(node) ?? (await this.found(node));
		const { socket, head } = await agent.hijack(`/sandboxes/${id}/dial`, undefined, { upgrade: DIAL, timeout: DIALLING });
		// a machine that is gone says no goodbye
		socket.setKeepAlive(true, DIALLING);
		return upgradedStream(socket, head);
	}

	async destroy(name: string): Promise<void> {
		const { node, id } = parsed(name);
		await this.of(node)?.agent.call({ method: "DELETE", path: `/sandboxes/${id}` });
	}

	async list(): Promise<Listed[]> {
		await this.look();
		const doubtful = [...this.known].filter(([, known]) => this.inDoubt(known)).map(([address]) => address);
		if (doubtful.length > 0) throw new OuterError(0, `${doubtful.join(", ")} does not answer`);
		return this.answering().flatMap(({ state: { node, sandboxes } }) =>
			sandboxes.map(({ id, created }) => ({ id: `${node}:${id}`, created })),
		);
	}

	private answering(): Array<{ agent: OuterDaemon; state: AgentState }> {
		return [...this.known.values()].flatMap(({ agent, state, silent }) =>
			state && silent === undefined ? [{ agent, state }] : [],
		);
	}
	private of(node: string): { agent: OuterDaemon } | undefined {
		return this.answering().find(({ state }) => state.node === node);
	}
	private async found(node: string): Promise<{ agent: OuterDaemon }> {
		await this.look();
		const found = this.of(node);
		if (!found) throw new OuterError(0, "the machine of this sandbox does not answer");
		return found;
	}

	/** Asks every agent, once at a time. */
	private look(): Promise<void> {
		this.looking ??= this.ask().finally(() => {
			this.looking = undefined;
		});
		return this.looking;
	}
	private async ask(): Promise<void> {
		// a name that nobody has, or a DNS that does not answer: those that are known are asked still
		const named = new Set(await this.resolve(this.settings.name).catch(() => []));
		for (const address of named) if (!this.known.has(address)) this.known.set(address, { agent: this.agentAt(address) });
		await Promise.all([...this.known].map(([address, known]) => this.askOne(address, known, named.has(address))));
		this.looked = this.now();
	}
	private async askOne(address: string, known: Known, named: boolean): Promise<void> {
		try {
			known.state = agentStateSchema.parse(await known.agent.call({ method: "GET", path: "/sandboxes", timeout: ASK }));
			known.silent = undefined;
		} catch {
			known.silent ??= this.now();
			if (!this.inDoubt(known)) known.state = undefined;
			// the same machine may answer elsewhere: an agent that was started anew
			const moved = known.state !== undefined && this.of(known.state.node) !== undefined;
			if (moved || (!known.state && !named)) this.known.delete(address);
		}
	}
	private inDoubt({ silent }: Known): boolean {
		return silent !== undefined && this.now() - silent < this.settings.patience;
	}
	private agentAt(host: string): OuterDaemon {
		const { port, secret } = this.settings;
		return new OuterDaemon({ host, port, headers: { authorization: authorization(secret) } }, "the agent");
	}
}

const hasRoom = ({ state: { trouble, taken, most } }: { state: AgentState }): boolean => !trouble && taken < most;

/** First by the share of its places that is taken, then by how busy it is. */
const leastLoadedFirst = ({ state: a }: { state: AgentState }, { state: b }: { state: AgentState }): number =>
	a.taken / a.most - b.taken / b.most || a.load - b.load;

/** NODE:ID, as create() answers it. */
function parsed(name: string): { node: string; id: string } {
	const [, node, id] = /^([\w.-]+):([0-9a-z-]+)$/.exec(name) ?? [];
	if (!node || !id) throw new OuterError(0, "this sandbox is on no machine of a swarm");
	return { node, id };
}
