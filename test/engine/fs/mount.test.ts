// Places, the path walk over mounts, and what a container's start does with them.

import { describe, expect, it } from "vitest";
import { MemFs } from "../../../engine/fs/memfs/memfs";
import { tmpfsFromOptions } from "../../../engine/fs/memfs/options";
import { overlayFromOptions } from "../../../engine/fs/overlay/options";
import { OverlayFs } from "../../../engine/fs/overlay/overlay";
import { inodeAt, MNT_DETACH, type Mount, MS, type Place, pathOf, samePlace } from "../../../engine/fs/vfs/mount";
import { mountinfoText, mountsText } from "../../../engine/fs/vfs/mountinfo";
import { MountNamespace } from "../../../engine/fs/vfs/namespace";
import { NodeBase } from "../../../engine/fs/vfs/node";
import * as vfs from "../../../engine/fs/vfs/operations";
import type { Asker, Attributes, FileSystem } from "../../../engine/fs/vfs/types";
import { resolve } from "../../../engine/fs/vfs/walk";
import { bytesFromName as bytes } from "../../../engine/lib/bytes";
import { ERRNO } from "../../../engine/lib/errno";
import type { EventBody } from "../../../engine/trace/event";
import { makeContext } from "../../conformance/overlay/replay";
import { must } from "../../conformance/overlay/tree";

const credentials = { uid: 0, gid: 0, groups: [], capabilities: ~0n };
const at = (root: Place, cwd = root): vfs.PathContext => ({ root, cwd, umask: 0, credentials });
const idle = (): boolean => false;

function machine(...directories: string[]) {
	const context = makeContext();
	const fs = new MemFs(context, { type: "ext4", mode: 0o755 });
	const namespace = MountNamespace.create(fs, "/dev/disk");
	const asked = at(namespace.root.place);
	for (const path of directories) expect(vfs.mkdir(asked, path, 0o755)).toBe(0);
	const place = (path: string, by: Asker = asked): Place => must<Place>(resolve(by, path));
	const tmpfs = (path: string, flags = 0): Mount => must<Mount>(namespace.mount(place(path), new MemFs(context), "tmpfs", flags));
	return { context, fs, namespace, asked, place, tmpfs };
}

describe("places", () => {
	it("follow renames, and know of unlinks", () => {
		const { asked, place } = machine("/a", "/a/b", "/c");
		const cwd = place("/a/b");
		expect(vfs.rename(asked, "/a", "/c/d")).toBe(0);
		expect(pathOf(cwd, asked.root)).toEqual({ path: "/c/d/b", reachable: true });
		expect(vfs.lstat(at(asked.root, cwd), "../../d")).toMatchObject({ mode: 0o040755 });
		expect(vfs.rmdir(asked, "/c/d/b")).toBe(0);
		expect(pathOf(cwd, asked.root).path).toBe("/c/d/b (deleted)");
		expect(vfs.mkdir(at(asked.root, cwd), "x", 0o755)).toBe(-ERRNO.ENOENT);
		// Another one of the same name is not the same place.
		expect(vfs.mkdir(asked, "/c/d/b", 0o755)).toBe(0);
		expect(samePlace(place("/c/d/b"), cwd)).toBe(false);
	});
	it("are not left by .. at the root, and cross mounts both ways", () => {
		const { asked, place, tmpfs } = machine("/m", "/m/jail");
		tmpfs("/m");
		expect(vfs.mkdir(asked, "/m/in", 0o755)).toBe(0);
		expect(samePlace(place("/m/in/.."), place("/m"))).toBe(true);
		expect(samePlace(place("/m/../../.."), asked.root)).toBe(true);
		const jailed = at(place("/m/in"));
		expect(samePlace(place("/../..", jailed), jailed.root)).toBe(true);
		expect(pathOf(asked.root, jailed.root).reachable).toBe(false);
		expect(vfs.rmdir(asked, "/m")).toBe(-ERRNO.EBUSY);
		expect(vfs.rename(asked, "/m", "/n")).toBe(-ERRNO.EBUSY);
		expect(vfs.rename(asked, "/m/in", "/in")).toBe(-ERRNO.EXDEV);
	});
	it("are reached by magic links, wherever they are", () => {
		const { asked, place, fs } = machine("/hidden", "/proc");
		const target = place("/hidden");
		vfs.symlink(asked, "x", "/proc/made-by-hand");
		class Magic extends NodeBase {
			override readonly fs: FileSystem = fs;
			override readonly type = 0o120000;
			override attributes(): Attributes {
				const [atime, mtime, ctime] = [0n, 0n, 0n];
				return { ino: 99, mode: 0o120777, nlink: 1, uid: 0, gid: 0, rdev: 0, size: 0, atime, mtime, ctime };
			}
			override readlink(): string {
				return "/not/where/it/leads";
			}
			follow(): Place {
				return target;
			}
		}
		fs.root.entries.set("magic", new Magic() as never);
		expect(samePlace(place("/magic"), target)).toBe(true);
		expect(samePlace(place("/magic/.."), asked.root)).toBe(true);
		expect(vfs.readlink(asked, "/magic")).toBe("/not/where/it/leads");
		expect(vfs.open(asked, "/magic", vfs.O.NOFOLLOW)).toBe(-ERRNO.ELOOP);
	});
	it("end where symlinks go in circles, after forty", () => {
		const { asked } = machine();
		vfs.symlink(asked, "loop", "/loop");
		expect(vfs.stat(asked, "/loop")).toBe(-ERRNO.ELOOP);
		let name = "/l0";
		vfs.mkdir(asked, name, 0o755);
		for (let i = 1; i <= 41; i++) {
			vfs.symlink(asked, name, `/l${i}`);
			name = `/l${i}`;
		}
		expect(vfs.stat(asked, "/l40")).toMatchObject({ mode: 0o040755 });
		expect(vfs.stat(asked, "/l41")).toBe(-ERRNO.ELOOP);
	});
});

