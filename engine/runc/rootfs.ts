// The container's file tree: every mount of config.json under the root, the device nodes of /dev, then pivot_root, so that
// the host's tree is gone. Runs in the new process, inside its new mount namespace. (libcontainer's rootfs_linux.go)

import { exists, isErrno, makeDirectories } from "../lib/files";
import { isDirectory, MNT, MS, makedev, O, S_IF } from "../lib/linux";
import { dirname } from "../lib/path";
import { rootPath } from "../oci/layer/root-path";
import { parseOptions } from "../oci/runtime/options";
import type { Device, Spec, SpecMount } from "../oci/runtime/spec";
import type { Sys } from "../sys";
import { doing } from "./errors";
import { setBelow } from "./recursive";

/** Mounts everything below `root`, which is an absolute path on the host. */
export async function prepareRootfs(sys: Sys, spec: Spec, root: string): Promise<void> {
	// What is mounted here must not be seen on the host, whatever the host's propagation is, but by a volume that asks for it.
	const shared = rootPropagation(spec) === MS.SHARED;
	const propagation = shared ? MS.SHARED : MS.SLAVE;
	await doing(`mount / as ${shared ? "rshared" : "rslave"}`, () => sys.mount("", "/", "", propagation | MS.REC, ""));
	await doing("making the mount that rootfs is on private", () => makeParentPrivate(sys, root));
	// pivot_root wants a mount point.
	await doing(`bind mount rootfs ${root}`, () => sys.mount(root, root, "bind", MS.BIND | MS.REC, ""));
	for (const mount of spec.mounts) {
		await doing(
			`error mounting ${JSON.stringify(mount.source ?? mount.type ?? "")} to rootfs at ${JSON.stringify(mount.destination)}`,
			() => mountInto(sys, root, mount),
		);
	}
	if (!spec.mounts.some(({ destination, type }) => destination === "/dev" && type === "bind")) {
		await doing("error creating device nodes", () => createDevices(sys, root, spec.linux.devices ?? []));
		await doing("error creating /dev links", () => createLinks(sys, root));
	}
}

/** Of config.json's rootfsPropagation; the rest of the tree has it too. */
const rootPropagation = ({ linux }: Spec): number => {
	const name = (linux.rootfsPropagation ?? "").replace(/^r/, "");
	return name === "shared" ? MS.SHARED : name === "slave" ? MS.SLAVE : name === "unbindable" ? MS.UNBINDABLE : MS.PRIVATE;
};

/** pivot_root(2) refuses a new root on a shared mount, and the bind of it onto itself is not for the host to see. */
async function makeParentPrivate(sys: Sys, path: string): Promise<void> {
	try {
		await sys.mount("", path, "", MS.PRIVATE, "");
	} catch (error) {
		// not a mount point: it is on the mount of a directory above
		if (!isErrno(error, "EINVAL") || path === "/") throw error;
		await makeParentPrivate(sys, dirname(path));
	}
}

async function mountInto(sys: Sys, root: string, mount: SpecMount): Promise<void> {
	const options = parseOptions(mount.options);
	const target = await rootPath(sys, root, mount.destination);
	if (mount.type === "bind" || options.flags & MS.BIND) await bindInto(sys, target, mount.source ?? "", options.flags);
	else {
		await makeDirectories(sys, target);
		// There is one hierarchy (cgroup v2): a mount of the old kind is one of the new.
		const type = mount.type === "cgroup" ? "cgroup2" : (mount.type ?? "");
		await sys.mount(mount.source ?? type, target, type, options.flags, options.data);
	}
	for (const propagation of options.propagation) await sys.mount("", target, "", propagation, "");
	await setBelow(sys, target, options.recursive);
}

async function bindInto(sys: Sys, target: string, source: string, flags: number): Promise<void> {
	if (isDirectory((await sys.stat(source)).mode)) await makeDirectories(sys, target);
	else if (!(await exists(sys, target))) {
		await makeDirectories(sys, target.slice(0, target.lastIndexOf("/")));
		await sys.close(await sys.open(target, O.WRONLY | O.CREAT | O.CLOEXEC, 0o755));
	}
	await sys.mount(source, target, "bind", MS.BIND | (flags & MS.REC), "");
	// The first mount of a bind ignores all other flags: they need a remount.
	const others = flags & ~(MS.BIND | MS.REC);
	if (others) await sys.mount("", target, "", MS.BIND | MS.REMOUNT | others, "");
}

