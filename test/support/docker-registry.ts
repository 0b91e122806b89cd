// Debian's docker-registry (distribution 2.8) on a free port of the loopback, with a folder of its own or a given one.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const hasDockerRegistry = (): boolean =>
	spawnSync("sh", ["-c", "command -v docker-registry"], { stdio: "ignore" }).status === 0;

export interface DockerRegistry {
	/** 127.0.0.1:PORT */
	host: string;
	/** Its configuration file, for its other commands. */
	config: string;
	stop(): Promise<void>;
}

/** @throws Error with its log when it does not come up within 30 s */
export async function startDockerRegistry(root?: string): Promise<DockerRegistry> {
	const work = mkdtempSync(join(tmpdir(), "docker-registry-"));
	const config = join(work, "config.yml");
	const host = `127.0.0.1:${await freePort()}`;
	writeFileSync(
		config,
		`version: 0.1
log: { level: warn }
storage:
  filesystem: { rootdirectory: ${root ?? join(work, "data")} }
  delete: { enabled: true }
http: { addr: "${host}", relativeurls: true }
`,
	);
	const server = spawn("docker-registry", ["serve", config], { stdio: ["ignore", "ignore", "pipe"] });
	let log = "";
	server.stderr.on("data", (piece) => {
		log = (log + piece).slice(-4000);
	});
	for (let tries = 0; ; tries++) {
		const up = await fetch(`http://${host}/v2/`).then(
			(response) => response.ok,
			() => false,
		);
		if (up) break;
		if (tries === 300 || server.exitCode !== null) throw new Error(`docker-registry did not come up:\n${log}`);
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
	return {
		host,
		config,
		async stop() {
			const gone = once(server, "exit");
			server.kill("SIGTERM");
			await gone;
			rmSync(work, { recursive: true, force: true });
		},
	};
}

async function freePort(): Promise<number> {
	const server = createServer().listen(0, "127.0.0.1");
	await once(server, "listening");
	const { port } = server.address() as { port: number };
	server.close();
	await once(server, "close");
	return port;
}