describe("a container's mounts", () => {
	it("start with a copy that is a slave, and pivot_root(., .) leaves only its own", () => {
		const { context, namespace, asked, tmpfs } = machine("/rootfs", "/rootfs/proc", "/mnt", "/rootfs/old");
		namespace.setPropagation(asked.root, MS.SHARED | MS.REC);
		const { namespace: own, translate } = namespace.clone();
		const root = translate(asked.root);
		const inside = at(root);
		expect(own.setPropagation(root, MS.SLAVE | MS.REC)).toBe(0);
		// The host's mounts come in, the container's do not go out.
		tmpfs("/mnt");
		expect(mountsText(own, root)).toContain(" /mnt tmpfs ");
		const overlay = new OverlayFs(context, {
			lowers: [inodeAt(must<Place>(resolve(inside, "/rootfs")))],
			options: "lowerdir=/rootfs",
		});
		const top = must<Mount>(own.mount(must<Place>(resolve(inside, "/rootfs")), overlay, "overlay", 0));
		expect(mountsText(namespace, asked.root)).not.toContain("overlay");

		const here = at(root, top.place);
		expect(own.pivotRoot(root, must<Place>(resolve(here, ".")), must<Place>(resolve(here, ".")))).toBe(0);
		const pivoted = at(top.place, root);
		expect(own.setPropagation(must<Place>(resolve(pivoted, ".")), MS.SLAVE | MS.REC)).toBe(0);
		expect(own.umount(must<Place>(resolve(pivoted, ".")), MNT_DETACH, idle)).toBe(0);
		const after = at(top.place);
		expect(mountsText(own, after.root)).toBe("overlay / overlay ro,relatime,lowerdir=/rootfs 0 0\n");
		expect(must(must<Place>(resolve(after, "/")).dentry.inode.readdir())).toMatchObject([{ name: "proc" }, { name: "old" }]);
		expect(mountsText(namespace, asked.root)).toContain("/dev/disk / ext4 rw,relatime 0 0");
	});
	it("can be files, read-only while the file is not, and without devices", () => {
		const { namespace, asked, place } = machine("/etc", "/data");
		for (const path of ["/etc/hosts", "/data/hosts"]) vfs.mknod(asked, path, 0o100644, 0);
		const bound = must<Mount>(namespace.bind(place("/data/hosts"), place("/etc/hosts")));
		expect(namespace.remount(bound.place, MS.REMOUNT | MS.BIND | MS.RDONLY | MS.NODEV)).toBe(0);
		expect(vfs.open(asked, "/etc/hosts", vfs.O.WRONLY)).toBe(-ERRNO.EROFS);
		expect(vfs.open(asked, "/data/hosts", vfs.O.WRONLY)).toMatchObject({ created: false });
		expect(vfs.unlink(asked, "/etc/hosts")).toBe(-ERRNO.EBUSY);
		expect(mountinfoText(namespace, asked.root)).toMatch(
			/ \/data\/hosts \/etc\/hosts ro,nodev,relatime - ext4 \/dev\/disk rw\n$/,
		);
		expect(namespace.umount(place("/etc/hosts"), 0, idle)).toBe(0);
		expect(vfs.unlink(asked, "/etc/hosts")).toBe(0);
	});
	it("are busy while in use, unless detached", () => {
		const { namespace, place, tmpfs, asked } = machine("/m");
		const mount = tmpfs("/m");
		expect(namespace.umount(place("/m"), 0, (each) => each === mount)).toBe(-ERRNO.EBUSY);
		const cwd = place("/m");
		expect(namespace.umount(cwd, MNT_DETACH, () => true)).toBe(0);
		expect(namespace.umount(cwd, 0, idle)).toBe(-ERRNO.EINVAL);
		// Who is in it stays there.
		expect(vfs.mkdir(at(asked.root, cwd), "still", 0o755)).toBe(0);
		expect(pathOf(cwd, asked.root).reachable).toBe(false);
	});
});

