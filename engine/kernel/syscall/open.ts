// System calls that open in newer ways: openat2 with its bounds, and files by handle.

import { CAP_DAC_READ_SEARCH } from "../../fs/vfs/mode";
import * as vfs from "../../fs/vfs/operations";
import { capable } from "../../fs/vfs/permission";
import { RESOLVE, SCOPED } from "../../fs/vfs/scope";
import { ERRNO } from "../../lib/errno";
import {
	AT_EMPTY_PATH,
	AT_FDCWD,
	AT_SYMLINK_FOLLOW,
	AT_SYMLINK_NOFOLLOW,
	O_CLOEXEC,
	O_CREAT,
	O_DIRECTORY,
	O_NOFOLLOW,
	O_PATH,
	O_TMPFILE,
	O_TRUNC,
} from "../file/flags";
import { byHandle, HANDLE_BYTES, HANDLE_TYPE, handleOf } from "../file/handle";
import { describe } from "../file/open";
import { contextOf, fileOf, install } from "../file/ops/context";
import { openat, placeAt } from "../file/ops/path";
import { type Blocked, whenDone } from "../wait";
import { EFAULT, EINVAL, int, put, row, viewOf, withPath } from "./decode";
import type { GuestTask, SyscallRow } from "./row";

// ---- openat2

/** struct open_how: flags, mode, resolve, of 64 bits each. */
const HOW = 24;
const PAGE = 4096;
/** Flags that open(2) knows; others it ignores, openat2 does not. */
const OPEN_FLAGS = 0o37777703n;
const PATH_FLAGS = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
const RESOLVE_ALL = 0x3fn;

function openat2(task: GuestTask, dirfd: number, path: number, howAt: number, size: number): number | Blocked {
	if (size < HOW) return EINVAL;
	if (size > PAGE) return -ERRNO.E2BIG;
	const bytes = task.memory.readable(howAt, size);
	if (!bytes) return EFAULT;
	// What this kernel does not know of has to be zero.
	if (bytes.subarray(HOW).some((byte) => byte !== 0)) return -ERRNO.E2BIG;
	const view = viewOf(bytes);
	const [wanted, mode, bounds] = [0, 8, 16].map((at) => view.getBigUint64(at, true)) as [bigint, bigint, bigint];
	if (wanted & ~OPEN_FLAGS || mode & ~0o7777n || bounds & ~RESOLVE_ALL) return EINVAL;
	const [flags, resolve] = [Number(wanted), Number(bounds)];
	const makes = (flags & O_CREAT) !== 0 || (flags & O_TMPFILE) === O_TMPFILE;
	if ((mode !== 0n && !makes) || (resolve & SCOPED) === SCOPED) return EINVAL;
	if (flags & O_PATH && flags & ~PATH_FLAGS) return EINVAL;
	const changes = flags & (O_CREAT | O_TRUNC | (O_TMPFILE & ~O_DIRECTORY));
	if (resolve & RESOLVE.CACHED && changes) return -ERRNO.EAGAIN;
	return withPath<number | Blocked>(task, path, (name) => openat(task, dirfd, name, flags, Number(mode), resolve));
}

// ---- handles

/** struct file_handle: how many bytes there is room for, the type, the bytes. */
const MAX_HANDLE = 128;
function nameToHandle(task: GuestTask, dirfd: number, path: number, handleAt: number, mountAt: number, flags: number): number {
	if (flags & ~(AT_SYMLINK_FOLLOW | AT_EMPTY_PATH)) return EINVAL;
	const follow = flags & AT_SYMLINK_FOLLOW ? 0 : AT_SYMLINK_NOFOLLOW;
	return withPath(task, path, (name) => {
		const place = placeAt(task, name, follow | (flags & AT_EMPTY_PATH), dirfd);
		if (typeof place === "number") return place;
		const room = task.memory.u32(handleAt);
		if (room === undefined) return EFAULT;
		if (room > MAX_HANDLE) return EINVAL;
		const handle = handleOf(place);
		if (!handle) return -ERRNO.EOPNOTSUPP;
		const fits = room >= handle.length;
		const header = new Uint8Array(Uint32Array.of(HANDLE_BYTES, fits ? HANDLE_TYPE : 0xff).buffer);
		const written = put(task.memory, handleAt, header) || (fits ? put(task.memory, handleAt + 8, handle) : 0);
		if (written !== 0 || !task.memory.setU32(mountAt, place.mount.id)) return EFAULT;
		return fits ? 0 : -ERRNO.EOVERFLOW;
	});
}
function openByHandle(task: GuestTask, mountFd: number, handleAt: number, flags: number): number | Blocked {
	if (!capable(task.credentials, CAP_DAC_READ_SEARCH)) return -ERRNO.EPERM;
	const file = mountFd === AT_FDCWD ? undefined : fileOf(task, mountFd, true);
	if (typeof file === "number") return file;
	const mount = file ? file.place?.mount : task.fs.cwd.mount;
	const header = task.memory.readable(handleAt, 8);
	if (!header) return EFAULT;
	const [length, type] = [viewOf(header).getUint32(0, true), viewOf(header).getInt32(4, true)];
	if (length === 0 || length > MAX_HANDLE) return EINVAL;
	const bytes = task.memory.readable(handleAt + 8, length);
	if (!bytes) return EFAULT;
	const dentry = mount && byHandle(mount.fs, type, bytes);
	if (!mount || !dentry) return -ERRNO.ESTALE;
	const place = { mount, dentry };
	const opened = vfs.openPlace(contextOf(task), place, flags & ~O_CREAT);
	if (typeof opened === "number") return opened;
	return whenDone(describe(task, opened, flags), (made) =>
		typeof made === "number" ? made : install(task, made, (flags & O_CLOEXEC) !== 0),
	);
}

export const openRows: SyscallRow[] = [
	row(437, "openat2", ["dirfd", "path", "address", "size"], (task, [dirfd, path, how, size]) =>
		openat2(task, int(dirfd), path, how, size),
	),
	row(303, "name_to_handle_at", ["dirfd", "path", "address", "address", "atFlags"], (task, [dirfd, path, handle, mount, flags]) =>
		nameToHandle(task, int(dirfd), path, handle, mount, int(flags)),
	),
	row(304, "open_by_handle_at", ["dirfd", "address", "openFlags"], (task, [mount, handle, flags]) =>
		openByHandle(task, int(mount), handle, int(flags)),
	),
];
