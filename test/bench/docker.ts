// docker-run-*: create, start, wait and remove over the API, by the same client code for our daemon and the real one.

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { EngineClient } from "../support/engine-client";
import { startRealDocker, whyNoDocker } from "../support/real-docker";
import { machineReady, startSite } from "../support/site";
import { dockerRunTrue } from "./docker-run";
import { type Bench, type Figure, figure, median } from "./figure";

const RUNS = 10;

export function dockerBench(folder: string): Bench {
	return {
		names: ["docker-run-first-node", "docker-run-warm-node", "docker-run-first-chromium", "docker-run-warm-chromium"],
		measure: async (wanted) => {
			const figures: Figure[] = [];
			const real = await measureReal(folder);
			const add = (where: string, { first, warm }: Times): void => {
				if (wanted.has(`docker-run-first-${where}`))
					figures.push(figure(`docker-run-first-${where}`, "ms", first, real?.first ?? null));
				if (wanted.has(`docker-run-warm-${where}`))
					figures.push(figure(`docker-run-warm-${where}`, "ms", warm, real?.warm ?? null));
			};
			if ([...wanted].some((name) => name.startsWith("docker-run") && name.endsWith("node")))
				add("node", await measureNode(folder));
			if ([...wanted].some((name) => name.startsWith("docker-run") && name.endsWith("chromium")))
				add("chromium", await measureChromium(folder));
			return figures;
		},
	};
}

interface Times {
	first: number;
	warm: number;
}

async function times(run: () => Promise<number>): Promise<Times> {
	const first = await run();
	const warm: number[] = [];
	for (let i = 0; i < RUNS; i++) warm.push(await run());
	return { first, warm: median(warm) };
}

async function measureReal(folder: string): Promise<Times | null> {
	const why = whyNoDocker();
	if (why) {
		process.stderr.write(`bench: no real Docker to compare with: ${why}\n`);
		return null;
	}
	const docker = await startRealDocker();
	try {
		const answer = await docker.client.upload("POST", "/images/create?fromSrc=-&repo=busybox&tag=latest", busyboxLayer(folder));
		if (answer.status !== 200 || answer.body.includes('"error"'))
			throw new Error(`the real dockerd does not import busybox: ${answer.body}`);
		return await times(() => dockerRunTrue((method, path, body) => docker.client.request(method, path, body), "busybox"));
	} finally {
		docker.client.close();
		await docker.stop();
	}
}

/** The root file system of the site's busybox image, as a plain tar. */
export function busyboxLayer(folder: string): Uint8Array {
	const registry = join(folder, ".drydock/registry");
	const blob = (digest: string): Buffer => readFileSync(join(registry, "blobs", digest.replace(":", "/")));
	const repositories = JSON.parse(readFileSync(join(registry, "repositories.json"), "utf8")) as Record<
		string,
		{ tags: Record<string, string> }
	>;
	let manifest = JSON.parse(blob(repositories["library/busybox"]!.tags.latest!).toString());
	if (manifest.manifests) manifest = JSON.parse(blob(manifest.manifests[0].digest).toString());
	return gunzipSync(blob(manifest.layers[0].digest));
}

async function measureNode(folder: string): Promise<Times> {
	const work = mkdtempSync(join(tmpdir(), "drydock-bench-"));
	const socketPath = join(work, "docker.sock");
	const daemon = spawn(join(folder, "bin/drydock"), ["dockerd", "--host", `unix://${socketPath}`], {
		stdio: ["ignore", "ignore", "pipe"],
	});
	await new Promise<void>((resolve, reject) => {
		let log = "";
		daemon.stderr.on("data", (chunk) => {
			log += chunk;
			if (log.includes("API listen")) resolve();
		});
		daemon.once("exit", () => reject(new Error(`drydock dockerd ended:\n${log}`)));
	});
	const client = new EngineClient({ socketPath });
	try {
		const pulled = await client.request("POST", "/images/create?fromImage=busybox&tag=latest");
		if (pulled.status !== 200 || pulled.body.includes('"error"')) throw new Error(`busybox cannot be pulled: ${pulled.body}`);
		return await times(() => dockerRunTrue((method, path, body) => client.request(method, path, body), "busybox"));
	} finally {
		client.close();
		daemon.removeAllListeners("exit");
		daemon.kill("SIGTERM");
		rmSync(work, { recursive: true, force: true });
	}
}

/** In a page of the site, over the page's own way to the daemon. */
async function measureChromium(folder: string): Promise<Times> {
	const site = await startSite(folder);
	try {
		const page = await site.page("/en");
		await machineReady(page);
		await page.evaluate('drydock.docker("POST", "/images/create?fromImage=busybox&tag=latest")');
		// as text: the page's content security policy allows no eval, and needs none
		const scenario = `(${dockerRunTrue.toString()})((method, path, body) => drydock.docker(method, path, body), "busybox")`;
		return await times(() => page.evaluate<number>(scenario));
	} finally {
		await site.stop();
	}
}