describe("options", () => {
	it("of overlay: paths, escapes, and errors of mount(2)", () => {
		const { asked, context } = machine("/l1", "/l:2", "/u", "/w", "/u/within");
		const events: EventBody[] = [];
		const trace = { emit: (_: string, event: EventBody) => events.push(event) };
		const mount = (data: string) => overlayFromOptions(asked, data, context, trace, () => 7);
		expect(mount("upperdir=/u,workdir=/w")).toBe(-ERRNO.EINVAL);
		expect(mount("lowerdir=/none")).toBe(-ERRNO.ENOENT);
		expect(mount("lowerdir=/l1,upperdir=/u")).toBe(-ERRNO.EINVAL);
		expect(mount("lowerdir=/l1,upperdir=/u,workdir=/u/within")).toBe(-ERRNO.EINVAL);
		expect(mount("lowerdir=/l1,nonsense=1")).toBe(-ERRNO.EINVAL);
		const overlay = mount("lowerdir=/l1:/l\\:2,upperdir=/u,workdir=/w,index=off,redirect_dir=off") as OverlayFs;
		expect(overlay.readonly).toBe(false);
		expect(vfs.stat(asked, "/w/work")).toMatchObject({ mode: 0o040000 });
		must(overlay.root.make("d", { mode: 0o040755, uid: 0, gid: 0 }));
		expect(events).toEqual([{ type: "overlay.create", upper: "/u", path: "/d", pid: 7 }]);
	});
	it("of tmpfs", () => {
		const context = makeContext();
		const fs = tmpfsFromOptions("size=64k,mode=700,uid=5", context, 2 ** 30) as MemFs;
		expect(fs.options).toBe("size=64k,mode=700,uid=5");
		expect(fs.root.attributes()).toMatchObject({ mode: 0o040700, uid: 5 });
		expect(fs.statfs()).toMatchObject({ bsize: 4096, blocks: 16, bfree: 16 });
		expect(must(fs.root.make("f", { mode: 0o100644, uid: 0, gid: 0 }))).toBeTruthy();
		const file = fs.root.lookup("f") as { write(o: number, b: Uint8Array): number };
		expect(file.write(0, new Uint8Array(65_537))).toBe(-ERRNO.ENOSPC);
		// A hole takes no room.
		expect(file.write(1 << 30, bytes("x"))).toBe(1);
		expect(fs.statfs()).toMatchObject({ bfree: 15 });
		expect(tmpfsFromOptions("size=1x", context, 2 ** 30)).toBe(-ERRNO.EINVAL);
		expect(tmpfsFromOptions("color=red", context, 2 ** 30)).toBe(-ERRNO.EINVAL);
	});
});
