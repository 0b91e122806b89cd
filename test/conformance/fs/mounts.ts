// Replays cases of record_mounts.py: random mounts, binds, propagation changes and unmounts, mountinfo after each.

import { MemFs } from "../../../engine/fs/memfs/memfs";
import { S_IFDIR, S_IFREG } from "../../../engine/fs/vfs/mode";
import { type Mount, MS, type Place } from "../../../engine/fs/vfs/mount";
import { mountinfoText } from "../../../engine/fs/vfs/mountinfo";
import { MountNamespace } from "../../../engine/fs/vfs/namespace";
import type { Inode } from "../../../engine/fs/vfs/types";
import { resolve } from "../../../engine/fs/vfs/walk";
import { errnoName } from "../../../engine/lib/errno";
import { makeContext } from "../overlay/replay";
import { must } from "../overlay/tree";

type Operation =
	| { op: "tmpfs"; path: string; name: string; flags: number }
	| { op: "bind"; path: string; from: string; rec: boolean }
	| { op: "move"; path: string; from: string }
	| { op: "remount"; path: string; flags: number }
	| { op: "propagation"; path: string; kind: "shared" | "private" | "slave" | "unbindable"; rec: boolean }
	| { op: "umount"; path: string; flags: number }
	| { op: "pivot"; path: string; put: string };
/** Parent's index or -1, root, mountpoint, options, tags, source. */
type Line = [parent: number, root: string, mountpoint: string, options: string, tags: string[], source: string];
export interface MountCase {
	seed: number;
	ops: Operation[];
	results: Array<{ errno?: string }>;
	infos: Line[][];
}

const KINDS = { shared: MS.SHARED, private: MS.PRIVATE, slave: MS.SLAVE, unbindable: MS.UNBINDABLE };
const make = (at: Inode, name: string): Inode => must<Inode>(at.make(name, { mode: S_IFDIR | 0o755, uid: 0, gid: 0 }));

/** The first difference, or undefined. */
export function replayMounts({
	ops,
	results,
	infos,
}: MountCase): { where: string; expected: unknown; actual: unknown } | undefined {
	const context = makeContext();
	const fs = new MemFs(context);
	const a = make(fs.root, "a");
	make(make(a, "x"), "z");
	make(make(make(fs.root, "b"), "y"), "z");
	make(fs.root, "c");
	must(fs.root.make("file", { mode: S_IFREG | 0o644, uid: 0, gid: 0 }));
	const namespace = MountNamespace.create(fs, "root");
	let root = namespace.root.place;
	const place = (path: string): Place | number =>
		resolve({ root, cwd: root, credentials: { uid: 0, gid: 0, groups: [], capabilities: ~0n } }, path);

	const perform = (o: Operation): Mount | number => {
		const target = place(o.op === "pivot" ? `${o.path}/` : o.path);
		const other = "from" in o ? place(o.from) : "put" in o ? place(`${o.put}/`) : target;
		// pivot_root resolves the new root first, mount its target: what fails first is the answer.
		if (typeof target === "number") return target;
		if (typeof other === "number") return other;
		switch (o.op) {
			case "tmpfs": {
				const mounted = new MemFs(context);
				for (const names of [["x", "z"], ["y", "z"], ["z"]]) names.reduce(make, mounted.root as Inode);
				return namespace.mount(target, mounted, o.name, o.flags);
			}
			case "bind":
				return namespace.bind(other, target, o.rec);
			case "move":
				return namespace.move(other, target);
			case "remount":
				return namespace.remount(target, MS.REMOUNT | MS.BIND | o.flags);
			case "propagation":
				return namespace.setPropagation(target, KINDS[o.kind] | (o.rec ? MS.REC : 0));
			case "umount":
				return namespace.umount(target, o.flags, (mount) => mount === root.mount);
			case "pivot": {
				const result = namespace.pivotRoot(root, target, other);
				if (result === 0) root = target;
				return result;
			}
		}
	};
	for (const [index, operation] of ops.entries()) {
		const result = perform(operation);
		const actual = typeof result === "number" && result < 0 ? { errno: errnoName(result) } : {};
		const where = `op ${index} ${JSON.stringify(operation)}`;
		if (actual.errno !== results[index]!.errno) return { where, expected: results[index], actual };
		const lines = numbered(mountinfoText(namespace, root));
		if (sorted(lines) !== sorted(infos[index]!))
			return { where: `mountinfo after ${where}`, expected: infos[index], actual: lines };
	}
	return undefined;
}

function numbered(text: string): Line[] {
	const rows = text
		.trim()
		.split("\n")
		.map((line) => line.split(" "));
	const numbers = new Map(rows.map(([id], index) => [id!, index]));
	const groups = new Map<string, number>();
	return rows.map((row) => {
		const dash = row.indexOf("-");
		const tags = row.slice(6, dash).map((tag) => {
			const [name, group] = tag.split(":");
			if (group === undefined) return tag;
			if (!groups.has(group)) groups.set(group, groups.size);
			return `${name}:${groups.get(group)}`;
		});
		return [numbers.get(row[1]!) ?? -1, row[3]!, row[4]!, row[5]!, tags, row[dash + 2]!];
	});
}

/** The order of copies among themselves is the kernel's own affair: lines by mountpoint, parents by what they are. */
function sorted(lines: Line[]): string {
	const shown = lines.map(([parent, root, mountpoint, options, tags, source]) =>
		[mountpoint, source, root, options, tags.map((tag) => tag.replace(/:.*/, "")).join(), lines[parent]?.[2] ?? "-"].join(" "),
	);
	const groups = new Map<string, string[]>();
	for (const [, root, mountpoint, , tags, source] of lines)
		for (const tag of tags) {
			const group = tag.replace(/^.*:/, "");
			groups.set(group, [...(groups.get(group) ?? []), `${tag.replace(/:.*/, "")} ${mountpoint} ${source} ${root}`].sort());
		}
	return JSON.stringify([shown.sort(), [...groups.values()].map((members) => members.join("; ")).sort()], null, 1);
}
