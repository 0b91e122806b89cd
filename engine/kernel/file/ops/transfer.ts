// Reading from and writing to what is open: all calls that move bytes end here, whatever named the file. Who watches it hears of it.

import { IN, isWatched, notify } from "../../../fs/vfs/notify";
import { ERRNO } from "../../../lib/errno";
import type { Task } from "../../task";
import { type Blocked, whenDone } from "../../wait";
import type { FileDescription } from "../description";
import { O_APPEND, O_NONBLOCK } from "../flags";
import { RegularFile } from "../regular";

export function readFrom(task: Task, file: FileDescription, into: Uint8Array, offset?: number): number | Blocked {
	return told(file, IN.ACCESS, file.operations.read(file, task, into, offset));
}
export function writeTo(task: Task, file: FileDescription, bytes: Uint8Array, offset?: number): number | Blocked {
	return told(file, IN.MODIFY, file.operations.write(file, task, bytes, offset));
}
function told(file: FileDescription, mask: number, result: number | Blocked): number | Blocked {
	const { place } = file;
	if (!place || !isWatched()) return result;
	return whenDone(result, (count) => {
		if (count > 0) notify(place.dentry, mask);
		return count;
	});
}

/** Flags of preadv2(2) and pwritev2(2). */
const RWF_HIPRI = 1;
const RWF_DSYNC = 2;
const RWF_SYNC = 4;
const RWF_NOWAIT = 8;
const RWF_APPEND = 16;
const RWF_NOAPPEND = 32;
/** Those that are known. RWF_ATOMIC and RWF_DONTCACHE no file system here has. */
export const RWF_KNOWN = RWF_HIPRI | RWF_DSYNC | RWF_SYNC | RWF_NOWAIT | RWF_APPEND | RWF_NOAPPEND;

export interface Manner {
	/** Without it: the description's own position, which moves. */
	offset?: number;
	/** RWF_*. */
	flags?: number;
}
/** A read or a write as its flags want it. ESPIPE where there is no position, EOPNOTSUPP for flags that make no sense. */
export function transfer(task: Task, file: FileDescription, how: "read" | "write", bytes: Uint8Array, manner: Manner) {
	const { offset, flags = 0 } = manner;
	if (offset !== undefined && offset < 0) return -ERRNO.EINVAL;
	if (offset !== undefined && !file.operations.seek) return -ERRNO.ESPIPE;
	const act = how === "read" ? readFrom : writeTo;
	if (flags === 0) return act(task, file, bytes, offset);
	if (flags & ~RWF_KNOWN) return -ERRNO.EOPNOTSUPP;
	// Nothing here is read in the background, so no read of a file can be told not to wait for it.
	if (flags & RWF_NOWAIT && file.operations instanceof RegularFile) return -ERRNO.EOPNOTSUPP;
	const set = (flags & RWF_APPEND && how === "write" ? O_APPEND : 0) | (flags & RWF_NOWAIT ? O_NONBLOCK : 0);
	return withFlags(file, set, flags & RWF_NOAPPEND ? O_APPEND : 0, () => act(task, file, bytes, offset));
}

/** For the time of one call. */
export function withFlags<Result>(file: FileDescription, set: number, clear: number, act: () => Result): Result {
	const before = file.flags;
	file.flags = (before | set) & ~clear;
	try {
		return act();
	} finally {
		file.flags = before;
	}
}
