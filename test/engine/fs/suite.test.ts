// One suite for every file system: memfs as tmpfs, the machine's disk, an overlay on the disk, an overlay whose files are all lower.

import { describe, expect, it } from "vitest";
import { openDisk } from "../../../engine/fs/disk/disk";
import { CHUNK } from "../../../engine/fs/memfs/content";
import { MemFs } from "../../../engine/fs/memfs/memfs";
import { OverlayFs } from "../../../engine/fs/overlay/overlay";
import * as vfs from "../../../engine/fs/vfs/operations";
import type { FileSystem, Inode } from "../../../engine/fs/vfs/types";
import { bytesFromName as bytes } from "../../../engine/lib/bytes";
import { ERRNO } from "../../../engine/lib/errno";
import { makeContext, rootOf } from "../../conformance/overlay/replay";
import { must } from "../../conformance/overlay/tree";
import { TestStorage } from "./storage";

const directory = (at: Inode, name: string): Inode => must<Inode>(at.make(name, { mode: 0o040755, uid: 0, gid: 0 }));
const disk = async (): Promise<FileSystem> => (await openDisk(new TestStorage(), makeContext())).fs;

/** Each makes a file system on which `prepare` has been done. */
const kinds: Record<string, (prepare: (root: Inode) => void) => Promise<FileSystem>> = {
	memfs: async (prepare) => {
		const fs = new MemFs(makeContext());
		prepare(fs.root);
		return fs;
	},
	disk: async (prepare) => {
		const fs = await disk();
		prepare(fs.root);
		return fs;
	},
	"overlay, all in the upper layer": async (prepare) => {
		const { root } = await disk();
		const options = {
			lowers: [directory(root, "lower")],
			upper: directory(root, "upper"),
			work: directory(root, "work"),
			options: "",
		};
		const fs = new OverlayFs(makeContext(), options);
		prepare(fs.root);
		return fs;
	},
	"overlay, all in a lower layer": async (prepare) => {
		const { root } = await disk();
		const lower = directory(root, "lower");
		prepare(lower);
		const options = { lowers: [lower], upper: directory(root, "upper"), work: directory(root, "work"), options: "" };
		return new OverlayFs(makeContext(), options);
	},
};

const file = (at: Inode, name: string, content: Uint8Array, mode = 0o644): Inode => {
	const made = must<Inode>(at.make(name, { mode: 0o100000 | mode, uid: 0, gid: 0 }));
	must(made.write(0, content));
	return made;
};
const openFor = (fs: FileSystem, path: string, flags: number): Inode => {
	const opened = vfs.open(rootOf(fs), path, flags, 0o644);
	if (typeof opened === "number") throw new Error(`${path}: ${opened}`);
	return opened.inode;
};
const read = (inode: Inode, offset = 0, length = inode.attributes().size): Uint8Array => {
	const into = new Uint8Array(length);
	return into.subarray(0, must(inode.read(offset, into)) as number);
};

