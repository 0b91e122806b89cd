// sandbox-*: the real daemons that the site lends. On a throw-away daemon of this machine, by the route as Next would serve it.
//
//     sandbox-cold       POST until its daemon answers, when one has to be made
//     sandbox-warm       the same when one waits
//     sandbox-latency    GET /_ping on a stream of the route; beside it, on the outer daemon's bare socket
//     sandbox-held       how many are held at once until one is refused, cleanly, and all the others still answer
//     sandbox-working    `docker run` in sessions that work at once while one misbehaves; beside it, while all behave
//     sandbox-failover   a machine of two is lost: until its learner has another sandbox
//
// DRYDOCK_SANDBOXES says how many are tried (20; in long runs as many as there is room for), DRYDOCK_SECONDS how long they work (30; 300
// in long runs).

import { Agent, type IncomingMessage, request } from "node:http";
import type { State } from "../../app/api/sandbox/wire";
import { text, utf8 } from "../../engine/lib/bytes";
import type { MuxStream } from "../../engine/lib/mux/stream";
import type { SandboxClient } from "../support/sandbox-server";
import { placeForSandboxes, type Sandboxed, startSandboxed } from "../support/sandboxed";
import { whyNoSwarm } from "../support/swarm";
import { startStack } from "../support/swarm-stack";
import { timed } from "./daemons";
import { type Bench, type Figure, figure, median } from "./figure";
import { learner } from "./sandbox-learner";
import { working } from "./sandbox-working";

const long = process.env.DRYDOCK_LONG !== undefined;
const MOST = Number(process.env.DRYDOCK_SANDBOXES ?? (long ? 1000 : 20));
const WORKING = Math.min(20, MOST);
const SECONDS = Number(process.env.DRYDOCK_SECONDS ?? (long ? 300 : 30));
/** Milliseconds. */
const PATIENCE = 300_000;
/** A lost machine is known to be lost after 10 s, and a sandbox made within a few more. */
const FAILOVER = 120_000;
const TIMES = 5;

const ONE_MACHINE = ["sandbox-cold", "sandbox-warm", "sandbox-latency", "sandbox-held", "sandbox-working"] as const;

export function sandboxBench(): Bench {
	return {
		names: [...ONE_MACHINE, "sandbox-failover"],
		measure: async (wanted) => {
			const figures: Figure[] = [];
			if (ONE_MACHINE.some((name) => wanted.has(name))) figures.push(...(await onOneMachine(wanted)));
			if (wanted.has("sandbox-failover")) figures.push(...(await failover()));
			return figures;
		},
	};
}

async function onOneMachine(wanted: ReadonlySet<string>): Promise<Figure[]> {
	const place = await placeForSandboxes();
	if (typeof place === "string") {
		process.stderr.write(`bench: no sandboxes here: ${place}\n`);
		return [];
	}
	const limits = { most: MOST, perAddress: 1000, perHour: 10_000, queue: 1 };
	const site = await startSandboxed(place, limits);
	try {
		const figures: Figure[] = [];
		if (wanted.has("sandbox-cold")) figures.push(figure("sandbox-cold", "ms", await median5(() => began(site)), null));
		if (wanted.has("sandbox-warm")) figures.push(figure("sandbox-warm", "ms", await warm(site), null));
		if (wanted.has("sandbox-latency")) figures.push(await latency(site));
		if (wanted.has("sandbox-held") || wanted.has("sandbox-working")) {
			const { learners, refused, took } = await fill(site);
			const note = `the next one: ${refused}; all still answer; ${(took / learners.length / 1000).toFixed(2)} s each to begin`;
			if (wanted.has("sandbox-held")) figures.push(figure("sandbox-held", "sandboxes", learners.length, null, note));
			for (const one of learners.splice(WORKING)) await end(one);
			if (wanted.has("sandbox-working")) figures.push(await working(learners, SECONDS));
		}
		return figures;
	} finally {
		await site.stop();
	}
}

const end = async (client: SandboxClient): Promise<void> => void (await client.fetch("DELETE", ""));
const pingOver = async (client: SandboxClient): Promise<void> => {
	const answer = await client.fetch("GET", "/engine/_ping");
	if (answer.status !== 200) throw new Error(`a sandbox answers ${answer.status}: ${await answer.text()}`);
};

