// Two machines of a Docker Swarm on one: a real dockerd in a network namespace each, joined by a pair of veth interfaces; a third
// address, on the first machine, is this one's way to them.

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RealDocker, startRealDocker, whyNoDocker } from "./real-docker";

export interface Swarm {
	/** The manager first. */
	readonly nodes: readonly RealDocker[];
	/** Of the manager, as it is reached from here. */
	readonly address: string;
	/** docker on one of the nodes; what it says. @throws Error with its words */
	docker(node: number, ...args: string[]): string;
	/** A node is gone from one moment to the next: its network, then its daemon. */
	lose(node: number): Promise<void>;
	stop(): Promise<void>;
}

/** Why there can be none here. */
export function whyNoSwarm(): string | undefined {
	const dockerless = whyNoDocker();
	if (dockerless) return dockerless;
	for (const program of ["ip", "nsenter", "unshare", "docker"])
		if (spawnSync("sh", ["-c", `command -v ${program}`]).status !== 0) return `there is no ${program}`;
	if (spawnSync("ip", ["link", "add", "ddvx", "type", "vxlan", "id", "4242", "dstport", "4789"]).status !== 0)
		return "this kernel has no VXLAN, which networks over several machines are made of";
	spawnSync("ip", ["link", "del", "ddvx"]);
	return undefined;
}

/** Has the kernel what Docker encrypts networks with: IPsec's ESP, with AES in GCM? Asked as Docker asks, in a network of its own. */
export function hasIpsec(): boolean {
	const name = `dd${process.pid % 100_000}a`;
	const ends = ["src", "10.0.0.1", "dst", "10.0.0.2", "proto", "esp", "spi", "0x100", "mode", "transport"];
	const key = `0x${"01".repeat(20)}`;
	spawnSync("ip", ["netns", "add", name]);
	const made = spawnSync("ip", ["-n", name, "xfrm", "state", "add", ...ends, "aead", "rfc4106(gcm(aes))", key, "64"]);
	spawnSync("ip", ["netns", "del", name]);
	return made.status === 0;
}

/** @param folder is mounted at SOCKETS on each node, with its daemon's socket in it */
export const SOCKETS = "/run/drydock-node";

export async function startSwarm(): Promise<Swarm> {
	const ip = (...args: string[]): void => void execFileSync("ip", args, { stdio: ["ignore", "ignore", "pipe"] });
	const tag = process.pid % 100_000;
	const [first, second] = [`dd${tag}a`, `dd${tag}b`];
	const net = `10.${100 + (tag % 90)}.${(tag >> 3) % 250}`;
	const here = `ddh${tag}`;
	for (const name of [first, second]) {
		ip("netns", "add", name);
		ip("-n", name, "link", "set", "lo", "up");
	}
	ip("link", "add", "eth0", "netns", first, "type", "veth", "peer", "name", "eth0", "netns", second);
	ip("link", "add", here, "type", "veth", "peer", "name", "host0", "netns", first);
	for (const [name, device, address] of [
		[first, "eth0", `${net}.1/29`],
		[second, "eth0", `${net}.2/29`],
		[first, "host0", `${net}.9/29`],
	] as const) {
		ip("-n", name, "addr", "add", address, "dev", device);
		ip("-n", name, "link", "set", device, "up");
	}
	ip("addr", "add", `${net}.10/29`, "dev", here);
	ip("link", "set", here, "up");

	const nodes = await Promise.all([first, second].map((network) => startRealDocker({ network, sockets: SOCKETS })));
	const home = mkdtempSync(join(tmpdir(), "drydock-swarm-"));
	const docker = (node: number, ...args: string[]): string => {
		const env = { ...process.env, HOME: home, DOCKER_HOST: nodes[node]!.host, DOCKER_BUILDKIT: "0" };
		return execFileSync("docker", args, { env, encoding: "utf8", timeout: 120_000, stdio: ["ignore", "pipe", "pipe"] });
	};
	docker(0, "swarm", "init", "--advertise-addr", `${net}.1`);
	const token = docker(0, "swarm", "join-token", "-q", "worker").trim();
	docker(1, "swarm", "join", "--advertise-addr", `${net}.2`, "--token", token, `${net}.1:2377`);
	return {
		nodes,
		address: `${net}.9`,
		docker,
		async lose(node) {
			ip("-n", [first, second][node]!, "link", "set", "eth0", "down");
			await nodes[node]!.kill();
		},
		async stop() {
			await Promise.allSettled(nodes.map((node) => node.stop()));
			for (const name of [first, second]) spawnSync("ip", ["netns", "del", name]);
			spawnSync("ip", ["link", "del", here]);
			rmSync(home, { recursive: true, force: true });
		},
	};
}

/** An image of these programs of this machine and the libraries that they need, as a tar. */
export function programsImage(folder: string, programs: readonly string[]): string {
	const copy = (from: string, to: string): void =>
		void execFileSync("install", ["-D", "-m", "755", from, join(folder, "root", to)]);
	for (const program of programs) {
		const path = execFileSync("sh", ["-c", `readlink -f "$(command -v ${program})"`], { encoding: "utf8" }).trim();
		copy(path, `usr/local/bin/${program}`);
		const needed = execFileSync("ldd", [path], { encoding: "utf8" }).match(/\/[^\s)]+/g) ?? [];
		for (const library of new Set(needed)) copy(library, library);
	}
	execFileSync("mkdir", ["-p", ...["tmp", "etc", "proc", "sys", "dev", "run"].map((name) => join(folder, "root", name))]);
	writeFileSync(join(folder, "root/etc/passwd"), "root:x:0:0:root:/:/bin/sh\n");
	execFileSync("tar", ["-C", join(folder, "root"), "-cf", join(folder, "programs.tar"), "."]);
	return join(folder, "programs.tar");
}
