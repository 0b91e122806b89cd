// A throw-away real dockerd beside the project's own, for comparisons: its own folders, socket, bridge and pid file.

import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EngineClient } from "./engine-client";

export interface RealDocker {
	/** unix:///… */
	host: string;
	client: EngineClient;
	stop(): Promise<void>;
}

const has = (program: string): boolean => spawnSync("sh", ["-c", `command -v ${program}`], { stdio: "ignore" }).status === 0;

/** Why there can be no real dockerd here, or undefined when there can. */
export function whyNoDocker(): string | undefined {
	if (!has("dockerd")) return "dockerd is not installed (apt-get install docker.io)";
	if (process.getuid?.() !== 0) return "dockerd wants root";
	return undefined;
}

/** @throws Error with the end of the daemon's log when it does not come up within 30 s */
export async function startRealDocker(): Promise<RealDocker> {
	const folder = mkdtempSync(join(tmpdir(), "drydock-real-"));
	const socket = join(folder, "docker.sock");
	const bridge = `dd${process.pid % 100000}`;
	const subnet = `10.${200 + (process.pid % 50)}.${process.pid % 250}.1/24`;
	spawnSync("ip", ["link", "add", bridge, "type", "bridge"]);
	spawnSync("ip", ["addr", "add", subnet, "dev", bridge]);
	spawnSync("ip", ["link", "set", bridge, "up"]);
	const args = ["--data-root", join(folder, "data"), "--exec-root", join(folder, "exec"), "-H", `unix://${socket}`];
	const daemon = spawn("dockerd", [...args, "--pidfile", join(folder, "pid"), "--bridge", bridge], {
		stdio: ["ignore", "ignore", "pipe"],
	});
	let log = "";
	daemon.stderr.on("data", (chunk) => {
		log = (log + chunk).slice(-4000);
	});
	const ended = new Promise<void>((resolve) => daemon.once("exit", () => resolve()));
	const client = new EngineClient({ socketPath: socket });
	const stop = async (): Promise<void> => {
		daemon.kill("SIGTERM");
		const late = setTimeout(() => daemon.kill("SIGKILL"), 20_000);
		await ended;
		clearTimeout(late);
		spawnSync("ip", ["link", "del", bridge]);
		rmSync(folder, { recursive: true, force: true });
	};
	for (const began = Date.now(); Date.now() - began < 30_000; await new Promise((resolve) => setTimeout(resolve, 100))) {
		if (daemon.exitCode !== null) break;
		if (!existsSync(socket)) continue;
		const up = await client.request("GET", "/_ping").then(
			(answer) => answer.status === 200,
			() => false,
		);
		if (up) return { host: `unix://${socket}`, client, stop };
	}
	await stop();
	throw new Error(`dockerd did not come up:\n${log}`);
}
