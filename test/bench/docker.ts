// docker-run-*: create, start, wait and remove over the API, by the same client code for our daemon and the real one.

import { busyboxLayer } from "../support/busybox";
import { machineReady, startSite } from "../support/site";
import { type Daemon, inTurns, startOurs, startReal } from "./daemons";
import { dockerRunTrue } from "./docker-run";
import { type Bench, type Figure, figure } from "./figure";

const RUNS = 20;

export function dockerBench(folder: string): Bench {
	return {
		names: ["docker-run-first-node", "docker-run-warm-node", "docker-run-first-chromium", "docker-run-warm-chromium"],
		measure: async (wanted) => {
			const figures: Figure[] = [];
			for (const [where, measure] of [
				["node", measureNode],
				["chromium", measureChromium],
			] as const) {
				const names = [`docker-run-first-${where}`, `docker-run-warm-${where}`] as const;
				if (!names.some((name) => wanted.has(name))) continue;
				const [ours, real] = await measure(folder);
				if (wanted.has(names[0])) figures.push(figure(names[0], "ms", ours.first, real?.first ?? null));
				if (wanted.has(names[1])) figures.push(figure(names[1], "ms", ours.warm, real?.warm ?? null));
			}
			return figures;
		},
	};
}

interface Times {
	first: number;
	warm: number;
}

const runOf = ({ client }: Daemon) => dockerRunTrue((method, path, body) => client.request(method, path, body), "busybox");

/** Ours and the real one's, in turns. */
async function measureNode(folder: string): Promise<[Times, Times | null]> {
	const real = await startReal();
	const ours = await startOurs(folder);
	try {
		const pulled = await ours.client.request("POST", "/images/create?fromImage=busybox&tag=latest");
		if (pulled.status !== 200 || pulled.body.includes('"error"')) throw new Error(`busybox cannot be pulled: ${pulled.body}`);
		if (real) await importBusybox(real, folder);
		const [first, realFirst] = await inTurns([ours, real], 1, runOf);
		const [warm, realWarm] = await inTurns([ours, real], RUNS, runOf);
		return [{ first: first!, warm: warm! }, real ? { first: realFirst!, warm: realWarm! } : null];
	} finally {
		await ours.stop();
		await real?.stop();
	}
}

/** In a page of the site, over the page's own way to the daemon. */
async function measureChromium(folder: string): Promise<[Times, Times | null]> {
	const real = await startReal();
	const site = await startSite(folder);
	try {
		if (real) await importBusybox(real, folder);
		const page = await site.page("/en");
		await machineReady(page);
		await page.evaluate('drydock.docker("POST", "/images/create?fromImage=busybox&tag=latest")');
		// as text: the page's content security policy allows no eval, and needs none
		const scenario = `(${dockerRunTrue.toString()})((method, path, body) => drydock.docker(method, path, body), "busybox")`;
		const run = (where: Daemon | "page"): Promise<number> => (where === "page" ? page.evaluate<number>(scenario) : runOf(where));
		const [first, realFirst] = await inTurns<Daemon | "page">(["page", real], 1, run);
		const [warm, realWarm] = await inTurns<Daemon | "page">(["page", real], RUNS, run);
		return [{ first: first!, warm: warm! }, real ? { first: realFirst!, warm: realWarm! } : null];
	} finally {
		await site.stop();
		await real?.stop();
	}
}

async function importBusybox({ client }: Daemon, folder: string): Promise<void> {
	const answer = await client.upload("POST", "/images/create?fromSrc=-&repo=busybox&tag=latest", busyboxLayer(folder));
	if (answer.status !== 200 || answer.body.includes('"error"'))
		throw new Error(`the real dockerd does not import busybox: ${answer.body}`);
}
