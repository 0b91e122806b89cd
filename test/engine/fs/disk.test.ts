// The machine's disk: what a power cut leaves, what a full storage does, what is written.

import { describe, expect, it } from "vitest";
import { type Disk, FORMAT_VERSION, openDisk, UnknownFormat } from "../../../engine/fs/disk/disk";
import { CHUNK } from "../../../engine/fs/memfs/content";
import * as vfs from "../../../engine/fs/vfs/operations";
import type { Inode } from "../../../engine/fs/vfs/types";
import { bytesFromName as bytes } from "../../../engine/lib/bytes";
import { ERRNO } from "../../../engine/lib/errno";
import { StorageFull } from "../../../engine/port";
import { readCases } from "../../conformance/fs/cases";
import { apply } from "../../conformance/overlay/operations";
import { type Case, makeContext, rootOf } from "../../conformance/overlay/replay";
import { find, must } from "../../conformance/overlay/tree";
import { TestStorage } from "./storage";

const open = (storage: TestStorage): Promise<Disk> => openDisk(storage, makeContext());
const write = (disk: Disk, path: string, content: Uint8Array, offset = 0): number => {
	const opened = vfs.open(rootOf(disk.fs), path, vfs.O.CREAT | vfs.O.WRONLY, 0o644);
	return typeof opened === "number" ? opened : opened.inode.write(offset, content);
};
const isFile = (inode: Inode): boolean => (inode.attributes().mode & 0o170000) === 0o100000;
const contentOf = (inode: Inode): Uint8Array => {
	const content = new Uint8Array(inode.attributes().size);
	must(inode.read(0, content));
	return content;
};
/** For contents: comparing large arrays element by element takes seconds. */
const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
/** Everything that must survive, as text: names in order, all attributes but the access time, contents, xattrs. */
function snapshot(root: Inode): string {
	const seen = (inode: Inode): unknown => {
		const { atime: _, blocks: __, ...attributes } = inode.attributes();
		const names = (must(inode.listxattr()) as string[]).map((name) => [name, ...(must(inode.getxattr(name)) as Uint8Array)]);
		const entries = inode.readdir();
		if (typeof entries !== "number")
			return { attributes, names, entries: entries.map(({ name }) => [name, seen(find(inode, name))]) };
		const target = inode.readlink();
		return { attributes, names, target, content: isFile(inode) && Buffer.from(contentOf(inode)).toString("base64") };
	};
	return JSON.stringify(seen(root), (_, value) => (typeof value === "bigint" ? String(value) : value));
}
const random = (seed: number) => () => {
	seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
	return seed / 2 ** 32;
};

describe("power cuts", () => {
	const cases = readCases<Case>(new URL("../../conformance/overlay/data/recorded.jsonl", import.meta.url));
	it("leave exactly what the last commit stored, at every commit of random operations", async () => {
		const next = random(7);
		for (const { seed, ops } of cases.slice(0, 12)) {
			const storage = new TestStorage();
			const disk = await open(storage);
			const context = rootOf(disk.fs);
			const trees: string[] = [];
			for (const operation of ops) {
				apply(context, operation);
				if (next() < 0.2) apply(context, { op: "write", path: "/big", data: "x", creat: true, offset: Math.floor(next() * 2e5) });
				if (next() < 0.1) apply(context, { op: "truncate", path: "/big", size: Math.floor(next() * 1e5) });
				if (next() > 0.3) continue;
				if (!disk.dirty) continue;
				const tree = snapshot(disk.fs.root);
				const committing = disk.commit();
				// What is changed while the commit is under way is not part of it.
				apply(context, { op: "create", path: `/late${trees.length}`, mode: 0o600, data: "late" });
				await committing;
				trees.push(tree);
			}
			expect(storage.history.length, `seed ${seed}`).toBe(trees.length);
			for (const [index, entries] of storage.history.entries())
				expect(snapshot((await open(TestStorage.of(entries))).fs.root), `seed ${seed} commit ${index}`).toBe(trees[index]);
		}
	});
	it("lose what was not committed, and nothing else", async () => {
		const storage = new TestStorage();
		const disk = await open(storage);
		write(disk, "/kept", bytes("kept"));
		await disk.commit();
		write(disk, "/lost", bytes("lost"));
		write(disk, "/kept", bytes("changed"));
		const { root } = (await open(storage)).fs;
		expect(contentOf(find(root, "kept"))).toEqual(bytes("kept"));
		expect(root.lookup("lost")).toBe(-ERRNO.ENOENT);
	});
});

