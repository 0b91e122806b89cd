// Questions that predictions and tasks put to the machine: all answered from its state, none from what was typed.

import { chainIds } from "../engine/host/browser/snapshots";
import type { Witness } from "./lesson";

/** The answer of a GET on the Engine API, or undefined when it is not 200. */
export async function ask<T>(machine: Witness, path: string): Promise<T | undefined> {
	const { status, body } = await machine.docker("GET", path);
	return status === 200 ? (JSON.parse(body) as T) : undefined;
}

/** The parts of a container's inspection that lessons look at. */
export interface Inspected {
	Id: string;
	Image: string;
	State: { Status: string; Running: boolean; Pid: number; ExitCode: number; OOMKilled: boolean };
	Config: { Image: string; Hostname: string; Tty: boolean; Entrypoint: string[] | null; Cmd: string[] | null };
	HostConfig: {
		/** Bytes; 0 without a limit. */
		Memory: number;
		NetworkMode: string;
		PidMode: string;
		UTSMode: string;
		RestartPolicy: { Name: string };
	};
	Mounts: Array<{ Type: string; Name?: string; Source: string; Destination: string; RW: boolean }>;
	NetworkSettings: {
		Ports: Record<string, Array<{ HostIp: string; HostPort: string }> | null>;
		Networks: Record<string, { NetworkID: string; IPAddress: string; Aliases: string[] | null }>;
	};
}
export const container = (machine: Witness, name: string): Promise<Inspected | undefined> =>
	ask<Inspected>(machine, `/containers/${name}/json`);

/** Every container, running or not. */
export async function containers(machine: Witness): Promise<Inspected[]> {
	const listed = (await ask<Array<{ Id: string }>>(machine, "/containers/json?all=1")) ?? [];
	const inspected = await Promise.all(listed.map(({ Id }) => container(machine, Id)));
	return inspected.filter((one) => one !== undefined);
}

export interface Change {
	Path: string;
	/** 0 changed, 1 added, 2 deleted. */
	Kind: 0 | 1 | 2;
}
export const CHANGED = 0;
export const ADDED = 1;
export const DELETED = 2;

/** What `docker diff` says; empty for a container that is not there. */
export const changes = async (machine: Witness, name: string): Promise<Change[]> =>
	(await ask<Change[] | null>(machine, `/containers/${name}/changes`)) ?? [];

export const hasChange = (all: Change[], path: string, kind: Change["Kind"]): boolean =>
	all.some((change) => change.Path === path && change.Kind === kind);

/** Whether a path is there for a container, running or not. */
export async function seesPath(machine: Witness, name: string, path: string): Promise<boolean> {
	const { status } = await machine.docker("HEAD", `/containers/${name}/archive?path=${encodeURIComponent(path)}`);
	return status === 200;
}

const SNAPSHOTS = "/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots";

/** Contents of a file in every snapshot's own directory (not the merged view) where it is. */
export async function inSnapshots(machine: Witness, path: string): Promise<string[]> {
	const found: string[] = [];
	for (const { name } of await machine.list(SNAPSHOTS)) {
		const bytes = await machine.readFile(`${SNAPSHOTS}/${name}/fs${path}`, 65_536).catch(() => undefined);
		if (bytes) found.push(new TextDecoder().decode(bytes));
	}
	return found;
}

/** Layers of an image, base first, by the digests of their contents. */
export async function layersOf(machine: Witness, image: string): Promise<string[]> {
	const found = await ask<{ RootFS: { Layers?: string[] } }>(machine, `/images/${image}/json`);
	return found?.RootFS.Layers ?? [];
}

/** The parts of an image's inspection that lessons look at. */
export interface InspectedImage {
	Id: string;
	/** RFC 3339; 1970 where the build was told so. */
	Created: string;
	/** Bytes. */
	Size: number;
	Config: {
		Entrypoint?: string[] | null;
		Cmd?: string[] | null;
		User?: string;
		Env?: string[] | null;
		Labels?: Record<string, string> | null;
	};
	RootFS: { Layers?: string[] };
}
export const image = (machine: Witness, name: string): Promise<InspectedImage | undefined> =>
	ask<InspectedImage>(machine, `/images/${name}/json`);

