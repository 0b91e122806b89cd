// deploy/stack.yaml on two machines: the agent's image by its own recipe, on a base made of this machine's node; in place of the site, its
// sandbox route; Redis from this machine's, too.

import { execFileSync } from "node:child_process";
import { linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasIpsec, programsImage, SOCKETS, type Swarm, startSwarm } from "./swarm";

export interface Stack {
	swarm: Swarm;
	/** http://… of the site */
	address: string;
	stop(): Promise<void>;
}

const root = process.env.DRYDOCK_ROOT ?? process.cwd();
/** Milliseconds until both agents and the site are there. */
const PATIENCE = 180_000;

/** @param tar the sandbox image @throws Error with the services' state when the site does not come up */
export async function startStack(tar: string): Promise<Stack> {
	const { bundle } = await import("../../bin/setup/bundle.mjs");
	const folder = mkdtempSync(join(tmpdir(), "drydock-stack-"));
	const swarm = await startSwarm();
	const stop = async (): Promise<void> => {
		await swarm.stop();
		rmSync(folder, { recursive: true, force: true });
	};
	try {
		const context = join(folder, "agent");
		mkdirSync(context);
		await bundle("deploy/swarm/main.ts", join(context, "agent.mjs"), "bundle");
		await bundle("test/sandbox/swarm-site.ts", join(folder, "site.mjs"), "bundle");
		copy(tar, join(context, "image.tar"));
		writeFileSync(join(context, "image.tar.fingerprint"), "test\n");
		copy(join(root, "deploy/swarm/Dockerfile"), join(context, "Dockerfile"));
		const base = programsImage(folder, ["node", "redis-server"]);
		for (const node of [0, 1]) {
			const path = "ENV PATH=/usr/local/bin";
			for (const name of ["node:22-bookworm-slim", ...(node === 0 ? ["redis:7", "node:22-bookworm"] : [])])
				swarm.docker(node, "import", "-c", path, base, name);
			swarm.docker(node, "build", "-q", "-t", "drydock-agent", context);
		}
		deploy(swarm, folder);
		await up(swarm, `http://${swarm.address}:3000`);
		return { swarm, address: `http://${swarm.address}:3000`, stop };
	} catch (error) {
		await stop();
		throw error;
	}
}

function deploy(swarm: Swarm, folder: string): void {
	writeFileSync(join(folder, "secret"), "the agents' secret, long enough");
	swarm.docker(0, "secret", "create", "drydock-agent", join(folder, "secret"));
	// the site's route in place of npm start, when both agents have the image: else all that wait warm are where it was first;
	// and the networks in clear where the kernel cannot encrypt them
	const text = readFileSync(join(root, "deploy/stack.yaml"), "utf8")
		.replace('command: ["npm", "start"]', 'command: ["node", "/site/site.mjs"]')
		.replace("deploy:\n", "deploy:\n      replicas: 0\n")
		.replace(/driver_opts: .*\n/, (encrypted) => (hasIpsec() ? encrypted : "\n"))
		.replace(/\$\{DRYDOCK_CHECKOUT:-[^}]*\}/, folder)
		.replace(/\$\{DOCKER_SOCKET:-[^}]*\}/, `${SOCKETS}/docker.sock`);
	writeFileSync(join(folder, "stack.yaml"), text);
	swarm.docker(0, "stack", "deploy", "--resolve-image", "never", "-c", join(folder, "stack.yaml"), "drydock");
}

/** Until both machines have the image, the site lends, and a sandbox waits warm on each. */
async function up(swarm: Swarm, address: string): Promise<void> {
	const began = Date.now();
	const hasImage = (node: number): boolean => swarm.docker(node, "images", "-q", "drydock-sandbox:latest") !== "";
	while (![0, 1].every(hasImage) && Date.now() - began < PATIENCE) await new Promise((resolve) => setTimeout(resolve, 500));
	swarm.docker(0, "service", "scale", "-d", "drydock_site=1");
	const warm = (node: number): number =>
		swarm.docker(node, "ps", "-q", "--filter", "label=drydock.sandbox=1").split("\n").filter(Boolean).length;
	let state: { reason?: string } = {};
	for (; Date.now() - began < PATIENCE; await new Promise((resolve) => setTimeout(resolve, 500))) {
		state = await fetch(`${address}/api/sandbox`).then(
			(answer) => answer.json() as Promise<{ reason?: string }>,
			(error: Error) => ({ reason: `away: ${error.cause ?? error.message}` }),
		);
		if (state.reason === undefined && [0, 1].every((node) => warm(node) > 0)) return;
	}
	const ask = (...args: string[]): string => {
		try {
			return swarm.docker(...([0, ...args] as [number, ...string[]]));
		} catch (error) {
			return (error as Error).message;
		}
	};
	const services = ["site", "agent", "redis"].map(
		(name) => ask("service", "ps", "--no-trunc", `drydock_${name}`) + ask("service", "logs", "--tail", "20", `drydock_${name}`),
	);
	const heard = `the site says ${JSON.stringify(state)}; warm: ${warm(0)} and ${warm(1)}`;
	throw new Error(`the stack did not come up: ${heard}\n${services.join("")}`);
}

function copy(from: string, to: string): void {
	try {
		linkSync(from, to);
	} catch {
		execFileSync("cp", [from, to]);
	}
}
