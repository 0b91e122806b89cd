// System calls that ask about files: stat, statfs, access and their families.

import { MS, type Place } from "../../fs/vfs/mount";
import { ERRNO, type Errno } from "../../lib/errno";
import type { Stat, StatFs } from "../../sys";
import { AT_EMPTY_PATH, AT_FDCWD, AT_NO_AUTOMOUNT, AT_SYMLINK_NOFOLLOW } from "../file/flags";
import { fileOf } from "../file/ops/context";
import { access, faccessat, fstat, fstatat, fstatfs, placeAt, statfs } from "../file/ops/path";
import { EINVAL, encodeStat, encodeStatFs, encodeStatx, int, put, row, withPath } from "./decode";
import type { GuestTask, SyscallRow } from "./row";

const give = (task: GuestTask, address: number, stat: Stat | Errno): number =>
	typeof stat === "number" ? stat : put(task.memory, address, encodeStat(stat));

function statAt(task: GuestTask, dirfd: number, path: number, flags: number): Stat | Errno {
	if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_EMPTY_PATH)) return EINVAL;
	// Newer programs pass NULL with AT_EMPTY_PATH.
	if (path === 0 && flags & AT_EMPTY_PATH) return fstatat(task, dirfd, "", flags);
	return withPath<Stat | Errno>(task, path, (name) => fstatat(task, dirfd, name, flags));
}

const ST_VALID = 0x20;
const ST_RELATIME = 0x1000;
const SHOWN = MS.RDONLY | MS.NOSUID | MS.NODEV | MS.NOEXEC | MS.NOATIME | MS.NODIRATIME;
const mountFlags = ({ mount }: Place): number =>
	ST_VALID | (mount.flags & SHOWN) | (mount.has(MS.RELATIME) ? ST_RELATIME : 0) | (mount.readonly ? MS.RDONLY : 0);
function giveStatFs(task: GuestTask, address: number, stat: StatFs | Errno, place: Place | Errno | undefined): number {
	if (typeof stat === "number") return stat;
	const flags = place && typeof place !== "number" ? mountFlags(place) : ST_VALID;
	return put(task.memory, address, encodeStatFs(stat, flags));
}

const STATX_RESERVED = 0x80000000;
const AT_STATX_SYNC_TYPE = 0x6000;

function statx(task: GuestTask, dirfd: number, path: number, flags: number, mask: number, into: number): number {
	if (mask & STATX_RESERVED || (flags & AT_STATX_SYNC_TYPE) === AT_STATX_SYNC_TYPE) return EINVAL;
	const stat = statAt(task, dirfd, path, flags & ~AT_STATX_SYNC_TYPE);
	if (typeof stat === "number") return stat;
	const follow = flags & (AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH);
	const place = withPath<Place | Errno>(task, path, (name) => placeAt(task, name, follow, dirfd));
	if (typeof place === "number") return put(task.memory, into, encodeStatx(stat));
	const { mount, dentry } = place;
	const more = { btime: dentry.inode.attributes().btime, mountId: mount.id, isMountRoot: dentry === mount.root };
	return put(task.memory, into, encodeStatx(stat, more));
}

export const statRows: SyscallRow[] = [
	row(4, "stat", ["path", "stat"], (task, [path, into]) => give(task, into, statAt(task, AT_FDCWD, path, 0))),
	row(5, "fstat", ["fd", "stat"], (task, [fd, into]) => give(task, into, fstat(task, int(fd)))),
	row(6, "lstat", ["path", "stat"], (task, [path, into]) => give(task, into, statAt(task, AT_FDCWD, path, AT_SYMLINK_NOFOLLOW))),
	row(262, "newfstatat", ["dirfd", "path", "stat", "atFlags"], (task, [dirfd, path, into, flags]) =>
		give(task, into, statAt(task, int(dirfd), path, int(flags))),
	),
	row(332, "statx", ["dirfd", "path", "atFlags", "uint", "statx"], (task, [dirfd, path, flags, mask, into]) =>
		statx(task, int(dirfd), path, int(flags), mask, into),
	),
	row(21, "access", ["path", "accessMode"], (task, [path, mode]) =>
		withPath(task, path, (name) => access(task, name, int(mode))),
	),
	row(269, "faccessat", ["dirfd", "path", "accessMode"], (task, [dirfd, path, mode]) =>
		withPath(task, path, (name) => faccessat(task, int(dirfd), name, int(mode), 0)),
	),
	row(439, "faccessat2", ["dirfd", "path", "accessMode", "atFlags"], (task, [dirfd, path, mode, flags]) =>
		withPath(task, path, (name) => faccessat(task, int(dirfd), name, int(mode), int(flags))),
	),
	row(137, "statfs", ["path", "statfs"], (task, [path, into]) =>
		withPath(task, path, (name) => giveStatFs(task, into, statfs(task, name), placeAt(task, name, 0, AT_FDCWD))),
	),
	row(138, "fstatfs", ["fd", "statfs"], (task, [fd, into]) => {
		const file = fileOf(task, int(fd), true);
		return typeof file === "number" ? -ERRNO.EBADF : giveStatFs(task, into, fstatfs(task, int(fd)), file.place);
	}),
];