for (const [name, make] of Object.entries(kinds))
	describe(name, () => {
		it("reads what was written, through gaps and past the end", async () => {
			const fs = await make((root) => file(root, "f", bytes("hello")));
			const inode = openFor(fs, "/f", vfs.O.RDWR);
			expect(inode.write(2 * CHUNK, bytes("far"))).toBe(3);
			expect(read(inode, 0, 5)).toEqual(bytes("hello"));
			expect(read(inode, 2 * CHUNK - 2, 100)).toEqual(bytes("\0\0far"));
			expect(read(inode, 1e9, 10)).toEqual(bytes(""));
		});
		it("keeps no bytes for large gaps", async () => {
			const fs = await make((root) => file(root, "f", bytes("x")));
			const inode = openFor(fs, "/f", vfs.O.RDWR);
			expect(inode.write(2 ** 40, bytes("y"))).toBe(1);
			const status = vfs.stat(rootOf(fs), "/f");
			expect(status).toMatchObject({ size: 2 ** 40 + 1, blocks: 16 });
			must(inode.setAttributes({ size: 3 }));
			expect(read(inode)).toEqual(bytes("x\0\0"));
		});
		it("grown again after it was cut short, a file has zeros there", async () => {
			const fs = await make((root) => file(root, "f", new Uint8Array(3 * CHUNK).fill(9)));
			const inode = openFor(fs, "/f", vfs.O.RDWR);
			must(inode.setAttributes({ size: 10 }));
			must(inode.setAttributes({ size: 3 * CHUNK }));
			expect(
				read(inode)
					.subarray(10)
					.every((byte) => byte === 0),
			).toBe(true);
		});
		it("content read in place stays as it was when the file changes", async () => {
			const fs = await make((root) => file(root, "f", bytes("before")));
			const held = openFor(fs, "/f", vfs.O.RDONLY).content!()!;
			const inode = openFor(fs, "/f", vfs.O.RDWR);
			inode.write(0, bytes("AFTER"));
			expect(held).toEqual(bytes("before"));
			expect(read(inode)).toEqual(bytes("AFTERe"));
			must(inode.setAttributes({ size: 0 }));
			inode.write(0, bytes("again"));
			expect(held).toEqual(bytes("before"));
		});
		it("a file opened before goes on to be the same after writes by another, unlink and rename", async () => {
			const fs = await make((root) => file(root, "f", bytes("one")));
			const context = rootOf(fs);
			const reader = openFor(fs, "/f", vfs.O.RDONLY);
			openFor(fs, "/f", vfs.O.WRONLY).write(0, bytes("two"));
			expect(read(reader)).toEqual(bytes("two"));
			expect(vfs.rename(context, "/f", "/g")).toBe(0);
			expect(vfs.unlink(context, "/g")).toBe(0);
			expect(read(reader)).toEqual(bytes("two"));
			expect(vfs.stat(context, "/g")).toBe(-ERRNO.ENOENT);
		});
		it("exchanges names", async () => {
			const fs = await make((root) => {
				file(root, "a", bytes("A"));
				file(root, "b", bytes("B"));
			});
			expect(vfs.rename(rootOf(fs), "/a", "/b", vfs.RENAME_EXCHANGE)).toBe(0);
			expect(read(openFor(fs, "/a", vfs.O.RDONLY))).toEqual(bytes("B"));
			expect(read(openFor(fs, "/b", vfs.O.RDONLY))).toEqual(bytes("A"));
			expect(vfs.rename(rootOf(fs), "/a", "/none", vfs.RENAME_EXCHANGE)).toBe(-ERRNO.ENOENT);
			expect(vfs.rename(rootOf(fs), "/a", "/b", vfs.RENAME_NOREPLACE)).toBe(-ERRNO.EEXIST);
		});
		it("has device nodes, fifos and sockets, and names of any bytes", async () => {
			const fs = await make(() => {});
			const context = rootOf(fs);
			expect(vfs.mknod(context, "/null", 0o020666, 0x103)).toBe(0);
			expect(vfs.mknod(context, "/\udcff\udc80", 0o010600, 0)).toBe(0);
			expect(vfs.stat(context, "/null")).toMatchObject({ mode: 0o020666, rdev: 0x103 });
			expect(vfs.lstat(context, "/\udcff\udc80")).toMatchObject({ mode: 0o010600 });
			expect(vfs.open(context, "/null", vfs.O.RDWR)).toMatchObject({ created: false });
			expect(vfs.mknod(context, "/socket", 0o140755, 0)).toBe(0);
			expect(vfs.open(context, "/socket", vfs.O.RDWR)).toBe(-ERRNO.ENXIO);
		});
		it("lists each name once, with its number and type", async () => {
			const fs = await make((root) => {
				file(root, "f", bytes("x"));
				directory(root, "d");
			});
			vfs.chmod(rootOf(fs), "/f", 0o600);
			const entries = must(fs.root.readdir()) as Array<{ name: string; ino: number; type: number }>;
			expect(entries.map((entry) => entry.name).sort()).toEqual(["d", "f"]);
			for (const { name, ino, type } of entries) {
				const attributes = must<Inode>(fs.root.lookup(name)).attributes();
				expect([ino, type]).toEqual([attributes.ino, attributes.mode & 0o170000]);
			}
		});
	});

describe("limits", () => {
	it("of a tmpfs are ENOSPC, and room again after removing", () => {
		const fs = new MemFs(makeContext(), { size: 10_000, inodes: 3 });
		const a = file(fs.root, "a", new Uint8Array(8000));
		expect(a.write(8000, new Uint8Array(3000))).toBe(-ERRNO.ENOSPC);
		expect(a.attributes().size).toBe(8000);
		must(fs.root.unlink("a"));
		file(fs.root, "b", new Uint8Array(10_000));
		directory(fs.root, "c");
		expect(fs.root.make("d", { mode: 0o100644, uid: 0, gid: 0 })).toBe(-ERRNO.ENOSPC);
	});
	it("leave nothing behind of a copy-up that does not fit", () => {
		const lower = new MemFs(makeContext());
		file(lower.root, "big", new Uint8Array(50_000).fill(5));
		const limited = new MemFs(makeContext(), { size: 20_000 });
		const [upper, work] = [directory(limited.root, "upper"), directory(limited.root, "work")];
		const fs = new OverlayFs(makeContext(), { lowers: [lower.root], upper, work, options: "" });
		expect(vfs.open(rootOf(fs), "/big", vfs.O.WRONLY)).toBe(-ERRNO.ENOSPC);
		expect(upper.readdir()).toEqual([]);
		expect(work.readdir()).toEqual([]);
		expect(read(openFor(fs, "/big", vfs.O.RDONLY)).length).toBe(50_000);
		// To be emptied it needs no room.
		expect(vfs.open(rootOf(fs), "/big", vfs.O.WRONLY | vfs.O.TRUNC)).toMatchObject({ created: false });
	});
	it("an overlay without an upper layer is read-only", () => {
		const lower = new MemFs(makeContext());
		file(lower.root, "f", bytes("x"));
		const fs = new OverlayFs(makeContext(), { lowers: [lower.root], options: "" });
		const context = rootOf(fs);
		expect(vfs.mkdir(context, "/d", 0o755)).toBe(-ERRNO.EROFS);
		expect(vfs.open(context, "/f", vfs.O.WRONLY)).toBe(-ERRNO.EROFS);
		expect(vfs.chmod(context, "/f", 0o600)).toBe(-ERRNO.EROFS);
		expect(vfs.unlink(context, "/f")).toBe(-ERRNO.EROFS);
	});
});
