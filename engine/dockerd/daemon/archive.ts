// GET, HEAD and PUT /containers/{id}/archive (docker cp), and export. Works on containers that run and on those that do not.

import type { PathStat } from "../../api/container";
import { plainArchive } from "../../lib/archive";
import { forbidden, invalidParameter, notFound, systemError } from "../../lib/errors";
import { exists, isErrno, makeDirectories, readText, writeFile } from "../../lib/files";
import { isDirectory, MNT, MS } from "../../lib/linux";
import { basename, clean, dirname } from "../../lib/path";
import { applyLayer } from "../../oci/layer/apply";
import { createLayer } from "../../oci/layer/create";
import { pack } from "../../oci/layer/pack";
import { rootPath } from "../../oci/layer/root-path";
import type { User } from "../../oci/runtime/spec";
import type { Stat, Sys } from "../../sys";
import { goFileMode } from "../archive/filemode";
import type { Container, StoredMount } from "../container/container";
import { lookUpUser } from "../spec/user";
import { rfc3339 } from "../time";
import { containerEvent, type Daemon } from "./daemon";
import { openPoint } from "./mounts";

/** Runs `work` on the container's tree with its volumes mounted over it. */
async function withTree<T>(daemon: Daemon, container: Container, work: (root: string) => Promise<T>): Promise<T> {
	return daemon.rootfs.with(container.id, async (root) => {
		const mounted: string[] = [];
		const undo: Array<() => Promise<void>> = [];
		try {
			for (const point of Object.values(container.stored.MountPoints)) {
				if (point.Type === "tmpfs") continue;
				const source = await openPoint(daemon, container, point);
				undo.unshift(source.close);
				const target = await rootPath(daemon.sys, root, point.Destination);
				await mountPoint(daemon.sys, source.path, target);
				await daemon.sys.mount(source.path, target, "bind", MS.BIND | MS.REC, "");
				// the host's tree is shared: unmounting this copy of it must not unmount what it is a copy of
				await daemon.sys.mount("", target, "", MS.PRIVATE | MS.REC, "");
				mounted.push(target);
			}
			return await work(root);
		} finally {
			for (const target of mounted.reverse()) await daemon.sys.umount2(target, MNT.DETACH);
			for (const close of undo) await close();
		}
	});
}

/** What a mount needs below it, which the image may not have: made as a start would, also where the container never started. */
async function mountPoint(sys: Sys, source: string, target: string): Promise<void> {
	if (await exists(sys, target)) return;
	const { mode } = await sys.stat(source);
	await makeDirectories(sys, isDirectory(mode) ? target : dirname(target));
	if (!isDirectory(mode)) await writeFile(sys, target, "");
}

interface Found {
	/** On the host. The last part of the path is not followed if it is a symlink. */
	path: string;
	stat: Stat;
	info: PathStat;
}

/** "d/." is what is in it: its entries begin with "./". */
const SELF = /(^|\/)\.\/*$/;
/** So is "d/": what is there is meant, and not a link of that name. */
const INSIDE = /\/$|(^|\/)\.\/*$/;

async function find(sys: Sys, root: string, container: string, path: string): Promise<Found> {
	const wanted = clean(`/${path}`);
	const parent = await rootPath(sys, root, dirname(wanted));
	const real = wanted === "/" ? root : `${parent}/${basename(wanted)}`;
	const inside = INSIDE.test(path);
	let stat: Stat;
	try {
		stat = await sys.lstat(real);
		if (inside && wanted !== "/") {
			const there = await rootPath(sys, root, wanted);
			stat = await sys.stat(there);
			if (!isDirectory(stat.mode)) throw systemError(`lstat ${there}: not a directory`);
		}
	} catch (error) {
		if (isErrno(error, "ENOENT", "ENOTDIR")) throw notFound(`Could not find the file ${path} in container ${container}`);
		throw error;
	}
	const followed = await rootPath(sys, root, wanted);
	const isLink = followed !== real && !inside;
	const info: PathStat = {
		name: SELF.test(path) ? "." : basename(wanted),
		size: stat.size,
		mode: goFileMode(stat.mode),
		mtime: rfc3339(stat.mtime),
		linkTarget: isLink ? followed.slice(root.length) || "/" : "",
	};
	return { path: inside ? followed : real, stat, info };
}

export const statPath = (daemon: Daemon, container: Container, path: string, typed: string): Promise<PathStat> =>
	withTree(daemon, container, async (root) => (await find(daemon.sys, root, typed, path)).info);

/** `send` gets the stat first, then the tar. */
export function readArchive(
	daemon: Daemon,
	container: Container,
	path: string,
	typed: string,
	send: (info: PathStat, tar: AsyncIterable<Uint8Array>) => Promise<void>,
): Promise<void> {
	return withTree(daemon, container, async (root) => {
		const found = await find(daemon.sys, root, typed, path);
		await send(found.info, pack(daemon.sys, found.path, found.info.name));
		containerEvent(daemon, container, "archive-path");
	});
}

export interface WriteOptions {
	/** What is written belongs to the container's user. */
	copyOwner: boolean;
	/** A directory does not become a file, nor a file a directory. */
	keepKind: boolean;
}

export function writeArchive(
	daemon: Daemon,
	container: Container,
	path: string,
	typed: string,
	tar: AsyncIterable<Uint8Array>,
	{ copyOwner, keepKind }: WriteOptions,
): Promise<void> {
	return withTree(daemon, container, async (root) => {
		const target = await rootPath(daemon.sys, root, clean(`/${path}`));
		const stat = await daemon.sys.stat(target).catch((error) => {
			if (isErrno(error, "ENOENT", "ENOTDIR")) throw notFound(`Could not find the file ${path} in container ${typed}`);
			throw error;
		});
		if (!isDirectory(stat.mode)) throw invalidParameter("extraction point is not a directory");
		const { sys } = daemon;
		const point = mountedAt(container, target.slice(root.length) || "/");
		if (point && !point.RW) throw forbidden("mounted volume is marked read-only");
		if (!point && container.hostConfig.ReadonlyRootfs) throw forbidden("container rootfs is marked read-only");
		const owner = copyOwner ? await containerUser(daemon, container, root) : undefined;
		await applyLayer(sys, target, await plainArchive(sys, tar), { whiteouts: "none", keepKinds: keepKind, owner });
		containerEvent(daemon, container, "extract-to-dir");
	});
}

/** The mount that a path of the container is in, but for its root. */
const mountedAt = ({ stored }: Container, path: string): StoredMount | undefined =>
	Object.values(stored.MountPoints)
		.filter(({ Destination }) => path === Destination || path.startsWith(`${Destination}/`))
		.sort((a, b) => b.Destination.length - a.Destination.length)[0];

async function containerUser({ sys }: Daemon, { config }: Container, root: string): Promise<User> {
	const read = async (path: string): Promise<string> => readText(sys, await rootPath(sys, root, path)).catch(() => "");
	return lookUpUser(config.User, await read("/etc/passwd"), await read("/etc/group"), []);
}

export function exportContainer(
	daemon: Daemon,
	container: Container,
	send: (tar: AsyncIterable<Uint8Array>) => Promise<void>,
): Promise<void> {
	return daemon.rootfs.with(container.id, async (root) => {
		await send(createLayer(daemon.sys, root, { typeInMode: true }));
		containerEvent(daemon, container, "export");
	});
}
