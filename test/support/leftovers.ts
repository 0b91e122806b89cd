// What a throw-away dockerd makes outside its folder, taken away when it stops, and before the next one starts when it was killed:
// bridges, packet filter rules that name them, mounts, processes of containers, network namespaces of a swarm's machines. Nothing of another
// daemon's: bridges are known by their names (ddPID) or stand in the daemon's own database, processes and mounts by their folder.

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const PREFIX = "drydock-real-";
const OWNER = "owner";
/** Milliseconds for a folder that has just been made to be given its owner. */
const YOUNG = 60_000;

/** The daemon of this folder is this process's. */
export const own = (folder: string): void => writeFileSync(join(folder, OWNER), identity(process.pid)!);
/** A process, and not another one that got its number later. */
const identity = (pid: number): string | undefined => {
	const stat = readable(`/proc/${pid}/stat`);
	return stat === "" ? undefined : `${pid} ${stat.slice(stat.lastIndexOf(")")).split(" ")[20]}`;
};

/** Before a daemon starts: what those left whose test is no more. */
export function clearLeftovers(): void {
	for (const name of readdirSync(tmpdir()).filter((one) => one.startsWith(PREFIX))) {
		const folder = join(tmpdir(), name);
		if (isLeft(folder)) clear(folder);
	}
	removeBridges(interfaces().filter((name) => /^dd\d+$/.test(name) && isNobodys(Number(name.slice(2)))));
	removeBridges([...ruled()].filter((name) => /^dd\d+$/.test(name) && isNobodys(Number(name.slice(2)))));
	const namespaces = existsSync("/run/netns") ? readdirSync("/run/netns") : [];
	for (const name of namespaces)
		if (/^dd\d+[ab]$/.test(name) && isNobodys(Number.parseInt(name.slice(2), 10))) spawnSync("ip", ["netns", "del", name]);
	for (const name of interfaces())
		if (/^ddh\d+$/.test(name) && isNobodys(Number(name.slice(3)))) spawnSync("ip", ["link", "del", name]);
}

function isLeft(folder: string): boolean {
	const owner = readable(join(folder, OWNER));
	if (owner !== "") return identity(Number.parseInt(owner, 10)) !== owner;
	const young = Date.now() - (statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) < YOUNG;
	return !young && processesOf(folder).length === 0;
}

/** Ends what runs in the daemon's folder, and removes the folder, the bridges and their rules. */
function clear(folder: string): void {
	killAll(folder);
	const bridges = bridgesOf(folder);
	unmount(folder);
	removeBridges(bridges);
	rmSync(folder, { recursive: true, force: true });
}

/** The daemon has ended: its network goes. */
export function removeNetwork(folder: string, bridge?: string): void {
	removeBridges([...(bridge ? [bridge] : []), ...bridgesOf(folder)]);
}

/** Of the networks that its daemon made: they stand in its database by their ids. */
function bridgesOf(folder: string): string[] {
	const database = readable(join(folder, "data/network/files/local-kv.db"), "latin1");
	const ids = [...database.matchAll(/docker\/network\/v1\.0\/bridge\/([0-9a-f]{64})/g)].map(([, id]) => id!);
	return [...new Set(ids)].map((id) => `br-${id.slice(0, 12)}`);
}

function removeBridges(bridges: readonly string[]): void {
	if (bridges.length === 0) return;
	const gone = new Set(bridges);
	const there = new Set(interfaces());
	for (const bridge of gone) if (there.has(bridge)) spawnSync("ip", ["link", "del", bridge]);
	for (const { table, rule } of rules())
		if (named(rule).some((name) => gone.has(name)))
			spawnSync("iptables", ["-w", "-t", table, ...rule.replace(/^-A/, "-D").split(" ")]);
}

const interfaces = (): string[] => readdirSync("/sys/class/net");
const ruled = (): Set<string> => new Set(rules().flatMap(({ rule }) => named(rule)));
/** The interfaces of a rule. */
const named = (rule: string): string[] => [...rule.matchAll(/ -[io] (\S+)/g)].map(([, name]) => name!);

function rules(): Array<{ table: string; rule: string }> {
	return ["filter", "nat"].flatMap((table) => {
		const saved = spawnSync("iptables-save", ["-t", table], { encoding: "utf8" }).stdout ?? "";
		return saved
			.split("\n")
			.filter((line) => line.startsWith("-A "))
			.map((rule) => ({ table, rule }));
	});
}

/** Names carry a process's number without what is above 100,000. */
const isNobodys = (tag: number): boolean => !processes().some((pid) => pid % 100_000 === tag);

/** A machine that loses its power: the daemon, its shims, which are nobody's children, and what ran in them. */
export function killAll(folder: string): void {
	for (const pid of processesOf(folder).flatMap((one) => [one, ...descendants(one)])) {
		try {
			process.kill(pid, "SIGKILL");
		} catch {
			// it has ended meanwhile
		}
	}
}

function unmount(folder: string): void {
	const mounted = readable("/proc/self/mounts")
		.split("\n")
		.map((line) => line.split(" ")[1] ?? "")
		.filter((path) => path.startsWith(`${folder}/`));
	for (const path of mounted.reverse()) execFileSync("umount", ["-l", path], { stdio: "ignore" });
}

const processes = (): number[] =>
	readdirSync("/proc")
		.map(Number)
		.filter((pid) => pid > 0);
const processesOf = (folder: string): number[] =>
	processes().filter((pid) => pid !== process.pid && readable(`/proc/${pid}/cmdline`).includes(`${folder}/`));
function descendants(pid: number): number[] {
	const children = processes().filter((one) => new RegExp(`^PPid:\\s+${pid}$`, "m").test(readable(`/proc/${one}/status`)));
	return children.flatMap((child) => [child, ...descendants(child)]);
}

/** What is gone meanwhile has nothing to read. */
function readable(path: string, encoding: BufferEncoding = "utf8"): string {
	try {
		return readFileSync(path, encoding);
	} catch {
		return "";
	}
}