describe("contents", () => {
	it("of all sizes come back, gaps as gaps", async () => {
		const storage = new TestStorage();
		const disk = await open(storage);
		const sizes = [0, 1, 4096, 4097, CHUNK - 1, CHUNK, CHUNK + 1, 5 * CHUNK + 17];
		for (const size of sizes)
			write(
				disk,
				`/f${size}`,
				Uint8Array.from({ length: size }, (_, i) => i * 7),
			);
		write(disk, "/sparse", bytes("end"), 2 ** 30);
		await disk.commit();
		const again = await open(storage);
		for (const size of sizes)
			expect(
				same(
					contentOf(find(again.fs.root, `f${size}`)),
					Uint8Array.from({ length: size }, (_, i) => i * 7),
				),
			).toBe(true);
		const sparse = find(again.fs.root, "sparse");
		expect(sparse.attributes().size).toBe(2 ** 30 + 3);
		expect(sparse.attributes().blocks).toBe(8);
		const end = new Uint8Array(5);
		expect(sparse.read(2 ** 30 - 2, end)).toBe(5);
		expect(end).toEqual(bytes("\0\0end"));
		expect(again.fs.used).toBe(disk.fs.used);
	});
	it("can be read in place after a reload, as executables are", async () => {
		const storage = new TestStorage();
		const disk = await open(storage);
		write(disk, "/program", new Uint8Array(2_000_000).fill(1));
		await disk.commit();
		expect(find((await open(storage)).fs.root, "program").content!()!.length).toBe(2_000_000);
	});
	it("are written where they changed only", async () => {
		const storage = new TestStorage();
		const disk = await open(storage);
		write(disk, "/file", new Uint8Array(10 * CHUNK).fill(1));
		await disk.commit();
		write(disk, "/file", bytes("x"), 3 * CHUNK + 5);
		await disk.commit();
		expect(storage.written.at(-1)).toBeLessThan(CHUNK + 500);
		must(find(disk.fs.root, "file").setAttributes({ mode: 0o600 }));
		await disk.commit();
		expect(storage.written.at(-1)).toBeLessThan(500);
		const count = storage.history.length;
		await disk.commit();
		expect(storage.history.length).toBe(count);
	});
	it("leave no keys behind when files go", async () => {
		const storage = new TestStorage();
		const disk = await open(storage);
		await disk.commit();
		const before = [...storage.entries.keys()];
		write(disk, "/big", new Uint8Array(3 * CHUNK));
		write(disk, "/small", bytes("x"));
		await disk.commit();
		expect(storage.entries.size).toBe(before.length + 2 + 3);
		vfs.unlink(rootOf(disk.fs), "/big");
		vfs.unlink(rootOf(disk.fs), "/small");
		await disk.commit();
		expect([...storage.entries.keys()]).toEqual(before);
	});
});

describe("a full storage", () => {
	it("is ENOSPC when something is written, and room again when something is removed", async () => {
		const disk = await open(new TestStorage(1_000_000));
		expect(write(disk, "/a", new Uint8Array(600_000))).toBe(600_000);
		expect(await disk.sync()).toBe(0);
		expect(write(disk, "/b", new Uint8Array(600_000))).toBe(-ERRNO.ENOSPC);
		expect(vfs.unlink(rootOf(disk.fs), "/a")).toBe(0);
		expect(await disk.sync()).toBe(0);
		expect(write(disk, "/b", new Uint8Array(600_000))).toBe(600_000);
		const { blocks, bfree } = disk.fs.statfs();
		expect(blocks * 4096).toBeLessThanOrEqual(1_000_000);
		expect(bfree * 4096).toBeLessThan(400_000);
	});
	it("that shows at the commit only is ENOSPC for fsync, and loses nothing that was committed", async () => {
		const storage = new TestStorage(10_000_000);
		const disk = await open(storage);
		write(disk, "/old", bytes("old"));
		await disk.commit();
		write(disk, "/new", new Uint8Array(500_000).fill(7));
		storage.failNext = new StorageFull("less than it said");
		expect(await disk.sync()).toBe(-ERRNO.ENOSPC);
		expect(contentOf(find((await open(storage)).fs.root, "old"))).toEqual(bytes("old"));
		expect(write(disk, "/more", new Uint8Array(500_000))).toBe(-ERRNO.ENOSPC);
		// It fits later: what failed is tried again.
		expect(await disk.sync()).toBe(0);
		expect(same(contentOf(find((await open(storage)).fs.root, "new")), new Uint8Array(500_000).fill(7))).toBe(true);
		expect(write(disk, "/more", new Uint8Array(500_000))).toBe(500_000);
	});
	it("that fails otherwise is EIO", async () => {
		const storage = new TestStorage();
		const disk = await open(storage);
		storage.failNext = new Error("the device is gone");
		expect(await disk.sync()).toBe(-ERRNO.EIO);
		expect(await disk.sync()).toBe(0);
	});
});

describe("the stored form", () => {
	it("has a version, and another one is refused untouched", async () => {
		const storage = new TestStorage();
		await (await open(storage)).commit();
		expect(storage.entries.get("disk/format")).toEqual(bytes(String(FORMAT_VERSION)));
		storage.entries.set("disk/format", bytes("99"));
		const before = new Map(storage.entries);
		await expect(open(storage)).rejects.toBeInstanceOf(UnknownFormat);
		expect(storage.entries).toEqual(before);
	});
	it("that misses an inode is reported, not guessed", async () => {
		const storage = new TestStorage();
		const disk = await open(storage);
		write(disk, "/file", bytes("x"));
		await disk.commit();
		storage.entries.delete(`disk/inode/${find(disk.fs.root, "file").attributes().ino}`);
		await expect(open(storage)).rejects.toThrow(/no inode \d+, which is named file/);
	});
});
