// A throw-away real dockerd beside the project's own, for comparisons: its own folders, socket, bridge and pid file.

import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EngineClient } from "./engine-client";
import { clearLeftovers, killAll, own, PREFIX, removeNetwork } from "./leftovers";

export interface RealDocker {
	/** unix:///… */
	host: string;
	client: EngineClient;
	stop(): Promise<void>;
	/** As a machine that loses its power, what ran on it included; stop() cleans up. */
	kill(): Promise<void>;
}

/** One of several machines. */
export interface Machine {
	/** The name of its network namespace. */
	network: string;
	/** Where its containers find the folder with its socket. */
	sockets: string;
}

const has = (program: string): boolean => spawnSync("sh", ["-c", `command -v ${program}`], { stdio: "ignore" }).status === 0;

/** Why there can be no real dockerd here, or undefined when there can. */
export function whyNoDocker(): string | undefined {
	if (!has("dockerd")) return "dockerd is not installed (apt-get install docker.io)";
	if (process.getuid?.() !== 0) return "dockerd wants root";
	return undefined;
}

/** @throws Error with the end of the daemon's log when it does not come up within 30 s */
export async function startRealDocker(machine?: Machine): Promise<RealDocker> {
	clearLeftovers();
	const folder = mkdtempSync(join(tmpdir(), PREFIX));
	own(folder);
	const socket = join(folder, "docker.sock");
	const bridge = `dd${process.pid % 100000}`;
	const subnet = `10.${200 + (process.pid % 50)}.${process.pid % 250}.1/24`;
	if (!machine) {
		spawnSync("ip", ["link", "add", bridge, "type", "bridge"]);
		spawnSync("ip", ["addr", "add", subnet, "dev", bridge]);
		spawnSync("ip", ["link", "set", bridge, "up"]);
	}
	const args = ["--data-root", join(folder, "data"), "--exec-root", join(folder, "exec"), "-H", `unix://${socket}`];
	const command = ["dockerd", ...args, "--pidfile", join(folder, "pid"), ...(machine ? [] : ["--bridge", bridge])];
	const [program, ...rest] = machine ? elsewhere(machine, folder, command) : command;
	const daemon = spawn(program!, rest, { stdio: ["ignore", "ignore", "pipe"] });
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
		// who had to be killed has stopped no container: their shims are nobody's children
		killAll(folder);
		// a machine's network goes with its namespace
		if (!machine) removeNetwork(folder, bridge);
		rmSync(folder, { recursive: true, force: true });
	};
	const kill = async (): Promise<void> => {
		killAll(folder);
		await ended;
	};
	for (const began = Date.now(); Date.now() - began < 30_000; await new Promise((resolve) => setTimeout(resolve, 100))) {
		if (daemon.exitCode !== null) break;
		if (!existsSync(socket)) continue;
		const up = await client.request("GET", "/_ping").then(
			(answer) => answer.status === 200,
			() => false,
		);
		if (up) return { host: `unix://${socket}`, client, stop, kill };
	}
	await stop();
	throw new Error(`dockerd did not come up:\n${log}`);
}

/** The command on a machine of its own: its network, and its socket where its containers look for it. */
const elsewhere = ({ network, sockets }: Machine, folder: string, command: readonly string[]): string[] => [
	"nsenter",
	`--net=/run/netns/${network}`,
	"unshare",
	"--mount",
	"sh",
	"-c",
	`mkdir -p ${sockets} && mount --bind ${folder} ${sockets} && exec "$@"`,
	"sh",
	...command,
];