export interface Step {
	CreatedBy: string;
	/** Bytes, unpacked; 0 for what changed the configuration alone. */
	Size: number;
}
/** What `docker history` says, newest first; empty for an image that is not there. */
export const historyOf = async (machine: Witness, name: string): Promise<Step[]> =>
	(await ask<Step[]>(machine, `/images/${name}/history`)) ?? [];

/** Whether an image stands on all layers of another, with more of its own. */
export async function isOn(machine: Witness, name: string, base: string): Promise<boolean> {
	const [own, below] = await Promise.all([layersOf(machine, name), layersOf(machine, base)]);
	return below.length > 0 && own.length > below.length && below.every((layer, index) => own[index] === layer);
}

export interface Ended {
	name: string;
	/** As it was named when the container was made, without `:latest`. */
	image: string;
	exitCode: number;
	/** Seconds since 1970. */
	time: number;
}
interface Event {
	Action: string;
	Actor: { ID: string; Attributes: Record<string, string> };
	time: number;
}
/** The daemon's last events of one type and of these kinds, the oldest first. */
async function events(machine: Witness, type: "container" | "image", ...kinds: string[]): Promise<Event[]> {
	const until = Math.floor(Date.now() / 1000) + 1;
	const filters = encodeURIComponent(JSON.stringify({ type: [type], event: kinds }));
	const { status, body } = await machine.docker("GET", `/events?since=0&until=${until}&filters=${filters}`);
	if (status !== 200) return [];
	const lines = body.split("\n").filter((line) => line.trim() !== "");
	return lines.map((line) => JSON.parse(line) as Event);
}

/** The containers that have ended, also those that are removed by now (as with --rm). */
export const ended = async (machine: Witness): Promise<Ended[]> =>
	(await events(machine, "container", "die")).map(
		({
			time,
			Actor: {
				Attributes: { name = "", image = "", exitCode },
			},
		}) => ({
			name,
			image: image.replace(/:latest$/, ""),
			exitCode: Number(exitCode),
			time,
		}),
	);

/** Ids of the containers that were sent TERM, as `docker stop` does first. */
export async function stopped(machine: Witness): Promise<Set<string>> {
	const sent = (await events(machine, "container", "kill")).filter(({ Actor }) => Actor.Attributes.signal === "15");
	return new Set(sent.map(({ Actor }) => Actor.ID));
}

/** Whether an image was there still, once this name had been taken from it; undefined as long as that was not done. */
export async function outlived(machine: Witness, name: string): Promise<boolean | undefined> {
	const all = await events(machine, "image", "untag", "delete");
	const at = all.findIndex(({ Action, Actor }) => Action === "untag" && Actor.Attributes.name === name);
	const { ID } = all[at]?.Actor ?? {};
	if (ID === undefined) return undefined;
	const next = all.slice(at + 1).find(({ Actor }) => Actor.ID === ID);
	return next ? next.Action !== "delete" : (await machine.docker("GET", `/images/${ID}/json`)).status === 200;
}

/** Whether an image's file system has a file at a path: the topmost layer that says something of it decides. */
export async function imageHas(machine: Witness, name: string, path: string): Promise<boolean> {
	const metadata = "/var/lib/containerd/io.containerd.metadata.v1.bolt/snapshots.json";
	const stored = (await readJson<Record<string, { id: number }>>(machine, metadata)) ?? {};
	const [, folder = "", file = ""] = /^(.*)\/([^/]+)$/.exec(path) ?? [];
	for (const chain of chainIds(await layersOf(machine, name)).reverse()) {
		const entries = await machine.list(`${SNAPSHOTS}/${stored[chain]?.id}/fs${folder}`).catch(() => []);
		const found = entries.find((entry) => entry.name === file);
		// a whiteout hides what is below
		if (found) return found.type !== "character";
	}
	return false;
}

