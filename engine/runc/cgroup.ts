// The container's cgroup (version 2): made before the process, so that nothing of it ever runs outside; limits are files.

import { isErrno, makeDirectories, readText, writeFile } from "../lib/files";
import type { Resources } from "../oci/runtime/spec";
import type { DeviceRule, Sys } from "../sys";

export const CGROUP_ROOT = "/sys/fs/cgroup";
const CONTROLLERS = ["cpuset", "cpu", "io", "memory", "pids"];

/** "/docker/4f2c…" → its directory. */
export const cgroupDirectory = (path: string): string => CGROUP_ROOT + path;

/** Makes the cgroup, with controllers delegated all the way down, and sets its limits. */
export async function createCgroup(sys: Sys, path: string, resources: Resources | undefined): Promise<void> {
	const names = path.split("/").filter(Boolean);
	for (let depth = 0; depth < names.length; depth++) {
		const parent = [CGROUP_ROOT, ...names.slice(0, depth)].join("/");
		await delegate(sys, parent);
		await makeDirectories(sys, `${parent}/${names[depth]}`);
	}
	await sys.attachDeviceRules(cgroupDirectory(path), [...(resources?.devices ?? []), ...ALWAYS_ALLOWED]);
	if (resources) await setLimits(sys, path, resources);
}

const allow = (major: number, minor: number): DeviceRule => ({ allow: true, type: "c", major, minor, access: "rwm" });
/** What runc allows each container: to make any node, and to open null, random, full, tty, zero, urandom, ptmx and terminals. */
const ALWAYS_ALLOWED: DeviceRule[] = [
	{ allow: true, type: "c", access: "m" },
	{ allow: true, type: "b", access: "m" },
	...[3, 8, 7, 5, 9].map((minor) => allow(1, minor)),
	allow(5, 0),
	allow(5, 2),
	allow(136, -1),
];

async function delegate(sys: Sys, directory: string): Promise<void> {
	const enabled = (await readText(sys, `${directory}/cgroup.subtree_control`)).split(/\s+/);
	const missing = CONTROLLERS.filter((name) => !enabled.includes(name));
	if (missing.length === 0) return;
	await writeFile(sys, `${directory}/cgroup.subtree_control`, missing.map((name) => `+${name}`).join(" "));
}

const orMax = (value: number): string => (value > 0 ? String(value) : "max");

export async function setLimits(sys: Sys, path: string, resources: Resources): Promise<void> {
	const set = (file: string, value: string): Promise<void> => writeFile(sys, `${cgroupDirectory(path)}/${file}`, value);
	const { memory, cpu, pids } = resources;
	if (memory?.limit) {
		await set("memory.max", orMax(memory.limit));
		// Docker counts memory and swap together, cgroup v2 swap alone.
		if (memory.swap !== undefined) await set("memory.swap.max", memory.swap < 0 ? "max" : String(memory.swap - memory.limit));
	}
	if (memory?.reservation) await set("memory.low", String(memory.reservation));
	if (cpu?.quota || cpu?.period) await set("cpu.max", `${orMax(cpu.quota ?? 0)} ${cpu.period || 100_000}`);
	if (cpu?.shares) await set("cpu.weight", String(weightOfShares(cpu.shares)));
	if (pids) await set("pids.max", orMax(pids.limit));
}

/** cgroup v1's cpu.shares 2–262144 → cpu.weight 1–10000. */
const weightOfShares = (shares: number): number => 1 + Math.floor(((shares - 2) * 9999) / 262142);

export const joinCgroup = (sys: Sys, path: string, pid: number): Promise<void> =>
	writeFile(sys, `${cgroupDirectory(path)}/cgroup.procs`, String(pid));

/** Processes in it, as seen from runc's own pid namespace. */
export async function cgroupPids(sys: Sys, path: string): Promise<number[]> {
	const lines = await readText(sys, `${cgroupDirectory(path)}/cgroup.procs`);
	return lines.split("\n").filter(Boolean).map(Number);
}

export const freeze = (sys: Sys, path: string, frozen: boolean): Promise<void> =>
	writeFile(sys, `${cgroupDirectory(path)}/cgroup.freeze`, frozen ? "1" : "0");

export async function isFrozen(sys: Sys, path: string): Promise<boolean> {
	try {
		return (await readText(sys, `${cgroupDirectory(path)}/cgroup.freeze`)).trim() === "1";
	} catch {
		return false;
	}
}

/** Kills what is left in it. */
export const killCgroup = (sys: Sys, path: string): Promise<void> => writeFile(sys, `${cgroupDirectory(path)}/cgroup.kill`, "1");

/** A dying process leaves its cgroup a moment after it is gone: so a few tries. */
export async function removeCgroup(sys: Sys, path: string): Promise<void> {
	for (let tries = 0; ; tries++) {
		try {
			return await sys.rmdir(cgroupDirectory(path));
		} catch (error) {
			if (isErrno(error, "ENOENT")) return;
			if (!isErrno(error, "EBUSY") || tries >= 10) throw error;
			await sys.nanosleep(1 << tries);
		}
	}
}
