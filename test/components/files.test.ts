// The Files picture: lower, upper and merged, row by row, as overlayfs has them.

import { describe, expect, test } from "vitest";
import { combine, overlayDirs, overlayRows, rootOverlay } from "../../components/stage/files/overlay";
import type { FileEntry } from "../../engine/host/browser/facade";

const entry = (name: string, more: Partial<FileEntry> = {}): FileEntry => ({
	name,
	type: "file",
	mode: 0o100644,
	uid: 0,
	gid: 0,
	size: 1,
	mtime: 0,
	ino: 1,
	rdev: 0,
	...more,
});
const directory = (name: string, more: Partial<FileEntry> = {}): FileEntry => entry(name, { type: "directory", ...more });
const whiteout = (name: string): FileEntry => entry(name, { type: "character", size: 0 });
const all = { upper: false, visible: 9 };

describe("combine", () => {
	test.each([
		["only below", { upper: [], lowers: [[entry("a")]] }, { kind: "same", layer: 1, merged: true }],
		["only above", { upper: [entry("a")], lowers: [[]] }, { kind: "new", layer: undefined, merged: true }],
		["copied up", { upper: [entry("a")], lowers: [[entry("a")]] }, { kind: "copied", layer: 1, merged: true }],
		["deleted", { upper: [whiteout("a")], lowers: [[entry("a")]] }, { kind: "covered", layer: 1, merged: false }],
		[
			"a directory of both is merged, not copied",
			{ upper: [directory("a")], lowers: [[directory("a")]] },
			{ kind: "same", layer: 1, merged: true },
		],
		[
			"a directory in a file's place",
			{ upper: [directory("a")], lowers: [[entry("a")]] },
			{ kind: "copied", layer: 1, merged: true },
		],
		[
			"the topmost of two layers counts",
			{ upper: [], lowers: [[entry("a")], [entry("a")]] },
			{ kind: "same", layer: 2, merged: true },
		],
		[
			"deleted within the image",
			{ upper: [], lowers: [[whiteout("a")], [entry("a")]] },
			{ kind: "same", layer: undefined, merged: false },
		],
	])("%s", (_, { upper, lowers }, expected) => {
		const [row] = combine({ upper, lowers, merged: undefined, hidesBelow: all });
		expect({ kind: row?.kind, layer: row?.lower?.layer, merged: row?.merged !== undefined }).toEqual(expected);
	});
	test("what is mounted is shown as it is, not as it should be", () => {
		const [row] = combine({ upper: [entry("a", { size: 5 })], lowers: [[]], merged: [entry("a", { size: 6 })], hidesBelow: all });
		expect(row?.merged?.size).toBe(6);
	});
	test("an opaque directory hides what is below it", () => {
		const [row] = combine({ upper: [], lowers: [[entry("a")]], merged: undefined, hidesBelow: { upper: true, visible: 0 } });
		expect(row?.lower).toBeDefined();
		expect(row?.merged).toBeUndefined();
	});
});

describe("from mounts to rows", () => {
	const overlay = { source: "overlay", type: "overlay", options: "rw,relatime,lowerdir=/l2:/l1,upperdir=/u,workdir=/w" };
	const tree: Record<string, FileEntry[]> = {
		"/l1": [directory("etc")],
		"/l2": [directory("etc")],
		"/u": [directory("etc", { opaque: true })],
		"/m": [directory("etc")],
		"/l1/etc": [entry("group"), entry("passwd")],
		"/u/etc": [entry("passwd")],
		"/m/etc": [entry("passwd")],
	};
	const machine = {
		mounts: async (pid: number) => [{ ...overlay, target: pid === 1 ? "/m" : "/" }],
		list: async (path: string) => {
			const found = tree[path];
			if (!found) throw new Error(`ENOENT: ${path}`);
			return found;
		},
	};
	test("overlayDirs reads the options", () => {
		expect(overlayDirs({ ...overlay, target: "/" })).toEqual({ lowers: ["/l2", "/l1"], upper: "/u" });
		expect(overlayDirs({ ...overlay, type: "tmpfs", target: "/" })).toBeUndefined();
	});
	test("the merged tree is found where the host has it mounted", async () => {
		expect(await rootOverlay(machine, 41)).toEqual({ lowers: ["/l2", "/l1"], upper: "/u", merged: "/m" });
	});
	test("rows of a directory that is opaque above", async () => {
		const rows = await overlayRows(machine, { lowers: ["/l2", "/l1"], upper: "/u", merged: undefined }, "/etc");
		expect(rows.map(({ name, merged }) => [name, merged !== undefined])).toEqual([
			["group", false],
			["passwd", true],
		]);
	});
});
