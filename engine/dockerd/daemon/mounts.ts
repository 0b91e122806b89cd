// A container's mount points: what -v, --mount, --volumes-from and the image's VOLUME ask for, put together; and what has to be
// there of them while it runs.

import { invalidParameter, isKind, notFound, systemError } from "../../lib/errors";
import { isErrno, makeDirectories } from "../../lib/files";
import { isDirectory } from "../../lib/linux";
import { readMounts } from "../../lib/mountinfo";
import { chainId } from "../../oci/image/chain-id";
import { rootPath } from "../../oci/layer/root-path";
import type { Sys } from "../../sys";
import type { Container, StoredMount } from "../container/container";
import { resolveImage } from "../image/names";
import { copyTree } from "../volume/copy";
import { anonymousVolume, parseBind, parseMount, parseVolumesFrom } from "../volume/parse";
import type { Daemon } from "./daemon";

/**
 * In moby's order: other containers' volumes, then binds, then --mount, then the image's own volumes where nothing is yet. They are
 * noted one by one: what was made before one of them is refused is known.
 */
export async function resolveMounts(daemon: Daemon, container: Container): Promise<void> {
	const { hostConfig, config } = container;
	const points = container.stored.MountPoints;
	for (const spec of hostConfig.VolumesFrom ?? []) {
		const { container: other, mode } = parseVolumesFrom(spec);
		const writable = !mode.split(",").includes("ro");
		for (const { Anonymous: _, ...point } of Object.values(daemon.containers.get(other).stored.MountPoints)) {
			points[point.Destination] = { ...point, RW: writable && point.RW, Mode: "", CopyData: false };
		}
	}
	const own = new Set(Object.keys(hostConfig.Tmpfs ?? {}));
	const take = (destination: string, typed = destination): void => {
		if (own.has(destination)) throw invalidParameter(`Duplicate mount point: ${typed}`);
		own.add(destination);
	};
	for (const point of (hostConfig.Binds ?? []).map(parseBind)) {
		take(point.Destination);
		if (point.Type === "volume" && hostConfig.VolumeDriver) point.Driver = hostConfig.VolumeDriver;
		points[point.Destination] = await withVolume(daemon, point);
	}
	for (const request of hostConfig.Mounts ?? []) {
		const point = parseMount(request);
		take(point.Destination, request.Target);
		if (point.Type === "bind" && !point.MakeSource) await requireBindSource(daemon.sys, point.Source);
		if (point.Type === "image") points[point.Destination] = await withImage(daemon, container.id, point);
		else points[point.Destination] = await withVolume(daemon, point, request.VolumeOptions);
	}
	for (const destination of Object.keys(config.Volumes ?? {})) {
		const point = anonymousVolume(destination);
		if (own.has(point.Destination)) continue;
		if (hostConfig.VolumeDriver) point.Driver = hostConfig.VolumeDriver;
		points[point.Destination] ??= await withVolume(daemon, point);
	}
}

async function withVolume(
	daemon: Daemon,
	point: StoredMount,
	{ Labels, DriverConfig }: NonNullable<Parameters<typeof parseMount>[0]["VolumeOptions"]> = {},
): Promise<StoredMount> {
	if (point.Type !== "volume") return point;
	const known = daemon.volumes.has(point.Name);
	try {
		const volume = await daemon.volumes.create({
			Name: point.Name,
			Driver: point.Driver,
			DriverOpts: DriverConfig?.Options,
			Labels,
		});
		if (!known) daemon.events.emit("volume", "create", volume.Name, { driver: "local" });
		return { ...point, Name: volume.Name, Source: volume.Mountpoint, Driver: "local", Anonymous: point.Name === "" };
	} catch (error) {
		throw isKind(error, "notFound") ? notFound(error.message) : error;
	}
}

/** An image's files, read-only: a view of its snapshot. */
async function withImage(daemon: Daemon, id: string, point: StoredMount): Promise<StoredMount> {
	const { target, image } = await resolveImage(daemon.containerd, point.Name);
	await daemon.containerd["images.unpack"]({ name: image.name });
	const { file } = await daemon.content.image(target);
	const SnapshotKey = `${id}-image-${point.Destination.replaceAll("/", "_")}`;
	await daemon.containerd["snapshots.view"]({ key: SnapshotKey, parent: chainId(file.rootfs.diff_ids) });
	return { ...point, SnapshotKey, Source: daemon.rootfs.path(SnapshotKey) };
}

/** -v makes a missing directory, --mount does not, unless it says so. */
async function makeBindSource(sys: Sys, path: string): Promise<void> {
	try {
		await sys.stat(path);
	} catch (error) {
		if (!isErrno(error, "ENOENT")) throw error;
		await makeDirectories(sys, path).catch((failure: unknown) => {
			throw systemError(`error while creating mount source path '${path}': mkdir ${path}: ${String(failure)}`);
		});
	}
}
async function requireBindSource(sys: Sys, path: string): Promise<void> {
	try {
		await sys.stat(path);
	} catch {
		throw invalidParameter(`invalid mount config for type "bind": bind source path does not exist: ${path}`);
	}
}

