// The recorded operations, done by the engine's operations on paths: what record.py does with the system calls.

import { S_IFIFO } from "../../../engine/fs/vfs/mode";
import {
	chmod,
	chown,
	getxattr,
	link,
	listxattr,
	lstat,
	mkdir,
	mknod,
	O,
	open,
	type PathContext,
	readlink,
	removexattr,
	rename,
	rmdir,
	type Status,
	setxattr,
	stat,
	symlink,
	truncate,
	unlink,
	utimens,
} from "../../../engine/fs/vfs/operations";
import { bytesFromName } from "../../../engine/lib/bytes";
import { errnoName } from "../../../engine/lib/errno";
import { encode, mtimeOf, typeName } from "./tree";

// biome-ignore lint/suspicious/noExplicitAny: the recorded operations are JSON; each reads the members that its name has.
export type Operation = { op: string; path: string } & Record<string, any>;
export type Result = { errno?: string } & Record<string, unknown>;

export const apply = (context: PathContext, operation: Operation): Result => {
	const result = perform(context, operation);
	return typeof result === "number" ? (result < 0 ? { errno: errnoName(result) } : {}) : result;
};

function perform(context: PathContext, o: Operation): number | Result {
	const { path } = o;
	switch (o.op) {
		case "mkdir":
			return mkdir(context, path, o.mode);
		case "create":
			return writeFile(context, path, O.CREAT | O.EXCL | O.WRONLY, o.mode, bytesFromName(o.data));
		case "write": {
			const flags = O.WRONLY | (o.trunc ? O.TRUNC : 0) | (o.creat ? O.CREAT : 0);
			return writeFile(context, path, flags, o.mode ?? 0o644, bytesFromName(o.data), o.offset ?? 0);
		}
		case "append":
			return writeFile(context, path, O.WRONLY | O.APPEND, 0, bytesFromName(o.data));
		case "truncate":
			return truncate(context, path, o.size);
		case "unlink":
			return unlink(context, path);
		case "rmdir":
			return rmdir(context, path);
		case "rename":
			return rename(context, path, o.to, o.flags ?? 0);
		case "link":
			return link(context, path, o.to);
		case "symlink":
			return symlink(context, o.target, path);
		case "mkfifo":
			return mknod(context, path, S_IFIFO | o.mode, 0);
		case "chmod":
			return chmod(context, path, o.mode);
		case "chown":
			return chown(context, path, o.uid, o.gid);
		case "lchown":
			return chown(context, path, o.uid, o.gid, false);
		case "setxattr":
			return setxattr(context, path, o.name, bytesFromName(o.value), o.flag === "create" ? 1 : o.flag === "replace" ? 2 : 0);
		case "removexattr":
			return removexattr(context, path, o.name);
		case "getxattr":
			return shown<Uint8Array>(getxattr(context, path, o.name), (value) => ({ value: encode(value) }));
		case "listxattr":
			return shown<string[]>(listxattr(context, path), (names) => ({
				names: names.filter((name) => name.startsWith("user.")).sort(),
			}));
		case "utimes": {
			const time = BigInt(o.mtime) * 1_000_000_000n;
			return utimens(context, path, time, time);
		}
		case "readdir":
			return list(context, path);
		case "read":
			return read(context, path);
		case "readlink":
			return shown(readlink(context, path), (target) => ({ target }));
		case "lstat":
			return shown(lstat(context, path), describe);
		case "stat":
			return shown(stat(context, path), describe);
		default:
			throw new Error(`no such operation: ${o.op}`);
	}
}

const shown = <Value extends object | string>(value: Value | number, show: (value: Value) => Result): number | Result =>
	typeof value === "number" ? value : show(value);

function writeFile(context: PathContext, path: string, flags: number, mode: number, data: Uint8Array, offset = 0): number {
	const opened = open(context, path, flags | O.NONBLOCK, mode);
	if (typeof opened === "number") return opened;
	const { inode } = opened;
	// Nobody reads from a fifo here (ENXIO), and a write of nothing changes nothing.
	if (typeName(inode.attributes().mode) === "fifo") return -6;
	if (data.length === 0) return 0;
	return Math.min(0, inode.write((flags & O.APPEND) !== 0 ? inode.attributes().size : offset, data));
}
function read(context: PathContext, path: string): number | Result {
	const opened = open(context, path, O.RDONLY | O.NONBLOCK);
	if (typeof opened === "number") return opened;
	const { mode, size } = opened.inode.attributes();
	const type = typeName(mode);
	if (type === "dir") return -21;
	const bytes = new Uint8Array(type === "file" ? size : 0);
	opened.inode.read(0, bytes);
	return { data: encode(bytes) };
}
function list(context: PathContext, path: string): number | Result {
	const opened = open(context, path, O.RDONLY | O.DIRECTORY);
	if (typeof opened === "number") return opened;
	const entries = opened.inode.readdir();
	if (typeof entries === "number") return entries;
	const shownType = (mode: number) => {
		const type = typeName(mode);
		return type === "fifo" ? "other" : type;
	};
	// The recording sorts names by code point.
	const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
	return { entries: entries.map(({ name, type }) => [name, shownType(type)]).sort((a, b) => compare(a[0]!, b[0]!)) };
}
function describe(status: Status): Result {
	const type = typeName(status.mode);
	return {
		stat: {
			type,
			uid: status.uid,
			gid: status.gid,
			mtime: mtimeOf(status.mtime),
			...(type === "symlink" ? {} : { mode: status.mode & 0o7777 }),
			...(type === "file" || type === "symlink" ? { size: status.size } : {}),
		},
	};
}
