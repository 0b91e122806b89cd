// System calls on extended attributes (man 7 xattr), each in three forms: by path, by path without following, by descriptor.

import type { Place } from "../../fs/vfs/mount";
import * as vfs from "../../fs/vfs/operations";
import { bytesFromName } from "../../lib/bytes";
import { ERRNO, type Errno } from "../../lib/errno";
import { AT_FDCWD, AT_SYMLINK_NOFOLLOW } from "../file/flags";
import { contextOf, fileOf } from "../file/ops/context";
import { placeAt } from "../file/ops/path";
import { cString, EFAULT, int, put, row, withPath } from "./decode";
import type { ArgumentKind, Arguments, GuestTask, SyscallRow } from "./row";

const NAME_MAX = 255;
const VALUE_MAX = 65536;

type Find = (task: GuestTask, argument: number) => Place | Errno;
const byPath =
	(flags: number): Find =>
	(task, path) =>
		withPath<Place | Errno>(task, path, (name) => placeAt(task, name, flags, AT_FDCWD));
const byDescriptor: Find = (task, fd) => {
	const file = fileOf(task, int(fd));
	return typeof file === "number" ? file : (file.place ?? -ERRNO.EOPNOTSUPP);
};
function nameAt(task: GuestTask, address: number): string | Errno {
	const name = cString(task.memory, address, NAME_MAX + 1);
	return typeof name === "string" && (name === "" || name.length > NAME_MAX) ? -ERRNO.ERANGE : name;
}
/** A size of 0 asks how much there is. */
function give(task: GuestTask, address: number, size: number, bytes: Uint8Array): number {
	if (size === 0) return bytes.length;
	return bytes.length > size ? -ERRNO.ERANGE : put(task.memory, address, bytes) || bytes.length;
}

type Act = (task: GuestTask, place: Place, rest: Arguments) => number;
const set: Act = (task, place, [, name, value, size, flags]) => {
	const key = nameAt(task, name);
	if (typeof key === "number") return key;
	if (size > VALUE_MAX) return -ERRNO.E2BIG;
	const bytes = size === 0 ? new Uint8Array(0) : task.memory.readable(value, size);
	return bytes ? vfs.setxattrAt(contextOf(task), place, key, bytes.slice(), int(flags)) : EFAULT;
};
const get: Act = (task, place, [, name, into, size]) => {
	const key = nameAt(task, name);
	if (typeof key === "number") return key;
	const value = vfs.getxattrAt(contextOf(task), place, key);
	return typeof value === "number" ? value : give(task, into, size, value);
};
const list: Act = (task, place, [, into, size]) => {
	const names = vfs.listxattrAt(contextOf(task), place);
	return typeof names === "number" ? names : give(task, into, size, bytesFromName(names.map((name) => `${name}\0`).join("")));
};
const remove: Act = (task, place, [, name]) => {
	const key = nameAt(task, name);
	return typeof key === "number" ? key : vfs.removexattrAt(contextOf(task), place, key);
};

/** Three rows with consecutive numbers: name, lname, fname. */
function family(number: number, name: string, rest: ArgumentKind[], act: Act): SyscallRow[] {
	const forms: Array<[prefix: string, kind: ArgumentKind, find: Find]> = [
		["", "path", byPath(0)],
		["l", "path", byPath(AT_SYMLINK_NOFOLLOW)],
		["f", "fd", byDescriptor],
	];
	return forms.map(([prefix, kind, find], i) =>
		row(number + i, prefix + name, [kind, ...rest], (task, args) => {
			const place = find(task, args[0]);
			return typeof place === "number" ? place : act(task, place, args);
		}),
	);
}
export const xattrRows: SyscallRow[] = [
	...family(188, "setxattr", ["string", "buffer", "size", "xattrFlags"], set),
	...family(191, "getxattr", ["string", "outBuffer", "size"], get),
	...family(194, "listxattr", ["outBuffer", "size"], list),
	...family(197, "removexattr", ["string"], remove),
];