/** What is mounted while it runs: volumes that are file systems of their own, and images. Answers the points as they are then. */
export async function mountPoints(daemon: Daemon, container: Container): Promise<StoredMount[]> {
	const mounted: StoredMount[] = [];
	for (const point of Object.values(container.stored.MountPoints)) {
		const Source = await mountPoint(daemon, container.id, point);
		mounted.push({ ...point, Source });
		mountEvent(daemon, container, point);
	}
	return mounted;
}
function mountEvent({ events }: Daemon, { id: container }: Container, point: StoredMount): void {
	if (point.Type !== "volume") return;
	const { Destination: destination, Propagation: propagation } = point;
	const attributes = { container, destination, driver: "local", propagation, "read/write": String(point.RW) };
	events.emit("volume", "mount", point.Name, attributes);
}
function unmountEvent({ events }: Daemon, { id: container }: Container, point: StoredMount): void {
	if (point.Type === "volume") events.emit("volume", "unmount", point.Name, { container, driver: "local" });
}
async function mountPoint(daemon: Daemon, user: string, point: StoredMount): Promise<string> {
	if (point.Type === "volume") await daemon.volumes.mount(point.Name, user);
	else if (point.Type === "image") await daemon.rootfs.mount(point.SnapshotKey!);
	else if (point.Type === "bind") {
		if (point.MakeSource) await makeBindSource(daemon.sys, point.Source);
		await verifyPropagation(daemon.sys, point);
	}
	return point.Subpath ? below(daemon.sys, point.Source, point.Subpath) : point.Source;
}
async function unmountPoint(daemon: Daemon, user: string, point: StoredMount): Promise<void> {
	if (point.Type === "volume") await daemon.volumes.unmount(point.Name, user);
	else if (point.SnapshotKey) await daemon.rootfs.release(point.SnapshotKey);
}

/** One of them, for somebody who looks into a container that may not run. */
export async function openPoint(
	daemon: Daemon,
	container: Container,
	point: StoredMount,
): Promise<{ path: string; close: () => Promise<void> }> {
	const user = `${container.id}-archive`;
	const path = await mountPoint(daemon, user, point);
	mountEvent(daemon, container, point);
	const close = async (): Promise<void> => {
		await unmountPoint(daemon, user, point);
		unmountEvent(daemon, container, point);
	};
	return { path, close };
}

/** A path of a volume that stays in it, whatever links it has. @throws EngineError where there is nothing */
async function below(sys: Sys, volume: string, subpath: string): Promise<string> {
	const path = await rootPath(sys, volume, subpath);
	await sys.stat(path).catch(() => {
		throw notFound(`cannot access path ${path}: lstat ${path}: no such file or directory`);
	});
	return path;
}

/** Only what is shared on the host can be shared with a container, or follow it. @throws EngineError system */
async function verifyPropagation(sys: Sys, { Source: source, Propagation }: StoredMount): Promise<void> {
	const [, wanted] = /(shared|slave)$/.exec(Propagation) ?? [];
	if (!wanted) return;
	const fits = wanted === "shared" ? ["shared:"] : ["shared:", "master:"];
	const [found] = (await readMounts(sys))
		.filter(({ point }) => source === point || source.startsWith(point === "/" ? point : `${point}/`))
		.sort((a, b) => b.point.length - a.point.length);
	if (!found?.optional.some((field) => fits.some((one) => field.startsWith(one)))) {
		const what = wanted === "shared" ? "shared" : "shared or slave";
		throw systemError(`path ${source} is mounted on ${found?.point ?? "/"} but it is not a ${what} mount`);
	}
}

/** The container has ended, or could not begin. */
export async function unmountPoints(daemon: Daemon, container: Container): Promise<void> {
	for (const point of Object.values(container.stored.MountPoints)) {
		await unmountPoint(daemon, container.id, point);
		if (container.state.Running) unmountEvent(daemon, container, point);
	}
}

/** Gives empty volumes what the image has at their mount points. */
export async function fillVolumes(daemon: Daemon, root: string, { id, stored }: Container): Promise<void> {
	const { sys, volumes } = daemon;
	for (const point of Object.values(stored.MountPoints)) {
		if (point.Type !== "volume" || !point.CopyData || point.Subpath) continue;
		const path = await rootPath(sys, root, point.Destination);
		const there = await sys.stat(path).catch(() => undefined);
		// runc makes what is not there when it mounts
		if (!there || !isDirectory(there.mode)) continue;
		await volumes.mount(point.Name, id);
		try {
			if ((await sys.readdir(point.Source)).length === 0) await copyTree(sys, path, point.Source);
		} finally {
			await volumes.unmount(point.Name, id);
		}
	}
}
