// Our daemon and the real one, both on sockets of this machine and both up at once: what is measured of them is measured in turns,
// so that whatever else the machine does meanwhile weighs on both.

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EngineClient } from "../support/engine-client";
import { startRealDocker, whyNoDocker } from "../support/real-docker";
import { median } from "./figure";

export interface Daemon {
	client: EngineClient;
	stop(): Promise<void>;
}

/** @param upstream where it pulls docker.io's images from; the site's own without it */
export async function startOurs(folder: string, upstream?: string): Promise<Daemon> {
	const work = mkdtempSync(join(tmpdir(), "drydock-bench-"));
	const socketPath = join(work, "docker.sock");
	const env = { ...process.env, ...(upstream ? { DRYDOCK_UPSTREAM: upstream } : {}) };
	const daemon = spawn(join(folder, "bin/drydock"), ["dockerd", "--host", `unix://${socketPath}`], {
		stdio: ["ignore", "ignore", "pipe"],
		env,
	});
	await saying(daemon, "API listen", "drydock dockerd");
	const client = new EngineClient({ socketPath });
	return {
		client,
		stop: async () => {
			client.close();
			await ended(daemon);
			rmSync(work, { recursive: true, force: true });
		},
	};
}

/** undefined where there is none; says why once. */
export async function startReal(): Promise<Daemon | undefined> {
	const why = whyNoDocker();
	if (!why) return startRealDocker();
	if (!told) process.stderr.write(`bench: no real Docker to compare with: ${why}\n`);
	told = true;
	return undefined;
}
let told = false;

/** Debian's docker-registry on a free port of the loopback; undefined where it is not installed. */
export async function startRegistry(): Promise<{ address: string; stop(): Promise<void> } | undefined> {
	if (spawnSync("sh", ["-c", "command -v docker-registry"]).status !== 0) return undefined;
	const work = mkdtempSync(join(tmpdir(), "drydock-registry-"));
	mkdirSync(join(work, "data"));
	const address = `127.0.0.1:${await freePort()}`;
	const config = `version: 0.1\nstorage: {filesystem: {rootdirectory: ${join(work, "data")}}}\nhttp: {addr: "${address}"}\n`;
	writeFileSync(join(work, "config.yml"), config);
	const server = spawn("docker-registry", ["serve", join(work, "config.yml")], { stdio: ["ignore", "ignore", "pipe"] });
	await saying(server, "listening on", "docker-registry");
	return {
		address,
		stop: async () => {
			await ended(server);
			rmSync(work, { recursive: true, force: true });
		},
	};
}

/** The same work in turns; medians in milliseconds. `undefined` stands for a daemon that is not there. */
export async function inTurns<D>(
	daemons: readonly (D | undefined)[],
	times: number,
	work: (daemon: D) => Promise<number>,
): Promise<Array<number | null>> {
	const taken = daemons.map((): number[] => []);
	for (let i = 0; i < times; i++)
		for (const [index, daemon] of daemons.entries()) if (daemon) taken[index]!.push(await work(daemon));
	return taken.map((values) => (values.length > 0 ? median(values) : null));
}

/** How long it takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
	const began = performance.now();
	await work();
	return performance.now() - began;
}

async function saying(program: ChildProcess, words: string, name: string): Promise<void> {
	let log = "";
	await new Promise<void>((resolve, reject) => {
		program.stderr!.on("data", (chunk) => {
			log = (log + chunk).slice(-4000);
			if (log.includes(words)) resolve();
		});
		program.once("error", reject);
		program.once("exit", () => reject(new Error(`${name} ended:\n${log}`)));
	});
	program.removeAllListeners("exit");
}
async function ended(program: ChildProcess): Promise<void> {
	if (program.exitCode !== null) return;
	const over = new Promise<void>((resolve) => program.once("exit", () => resolve()));
	program.kill("SIGTERM");
	const late = setTimeout(() => program.kill("SIGKILL"), 20_000);
	await over;
	clearTimeout(late);
}
const freePort = (): Promise<number> =>
	new Promise((resolve) => {
		const server = createServer().listen(0, "127.0.0.1", () => {
			const { port } = server.address() as { port: number };
			server.close(() => resolve(port));
		});
	});
