// Published ports on the real host's loopback: what listens there leads to the same port of the machine. Which ports there are is
// asked of the daemon, as any client could: once, and again for each container that starts or ends.

import type { ContainerSummary, PortSummary } from "../api/container";
import { text } from "../lib/bytes";
import { messageOf } from "../lib/errors";
import { request } from "../lib/http/client";
import type { Listen } from "../port";
import { OWN_CLIENT } from "../trace/event";
import type { Agent } from "./agent";
import { relay } from "./relay";

const DOCKER_SOCKET = "/var/run/docker.sock";
/** Between attempts to reach a daemon that is not there. Milliseconds. */
const PAUSE = 500;

type Open = { close(): Promise<void> };

/** Runs until what it answers is called. */
export function forwardPublished(agent: Agent, listen: Listen, sleep: (ms: number) => Promise<void>): () => Promise<void> {
	const forwarder = new Forwarder(agent, listen);
	let stopped = false;
	void (async () => {
		while (!stopped) {
			await forwarder.follow().catch(() => {});
			await sleep(PAUSE);
		}
	})();
	return async () => {
		stopped = true;
		await forwarder.closeAll();
	};
}

class Forwarder {
	/** Container → what listens for it. */
	private readonly open = new Map<string, Promise<Open[]>>();

	constructor(
		private readonly agent: Agent,
		private readonly listen: Listen,
	) {}

	/** Until the daemon ends. What listens goes on listening meanwhile, as containers go on. */
	async follow(): Promise<void> {
		const stream = await this.agent.connect(DOCKER_SOCKET);
		const filters = { type: ["container", "network"], event: ["start", "die", "connect", "disconnect"] };
		const target = `/events?filters=${encodeURIComponent(JSON.stringify(filters))}`;
		const { body } = await request(stream, { method: "GET", target, headers: { host: "docker", "user-agent": OWN_CLIENT } });
		await this.compare();
		let rest = "";
		for await (const part of body) {
			const lines = (rest + text(part)).split("\n");
			rest = lines.pop()!;
			for (const line of lines) if (line.trim()) await this.heed(JSON.parse(line) as Event);
		}
	}

	private async heed({ Type, Action, Actor }: Event): Promise<void> {
		if (Type === "container" && Action === "start") await this.look(Actor.ID);
		else if (Type === "container") await this.close(Actor.ID);
		// a network that it joins or leaves may be the one through which its ports are published
		else if (Actor.Attributes.container && this.open.has(Actor.Attributes.container)) await this.look(Actor.Attributes.container);
	}
	private async look(id: string): Promise<void> {
		const filters = encodeURIComponent(JSON.stringify({ id: [id] }));
		const [container] = await this.running(`?filters=${filters}`);
		await this.close(id);
		if (container) this.start(container);
	}
	private async compare(): Promise<void> {
		const containers = await this.running("");
		for (const id of this.open.keys()) if (!containers.some(({ Id }) => Id === id)) await this.close(id);
		for (const container of containers) if (!this.open.has(container.Id)) this.start(container);
	}
	private async running(query: string): Promise<ContainerSummary[]> {
		const { body } = await this.agent.docker("GET", `/containers/json${query}`);
		return JSON.parse(body) as ContainerSummary[];
	}

	private start({ Id, Ports }: ContainerSummary): void {
		const wanted = Ports.flatMap((port) => loopbackOf(port) ?? []);
		if (wanted.length === 0) return;
		this.open.set(
			Id,
			Promise.all(wanted.map((place) => this.listenAt(place))).then((all) => all.filter((one) => one !== undefined)),
		);
	}
	private async listenAt({ host, port }: Place): Promise<Open | undefined> {
		try {
			return await this.listen({ host, port }, async (outside) => {
				const inside = await this.agent.dial(host, port).catch(() => undefined);
				if (inside) await relay(outside, inside);
				else outside.destroy();
			});
		} catch (error) {
			// IPv6 may be missing outside; IPv4 is there, so its port is somebody else's.
			if (host === "127.0.0.1") console.error(`port ${port} is published inside the machine only: ${messageOf(error)}`);
			return undefined;
		}
	}
	private async close(id: string): Promise<void> {
		const open = this.open.get(id);
		this.open.delete(id);
		for (const one of (await open) ?? []) await one.close();
	}
	async closeAll(): Promise<void> {
		for (const id of [...this.open.keys()]) await this.close(id);
	}
}

interface Event {
	Type: string;
	Action: string;
	Actor: { ID: string; Attributes: Record<string, string> };
}
interface Place {
	host: string;
	port: number;
}
/** All addresses of the machine, or its loopback, are the real host's loopback. Others, and datagrams, stay inside. */
function loopbackOf({ IP = "", PublicPort, Type }: PortSummary): Place | undefined {
	if (!PublicPort || Type !== "tcp") return undefined;
	if (IP === "0.0.0.0" || IP.startsWith("127.")) return { host: "127.0.0.1", port: PublicPort };
	return IP === "::" || IP === "::1" ? { host: "::1", port: PublicPort } : undefined;
}
