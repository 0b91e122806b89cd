// A container's mount points: what -v, --mount, --volumes-from and the image's VOLUME ask for, put together.

import { invalidParameter, isKind, notFound } from "../../lib/errors";
import { isErrno, makeDirectories } from "../../lib/files";
import { isDirectory } from "../../lib/linux";
import { rootPath } from "../../oci/layer/root-path";
import type { Sys } from "../../sys";
import type { Container, StoredMount } from "../container/container";
import { copyTree } from "../volume/copy";
import { parseBind, parseMount, parseVolumesFrom } from "../volume/parse";
import type { Daemon } from "./daemon";

/** In moby's order: other containers' volumes, then binds, then --mount, then the image's own volumes where nothing is yet. */
export async function resolveMounts(daemon: Daemon, container: Container): Promise<Record<string, StoredMount>> {
	const { hostConfig, config } = container;
	const points: Record<string, StoredMount> = {};
	for (const spec of hostConfig.VolumesFrom ?? []) {
		const { container: other, mode } = parseVolumesFrom(spec);
		for (const point of Object.values(daemon.containers.get(other).stored.MountPoints)) {
			points[point.Destination] = { ...point, RW: mode !== "ro" && point.RW, Mode: mode === "rw" ? "" : mode, CopyData: false };
		}
	}
	for (const point of (hostConfig.Binds ?? []).map(parseBind)) {
		if (point.Type === "bind") await makeBindSource(daemon.sys, point.Source);
		points[point.Destination] = await withVolume(daemon, point);
	}
	const mounted = new Set<string>();
	for (const request of hostConfig.Mounts ?? []) {
		const point = parseMount(request);
		if (mounted.has(point.Destination)) throw invalidParameter(`Duplicate mount point: ${point.Destination}`);
		mounted.add(point.Destination);
		if (point.Type === "bind") await requireBindSource(daemon.sys, point.Source);
		points[point.Destination] = await withVolume(daemon, point, request.VolumeOptions?.Labels);
	}
	for (const destination of Object.keys(config.Volumes ?? {})) {
		const point = parseBind(destination);
		points[point.Destination] ??= await withVolume(daemon, point);
	}
	return points;
}

async function withVolume(daemon: Daemon, point: StoredMount, labels?: Record<string, string>): Promise<StoredMount> {
	if (point.Type !== "volume") return point;
	try {
		const volume = await daemon.volumes.create({ Name: point.Name, Driver: point.Driver, Labels: labels });
		if (!point.Name) daemon.events.emit("volume", "create", volume.Name, { driver: "local" });
		return { ...point, Name: volume.Name, Source: volume.Mountpoint, Driver: "local", Anonymous: point.Name === "" };
	} catch (error) {
		throw isKind(error, "notFound") ? notFound(error.message) : error;
	}
}

/** -v makes a missing directory, --mount does not. */
async function makeBindSource(sys: Sys, path: string): Promise<void> {
	try {
		await sys.stat(path);
	} catch (error) {
		if (!isErrno(error, "ENOENT")) throw error;
		await makeDirectories(sys, path);
	}
}
async function requireBindSource(sys: Sys, path: string): Promise<void> {
	try {
		await sys.stat(path);
	} catch {
		throw invalidParameter(`invalid mount config for type "bind": bind source path does not exist: ${path}`);
	}
}

/** Makes the mount points in the tree, and gives empty volumes what the image has there. */
export async function fillVolumes(sys: Sys, root: string, points: readonly StoredMount[]): Promise<void> {
	for (const point of points) {
		if (point.Type === "bind" && !isDirectory((await sys.stat(point.Source)).mode)) continue;
		const path = await rootPath(sys, root, point.Destination);
		const there = await sys.stat(path).catch(() => undefined);
		if (!there) await makeDirectories(sys, path);
		else if (!isDirectory(there.mode)) continue;
		if (!there || point.Type !== "volume" || !point.CopyData) continue;
		if ((await sys.readdir(point.Source)).length === 0) await copyTree(sys, path, point.Source);
	}
}