/** What every container has in /dev. */
const DEFAULT_DEVICES: Device[] = [
	{ path: "/dev/null", type: "c", major: 1, minor: 3 },
	{ path: "/dev/zero", type: "c", major: 1, minor: 5 },
	{ path: "/dev/full", type: "c", major: 1, minor: 7 },
	{ path: "/dev/random", type: "c", major: 1, minor: 8 },
	{ path: "/dev/urandom", type: "c", major: 1, minor: 9 },
	{ path: "/dev/tty", type: "c", major: 5, minor: 0 },
];
const TYPE_BITS = { c: S_IF.CHR, b: S_IF.BLK, p: S_IF.IFO } as const;

async function createDevices(sys: Sys, root: string, wanted: Device[]): Promise<void> {
	const umask = await sys.umask(0);
	for (const device of [...DEFAULT_DEVICES, ...wanted]) {
		const path = await rootPath(sys, root, device.path);
		const make = () => sys.mknod(path, TYPE_BITS[device.type] | (device.fileMode ?? 0o666), makedev(device.major, device.minor));
		try {
			await make().catch(async (error) => {
				if (!isErrno(error, "ENOENT")) throw error;
				await makeDirectories(sys, path.slice(0, path.lastIndexOf("/")));
				await make();
			});
			if (device.uid || device.gid) await sys.lchown(path, device.uid ?? 0, device.gid ?? 0);
		} catch (error) {
			if (!isErrno(error, "EEXIST")) throw error;
		}
	}
	await sys.umask(umask);
}

const LINKS: ReadonlyArray<readonly [path: string, target: string]> = [
	["/dev/fd", "/proc/self/fd"],
	["/dev/stdin", "/proc/self/fd/0"],
	["/dev/stdout", "/proc/self/fd/1"],
	["/dev/stderr", "/proc/self/fd/2"],
];

async function createLinks(sys: Sys, root: string): Promise<void> {
	const links = [...LINKS, ["/dev/ptmx", "pts/ptmx"] as const];
	if (await exists(sys, "/proc/kcore")) links.push(["/dev/core", "/proc/kcore"]);
	for (const [path, target] of links) {
		try {
			await sys.symlink(target, root + path);
		} catch (error) {
			if (!isErrno(error, "EEXIST")) throw error;
		}
	}
}

/** Makes `root` the process's "/" and lets go of the host's tree. */
export async function pivotRoot(sys: Sys, spec: Spec, root: string): Promise<void> {
	const old = await sys.open("/", O.RDONLY | O.DIRECTORY | O.CLOEXEC);
	await sys.chdir(root);
	// pivot_root(2), NOTES: with "." for both, the old root lies on top of the new one, and needs no directory of its own.
	await doing("pivot_root", () => sys.pivotRoot(".", "."));
	await sys.fchdir(old);
	// where the host's tree is shared, that it goes here must not tell the host
	await doing("making the old root rslave", () => sys.mount("", ".", "", MS.SLAVE | MS.REC, ""));
	await doing("unmounting the old root", () => sys.umount2(".", MNT.DETACH));
	await sys.chdir("/");
	await sys.close(old);
	const propagation = rootPropagation(spec);
	if (propagation !== MS.PRIVATE) await doing("setting the propagation of /", () => sys.mount("", "/", "", propagation, ""));
}

/** Things that could not be done before the tree stood. Runs with the container's root as "/". */
export async function finalizeRootfs(sys: Sys, spec: Spec): Promise<void> {
	for (const path of spec.linux.readonlyPaths ?? []) await doing(`making ${path} read-only`, () => makeReadonly(sys, path));
	for (const path of spec.linux.maskedPaths ?? []) await doing(`masking ${path}`, () => mask(sys, path));
	if (spec.root.readonly) {
		await doing("remounting / read-only", () => sys.mount("", "/", "", MS.BIND | MS.REMOUNT | MS.RDONLY, ""));
	}
}

async function makeReadonly(sys: Sys, path: string): Promise<void> {
	try {
		await sys.mount(path, path, "", MS.BIND | MS.REC, "");
	} catch (error) {
		if (isErrno(error, "ENOENT")) return;
		throw error;
	}
	await sys.mount("", path, "", MS.BIND | MS.REMOUNT | MS.RDONLY | MS.REC | MS.NOSUID | MS.NODEV | MS.NOEXEC, "");
}

async function mask(sys: Sys, path: string): Promise<void> {
	try {
		if (isDirectory((await sys.stat(path)).mode)) await sys.mount("tmpfs", path, "tmpfs", MS.RDONLY, "");
		else await sys.mount("/dev/null", path, "", MS.BIND, "");
	} catch (error) {
		if (!isErrno(error, "ENOENT")) throw error;
	}
}
