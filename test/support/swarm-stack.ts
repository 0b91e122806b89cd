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
	// the site's route in place of npm start; and the networks in clear where the kernel cannot encrypt them
	const text = readFileSync(join(root, "deploy/stack.yaml"), "utf8")
		.replace('command: ["npm", "start"]', 'command: ["node", "/site/site.mjs"]')
		.replace(/driver_opts: .*\n/, (encrypted) => (hasIpsec() ? encrypted : "\n"))
		.replace(/\$\{DRYDOCK_CHECKOUT:-[^}]*\}/, folder)
		.replace(/\$\{DOCKER_SOCKET:-[^}]*\}/, `${SOCKETS}/docker.sock`);
	writeFileSync(join(folder, "stack.yaml"), text);
	swarm.docker(0, "stack", "deploy", "--resolve-image", "never", "-c", join(folder, "stack.yaml"), "drydock");
}

/** Until the site lends, and knows both machines: a sandbox waits warm on each. */
async function up(swarm: Swarm, address: string): Promise<void> {
	const warm = (node: number): number =>
		swarm.docker(node, "ps", "-q", "--filter", "label=drydock.sandbox=1").split("\n").filter(Boolean).length;
	for (const began = Date.now(); Date.now() - began < PATIENCE; await new Promise((resolve) => setTimeout(resolve, 500))) {
		const state = await fetch(`${address}/api/sandbox`).then(
			(answer) => answer.json() as Promise<{ reason?: string }>,
			() => ({ reason: "away" }),
		);
		if (state.reason === undefined && [0, 1].every((node) => warm(node) > 0)) return;
	}
	const services = ["site", "agent", "redis"].map((name) => swarm.docker(0, "service", "ps", "--no-trunc", `drydock_${name}`));
	throw new Error(`the stack did not come up:\n${services.join("")}`);
}

function copy(from: string, to: string): void {
	try {
		linkSync(from, to);
	} catch {
		execFileSync("cp", [from, to]);
	}
}