async function median5(measure: () => Promise<number>): Promise<number> {
	const values: number[] = [];
	for (let i = 0; i < TIMES; i++) values.push(await measure());
	return median(values);
}

async function began(site: Sandboxed): Promise<number> {
	const client = learner(site.server.address);
	const took = await timed(async () => {
		await client.begin(PATIENCE);
		await pingOver(client);
	});
	await end(client);
	return took;
}

/** One of the same specification is made before, and lent. */
async function warm(site: Sandboxed): Promise<number> {
	return median5(async () => {
		const sandbox = await site.provider.create();
		await site.route.sandboxes.change((shared, now) => void shared.warm.push({ sandbox, since: now }));
		return began(site);
	});
}

async function latency(site: Sandboxed): Promise<Figure> {
	const client = learner(site.server.address);
	await client.begin(PATIENCE);
	const { mux, close } = await client.connect();
	const stream = mux.open();
	const agent = new Agent({ keepAlive: true, maxSockets: 1 });
	const socketPath = site.outer.host.replace("unix://", "");
	const [ours, real]: [number[], number[]] = [[], []];
	for (let i = 0; i < 60; i++) {
		ours.push(await timed(() => pingOn(stream)));
		real.push(await timed(() => pingAt(socketPath, agent)));
	}
	agent.destroy();
	close();
	await end(client);
	const [route, bare] = [median(ours), median(real)];
	return figure("sandbox-latency", "ms", route, bare, `${(route - bare).toFixed(1)} ms are added`);
}

async function pingOn(stream: MuxStream): Promise<void> {
	await stream.write(utf8("GET /_ping HTTP/1.1\r\nHost: d\r\n\r\n"));
	for (let heard = ""; !heard.endsWith("OK"); ) heard += text((await stream.read())!);
}
const pingAt = (socketPath: string, agent: Agent): Promise<void> =>
	new Promise((resolve, reject) => {
		const asked = request({ socketPath, path: "/_ping", agent }, (answer: IncomingMessage) => {
			answer.resume().once("end", resolve);
		});
		asked.once("error", reject);
		asked.end();
	});

/** One after the other until one is not lent at once: queued, refused or failed. */
async function fill(site: Sandboxed): Promise<{ learners: SandboxClient[]; refused: string; took: number }> {
	const learners: SandboxClient[] = [];
	const started = performance.now();
	for (;;) {
		const client = learner(site.server.address);
		const answer = await client.fetch("POST", "");
		const told = (await answer.json()) as State;
		const state = answer.ok && told.state === "starting" ? await settled(client) : told;
		if (state.state === "ready") {
			learners.push(client);
			continue;
		}
		const took = performance.now() - started;
		const next = await learner(site.server.address).fetch("POST", "");
		for (const one of learners) await pingOver(one);
		await end(client);
		const words = `${state.state === "queued" ? `place ${state.place} of the queue` : state.reason}, then ${next.status}`;
		return { learners, refused: words, took };
	}
}
async function settled(client: SandboxClient): Promise<State> {
	for (;;) {
		const state = await client.state();
		if (state.state !== "starting") return state;
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
}

async function failover(): Promise<Figure[]> {
	const missing = whyNoSwarm();
	if (missing) {
		process.stderr.write(`bench: no failover here: ${missing}\n`);
		return [];
	}
	const { sandboxImage } = await import("../../bin/setup/sandbox.mjs");
	const { swarm, address, stop } = await startStack(await sandboxImage());
	try {
		const learners = [learner(address), learner(address)];
		for (const one of learners) await one.begin(PATIENCE);
		const took = await timed(async () => {
			await swarm.lose(1);
			await replacedOne(learners);
		});
		for (const one of learners) await pingOver(one);
		return [figure("sandbox-failover", "s", took / 1000, null, "two machines, one lost; the other's session was not disturbed")];
	} finally {
		await stop();
	}
}

/** @throws Error with what the site tells each, when nobody has another sandbox in time */
async function replacedOne(learners: readonly SandboxClient[]): Promise<void> {
	for (const began = performance.now(); ; await new Promise((resolve) => setTimeout(resolve, 200))) {
		const states = await Promise.all(learners.map((one) => one.state()));
		if (states.some(({ state, replaced }) => state === "ready" && replaced === 1)) return;
		if (performance.now() - began > FAILOVER)
			throw new Error(`nobody who was on the lost machine got another sandbox: ${JSON.stringify(states)}`);
	}
}
