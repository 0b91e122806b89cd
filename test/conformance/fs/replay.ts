// Replays cases of record.py: random file operations, by root and by a user, on a plain file system or an overlay.

import { MemFs } from "../../../engine/fs/memfs/memfs";
import { OverlayFs } from "../../../engine/fs/overlay/overlay";
import { S_IFDIR, S_IFIFO, typeOf } from "../../../engine/fs/vfs/mode";
import * as vfs from "../../../engine/fs/vfs/operations";
import type { FileSystem, FsContext, Inode } from "../../../engine/fs/vfs/types";
import { bytesFromName } from "../../../engine/lib/bytes";
import { ERRNO, errnoName } from "../../../engine/lib/errno";
import { makeContext, rootOf } from "../overlay/replay";
import { capture, encode, mtimeOf, must, type Tree, typeName } from "../overlay/tree";

// biome-ignore lint/suspicious/noExplicitAny: the recorded operations are JSON; each reads the members that its name has.
type Operation = { op: string; path: string; user: number } & Record<string, any>;
type Result = { errno?: string } & Record<string, unknown>;
export interface Case {
	seed: number;
	on: "plain" | "overlay";
	umask: number;
	/** Make what is there at the beginning; their answers are not compared. */
	prepare: Operation[];
	initial: Tree;
	ops: Operation[];
	results: Result[];
	final: Tree;
}
export interface Difference {
	where: string;
	expected: unknown;
	actual: unknown;
}

const BEGIN = 1_600_000_000n * 1_000_000_000n;
const USERS: Record<number, vfs.PathContext["credentials"]> = {
	0: { uid: 0, gid: 0, groups: [], capabilities: ~0n },
	1000: { uid: 1000, gid: 1000, groups: [5], capabilities: 0n },
};

export function replay(recorded: Case, disk: (context: FsContext) => FileSystem = (context) => new MemFs(context)): Difference[] {
	const context = makeContext();
	const { fs, base } = beginning(recorded, disk(context), context);
	const differences: Difference[] = [];
	const compare = (where: string, expected: unknown, actual: unknown): void => {
		if (stable(expected) !== stable(actual)) differences.push({ where, expected, actual });
	};
	compareTrees("initial", recorded.initial, capture(base ?? fs.root), compare);
	const asked = base === undefined ? rootOf(fs) : within(rootOf(fs), "/base");
	for (const [index, operation] of recorded.ops.entries())
		compare(`op ${index} ${JSON.stringify(operation)}`, recorded.results[index], apply(asked, recorded, operation));
	compareTrees("final", recorded.final, capture(base ?? fs.root), compare);
	return differences;
}

/** The prepared directory itself, or an overlay over it. `base` is set where the directory is not the file system's root. */
function beginning(recorded: Case, disk: FileSystem, context: FsContext): { fs: FileSystem; base: Inode | undefined } {
	const directory = (name: string): Inode => must<Inode>(disk.root.make(name, { mode: S_IFDIR | 0o755, uid: 0, gid: 0 }));
	const base = directory("base");
	const preparing = within(rootOf(disk), "/base");
	for (const operation of recorded.prepare) apply(preparing, recorded, operation);
	settle(base);
	if (recorded.on === "plain") return { fs: disk, base };
	const overlay = new OverlayFs(context, { lowers: [base], upper: directory("upper"), work: directory("work"), options: "" });
	return { fs: overlay, base: undefined };
}
/** chroot(2). */
function within(context: vfs.PathContext, path: string): vfs.PathContext {
	const root = vfs.directory(context, path);
	if (typeof root === "number") throw new Error(path);
	return { ...context, root, cwd: root };
}
function settle(inode: Inode): void {
	if (typeOf(inode) === S_IFDIR)
		for (const { name } of must(inode.readdir()) as Array<{ name: string }>) settle(must<Inode>(inode.lookup(name)));
	must(inode.setAttributes({ atime: BEGIN, mtime: BEGIN }));
}

function apply(asked: vfs.PathContext, { umask, on }: Case, operation: Operation): Result {
	const context = { ...asked, umask, credentials: USERS[operation.user]! };
	const result = perform(context, operation, on === "plain");
	return typeof result === "number" ? (result < 0 ? { errno: errnoName(result) } : {}) : result;
}

