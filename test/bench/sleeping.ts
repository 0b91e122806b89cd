// sleeping-N: what a container costs that only sleeps, when there are N of them: `docker run -d busybox sleep 1000`.
//
// KiB each, from the heap and buffers of our process, and from the proportional set sizes of the real shim and its
// program (/proc/PID/smaps_rollup). The real daemon starts 500 only in long runs (DRYDOCK_LONG=1): it takes minutes.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { bootNode } from "../../engine/host/node/machine";
import { busyboxLayer } from "../support/busybox";
import { startRealDocker, whyNoDocker } from "../support/real-docker";
import { type Bench, type Figure, figure } from "./figure";

const COUNTS = [1, 10, 100, 500];
/** More than that are started really in long runs alone. */
const EASY = 100;
const IDLE_MS = 3000;

type Call = (method: string, path: string, body?: unknown) => Promise<{ status: number; body: string }>;

export function sleepingBench(folder: string): Bench {
	return {
		names: COUNTS.map((count) => `sleeping-${count}`),
		measure: async (wanted) => {
			const counts = COUNTS.filter((count) => wanted.has(`sleeping-${count}`));
			const real = await measureReal(folder, counts);
			const ours = await measureOurs(folder, counts);
			return ours.map(({ count, kib, note }): Figure => {
				const theirs = real.get(count);
				const really = theirs ? `, really in ${theirs.start.toFixed(0)} ms each` : "";
				return figure(`sleeping-${count}`, "KiB", kib, theirs?.kib ?? null, note.replace(" each, all", ` each${really}, all`));
			});
		},
	};
}

async function startOne(call: Call): Promise<string> {
	const created = await call("POST", "/containers/create", {
		Image: "busybox",
		Cmd: ["sleep", "1000"],
		HostConfig: { NetworkMode: "none" },
	});
	if (created.status !== 201) throw new Error(`create: ${created.body}`);
	const { Id: id } = JSON.parse(created.body) as { Id: string };
	const started = await call("POST", `/containers/${id}/start`);
	if (started.status !== 204) throw new Error(`start: ${started.body}`);
	return id;
}

async function measureOurs(folder: string, counts: number[]) {
	const assets = pathToFileURL(join(folder, "public/engine/"));
	const host = await bootNode({ assets, registry: join(folder, ".drydock/registry") });
	const call: Call = (method, path, body) => host.docker(method, path, body);
	const pulled = await call("POST", "/images/create?fromImage=busybox&tag=latest");
	if (pulled.status !== 200) throw new Error(`busybox cannot be pulled: ${pulled.body}`);
	// what the first container brings along for all
	const first = await startOne(call);
	await call("DELETE", `/containers/${first}?force=1`);
	await pause(500);
	const before = bytesInUse();
	const results: Array<{ count: number; kib: number; note: string }> = [];
	let running = 0;
	for (const count of counts) {
		const began = performance.now();
		const from = running;
		for (; running < count; running++) await startOne(call);
		const start = (performance.now() - began) / (running - from);
		await pause(500);
		const kib = (bytesInUse() - before) / 1024 / count;
		const cpu = cpuMs();
		await pause(IDLE_MS);
		const idle = ((cpuMs() - cpu) / IDLE_MS) * 1000;
		const asked = performance.now();
		const listed = JSON.parse((await call("GET", "/containers/json")).body) as unknown[];
		if (listed.length !== count) throw new Error(`${listed.length} of ${count} containers run`);
		const ps = performance.now() - asked;
		const note = `each; started in ${start.toFixed(0)} ms each, all together idle with ${idle.toFixed(1)} ms of CPU a second, listed in ${ps.toFixed(0)} ms`;
		results.push({ count, kib, note });
	}
	// its daemons would stop 500 containers one after another: the process ends instead
	return results;
}

async function measureReal(folder: string, counts: number[]): Promise<Map<number, { kib: number; start: number }>> {
	const found = new Map<number, { kib: number; start: number }>();
	const possible = counts.filter((count) => count <= EASY || process.env.DRYDOCK_LONG);
	const why = whyNoDocker();
	if (why || possible.length === 0) {
		if (why) process.stderr.write(`bench: no real Docker to compare with: ${why}\n`);
		return found;
	}
	const docker = await startRealDocker();
	const ids: string[] = [];
	const call: Call = (method, path, body) => docker.client.request(method, path, body);
	try {
		await docker.client.upload("POST", "/images/create?fromSrc=-&repo=busybox&tag=latest", busyboxLayer(folder));
		for (const count of possible) {
			const began = performance.now();
			const from = ids.length;
			while (ids.length < count) ids.push(await startOne(call));
			found.set(count, { kib: shimsKib(ids) / count, start: (performance.now() - began) / (count - from) });
		}
	} finally {
		for (const id of ids) await call("DELETE", `/containers/${id}?force=1`);
		docker.client.close();
		await docker.stop();
	}
	return found;
}

/** Of the shims with these containers' ids, and their children. */
function shimsKib(ids: readonly string[]): number {
	const shims = new Set<string>();
	const parents = new Map<string, string>();
	for (const pid of readdirSync("/proc")) {
		if (!/^\d+$/.test(pid)) continue;
		try {
			const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
			if (words[0]?.includes("containerd-shim") && ids.includes(words[words.indexOf("-id") + 1] ?? "")) shims.add(pid);
			parents.set(pid, /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? "0");
		} catch {
			// it has ended
		}
	}
	let kib = 0;
	for (const [pid, parent] of parents) if (shims.has(pid) || shims.has(parent)) kib += proportionalKib(pid);
	return kib;
}

function proportionalKib(pid: string): number {
	const found = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"));
	return Number(found?.[1] ?? 0);
}

/** Heap and buffers after a collection; WebAssembly memories are a fixed few and not among them. */
function bytesInUse(): number {
	setFlagsFromString("--expose-gc");
	const collect = runInNewContext("gc") as () => void;
	collect();
	collect();
	const { heapUsed, arrayBuffers } = process.memoryUsage();
	return heapUsed + arrayBuffers;
}
function cpuMs(): number {
	const { user, system } = process.cpuUsage();
	return (user + system) / 1000;
}
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