/** Sizes in bytes of a file in every snapshot's own directory where it is. */
export async function sizesInSnapshots(machine: Witness, folder: string, file: string): Promise<number[]> {
	const found: number[] = [];
	for (const { name } of await machine.list(SNAPSHOTS).catch(() => [])) {
		const entries = await machine.list(`${SNAPSHOTS}/${name}/fs${folder}`).catch(() => []);
		found.push(...entries.filter((entry) => entry.name === file && entry.type === "file").map(({ size }) => size));
	}
	return found;
}

/** Whether something listens on a TCP port in a process's network (proc_net_tcp(5): 0A is LISTEN). */
export async function listens(machine: Witness, pid: number, port: number): Promise<boolean> {
	const local = new RegExp(`^\\s*\\d+: [0-9A-F]+:${port.toString(16).toUpperCase().padStart(4, "0")} [0-9A-F]+:0000 0A`, "m");
	for (const table of ["tcp", "tcp6"]) {
		const bytes = await machine.readFile(`/proc/${pid}/net/${table}`).catch(() => undefined);
		if (bytes && local.test(new TextDecoder().decode(bytes))) return true;
	}
	return false;
}

/** What a file of the machine says; undefined where it is not there, or empty. @throws SyntaxError */
export async function readJson<T>(machine: Witness, path: string): Promise<T | undefined> {
	const bytes = await machine.readFile(path).catch(() => undefined);
	return bytes && bytes.length > 0 ? (JSON.parse(new TextDecoder().decode(bytes)) as T) : undefined;
}

/** The second host's disk (`service second start`), as this host sees it. */
export const SECOND = "/var/lib/second";

/** Images of the second host's daemon: name → digest of what it points at. Names are whole: docker.io/library/busybox:latest */
export async function imagesOnSecond(machine: Witness): Promise<Map<string, string>> {
	const file = `${SECOND}/containerd/io.containerd.metadata.v1.bolt/images.json`;
	const stored = (await readJson<Record<string, { target: { digest: string } }>>(machine, file)) ?? {};
	return new Map(Object.entries(stored).map(([name, { target }]) => [name, target.digest]));
}

export interface OnSecond {
	Name: string;
	/** The image's id. */
	Image: string;
	NetworkSettings: { Networks: Record<string, { IPAddress: string }> };
	State: { Running: boolean; ExitCode: number };
	Config: { Image: string };
	host: { RestartPolicy: { Name: string }; PortBindings?: Record<string, Array<{ HostPort: string }>> | null };
}
/** Containers of the second host's daemon, as it keeps them on its disk. */
export async function containersOnSecond(machine: Witness): Promise<OnSecond[]> {
	const directory = `${SECOND}/docker/containers`;
	const found: OnSecond[] = [];
	for (const { name } of await machine.list(directory).catch(() => [])) {
		const config = await readJson<Omit<OnSecond, "host">>(machine, `${directory}/${name}/config.v2.json`);
		const host = await readJson<OnSecond["host"]>(machine, `${directory}/${name}/hostconfig.json`);
		if (config && host) found.push({ ...config, host });
	}
	return found;
}

/** The files at the top of a volume, by name; empty where there is no such volume. */
export async function filesOfVolume(machine: Witness, volume: string, host: "first" | "second"): Promise<Map<string, string>> {
	const directory = `${host === "first" ? "/var/lib" : SECOND}/docker/volumes/${volume}/_data`;
	const found = new Map<string, string>();
	for (const { name, type } of await machine.list(directory).catch(() => [])) {
		if (type === "file") found.set(name, new TextDecoder().decode(await machine.readFile(`${directory}/${name}`, 65_536)));
	}
	return found;
}