function perform(context: vfs.PathContext, o: Operation, nlinks: boolean): number | Result {
	const { path } = o;
	switch (o.op) {
		case "mkdir":
			return vfs.mkdir(context, path, o.mode);
		case "open":
			return openAndWrite(context, o);
		case "truncate":
			return vfs.truncate(context, path, o.size);
		case "unlink":
			return vfs.unlink(context, path);
		case "rmdir":
			return vfs.rmdir(context, path);
		case "rename":
			return vfs.rename(context, path, o.to, o.flags);
		case "link":
			return vfs.link(context, path, o.to, o.follow);
		case "symlink":
			return vfs.symlink(context, o.target, path);
		case "mknod":
			return vfs.mknod(context, path, o.mode, o.rdev);
		case "chmod":
			return vfs.chmod(context, path, o.mode);
		case "chown":
			return vfs.chown(context, path, o.uid, o.gid, o.follow);
		case "setxattr":
			return vfs.setxattr(context, path, o.name, bytesFromName(o.value), o.flags, o.follow);
		case "removexattr":
			return vfs.removexattr(context, path, o.name, o.follow);
		case "getxattr":
			return shown<Uint8Array>(vfs.getxattr(context, path, o.name, o.follow), (value) => ({ value: encode(value) }));
		case "listxattr":
			return shown<string[]>(vfs.listxattr(context, path, o.follow), (names) => ({ names: names.sort() }));
		case "utimes": {
			const time = o.mtime === "now" ? "now" : BigInt(o.mtime) * 1_000_000_000n;
			return vfs.utimens(context, path, time, time, o.follow);
		}
		case "access":
			return vfs.access(context, path, o.mode);
		case "readdir":
			return list(context, path);
		case "read":
			return read(context, path, o.flags);
		case "readlink":
			return shown(vfs.readlink(context, path), (target) => ({ target }));
		case "lstat":
			return shown<vfs.Status>(vfs.lstat(context, path), (status) => describe(status, nlinks));
		case "stat":
			return shown<vfs.Status>(vfs.stat(context, path), (status) => describe(status, nlinks));
		default:
			throw new Error(`no such operation: ${o.op}`);
	}
}
const shown = <Value extends object | string>(value: Value | number, show: (value: Value) => Result): number | Result =>
	typeof value === "number" ? value : show(value);

function openAndWrite(context: vfs.PathContext, o: Operation): number {
	const opened = vfs.open(context, o.path, o.flags, o.mode);
	if (typeof opened === "number") return opened;
	const { inode } = opened;
	const data = bytesFromName(o.data ?? "");
	if (typeOf(inode) === S_IFIFO) {
		// Without waiting: who only writes needs a reader; who reads and writes meets himself.
		if ((o.flags & vfs.O.ACCMODE) === vfs.O.WRONLY) return -ERRNO.ENXIO;
		// The time of a fifo on an overlay stays as it was.
		return data.length === 0 || inode.fs.type === "overlay" ? 0 : inode.setAttributes({ mtime: "now" });
	}
	if (data.length === 0 || typeName(inode.attributes().mode) !== "file") return 0;
	const mode = vfs.modeAfterWrite(inode, context.credentials);
	if (mode !== undefined) must(inode.setAttributes({ mode }));
	return Math.min(0, inode.write((o.flags & vfs.O.APPEND) !== 0 ? inode.attributes().size : 0, data));
}

function read(context: vfs.PathContext, path: string, flags: number): number | Result {
	const opened = vfs.open(context, path, flags | vfs.O.NONBLOCK);
	if (typeof opened === "number") return opened;
	const { mode, size } = opened.inode.attributes();
	if ((mode & 0o170000) === S_IFDIR) return -ERRNO.EISDIR;
	const bytes = new Uint8Array(typeName(mode) === "file" ? size : 0);
	opened.inode.read(0, bytes);
	return { data: encode(bytes) };
}
function list(context: vfs.PathContext, path: string): number | Result {
	const opened = vfs.open(context, path, vfs.O.DIRECTORY);
	if (typeof opened === "number") return opened;
	const entries = opened.inode.readdir();
	if (typeof entries === "number") return entries;
	const typed = entries.map(({ name, type }) => [name, typeName(type) === "fifo" ? "other" : typeName(type)] as const);
	return { entries: typed.sort(([a], [b]) => (a < b ? -1 : 1)) };
}
function describe(status: vfs.Status, nlinks: boolean): Result {
	const type = typeName(status.mode);
	return {
		stat: {
			type,
			uid: status.uid,
			gid: status.gid,
			rdev: status.rdev,
			mtime: mtimeOf(status.mtime),
			...(type === "symlink" ? {} : { mode: status.mode & 0o7777 }),
			...(type === "file" || type === "symlink" ? { size: status.size } : {}),
			...(nlinks && type !== "symlink" ? { nlink: status.nlink } : {}),
		},
	};
}

function compareTrees(
	where: string,
	expected: Tree,
	actual: Tree,
	compare: (where: string, a: unknown, b: unknown) => void,
): void {
	for (const path of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
		const { nlink: _, ...entry } = actual[path] ?? {};
		compare(`${where} ${path}`, expected[path], actual[path] === undefined ? undefined : entry);
	}
}
const stable = (value: unknown): string | undefined =>
	JSON.stringify(value, (_, each) =>
		each !== null && typeof each === "object" && !Array.isArray(each)
			? Object.fromEntries(Object.entries(each).sort(([x], [y]) => (x < y ? -1 : 1)))
			: each,
	);
