// Replays one recorded case and tells every difference from what the kernel's overlayfs did.

import { MemFs } from "../../../engine/fs/memfs/memfs";
import { OverlayFs } from "../../../engine/fs/overlay/overlay";
import { MountNamespace } from "../../../engine/fs/vfs/namespace";
import type { PathContext } from "../../../engine/fs/vfs/operations";
import type { FileSystem, FsContext, Inode } from "../../../engine/fs/vfs/types";
import { apply, type Operation, type Result } from "./operations";
import { applied, capture, comparable, layOut, must, type Tree } from "./tree";

export interface Case {
	seed: number;
	/** Base first, in OCI notation. */
	layers: Tree[];
	ops: Operation[];
	initial: Tree;
	results: Result[];
	merged: Tree;
	upper: Tree;
}
export interface Difference {
	/** "initial", "op 12 rename", "merged", "upperApplied", "upper". */
	where: string;
	expected: unknown;
	actual: unknown;
}

/** A clock that runs: every look at it is a microsecond later. */
export function makeContext(): FsContext {
	let now = 1_800_000_000_000_000_000n;
	let device = 0x20;
	return {
		now: () => {
			now += 1000n;
			return now;
		},
		newDevice: () => ++device,
	};
}
/** Root with all capabilities, at the root of a namespace that shows `fs`. */
export function rootOf(fs: FileSystem): PathContext {
	const { root } = MountNamespace.create(fs, fs.type);
	const place = root.place;
	return { root: place, cwd: place, umask: 0, credentials: { uid: 0, gid: 0, groups: [], capabilities: ~0n } };
}

/** Lays the layers out in directories of one file system and mounts an overlay over them. */
export function overlayOf(layers: readonly Tree[], disk: FileSystem, context: FsContext): { overlay: OverlayFs; upper: Inode } {
	const directory = (name: string): Inode => must<Inode>(disk.root.make(name, { mode: 0o040755, uid: 0, gid: 0 }));
	const lowers = layers.map((tree, index) => {
		const root = directory(`layer${index}`);
		layOut(tree, root);
		return root;
	});
	const upper = directory("upper");
	const options = "lowerdir=…,upperdir=…,workdir=…";
	return { overlay: new OverlayFs(context, { lowers: lowers.reverse(), upper, work: directory("work"), options }), upper };
}

export function replay(recorded: Case, disk?: FileSystem): Difference[] {
	const context = makeContext();
	const { overlay, upper } = overlayOf(recorded.layers, disk ?? new MemFs(context, { type: "ext4" }), context);
	const asked = rootOf(overlay);
	const differences: Difference[] = [];
	const compare = (where: string, expected: unknown, actual: unknown): void => {
		if (stable(expected) !== stable(actual)) differences.push({ where, expected, actual });
	};
	compareTrees("initial", recorded.initial, capture(overlay.root), differences);
	for (const [index, operation] of recorded.ops.entries())
		compare(`op ${index} ${JSON.stringify(operation)}`, recorded.results[index], apply(asked, operation));
	const merged = capture(overlay.root);
	compareTrees("merged", recorded.merged, merged, differences);
	const upperTree = capture(upper, true);
	const over = applied([...recorded.layers, upperTree]);
	compareTrees("upperApplied", comparable(merged), comparable(over), differences);
	compareTrees("upper", recorded.upper, upperTree, differences);
	return differences;
}

function compareTrees(where: string, expected: Tree, actual: Tree, differences: Difference[]): void {
	const [a, b] = [comparable(expected), comparable(actual)];
	for (const path of new Set([...Object.keys(a), ...Object.keys(b)]))
		if (stable(a[path]) !== stable(b[path])) differences.push({ where: `${where} ${path}`, expected: a[path], actual: b[path] });
}

/** JSON with sorted keys. */
const stable = (value: unknown): string | undefined =>
	JSON.stringify(value, (_, each) =>
		each !== null && typeof each === "object" && !Array.isArray(each)
			? Object.fromEntries(Object.entries(each).sort(([x], [y]) => (x < y ? -1 : 1)))
			: each,
	);
