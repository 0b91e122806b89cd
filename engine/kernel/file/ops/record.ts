// fcntl(2)'s record locks: struct flock and what it asks for.

import { ERRNO } from "../../../lib/errno";
import type { Task } from "../../task";
import type { Blocked } from "../../wait";
import { F_GETLK, F_OFD_GETLK, F_OFD_SETLK, F_OFD_SETLKW, F_SETLKW, SEEK_CUR, SEEK_END } from "../flags";
import { conflicting, F_RDLCK, F_UNLCK, F_WRLCK, type LockType, type RecordLock, setRecordLock } from "../lock";
import { reads, writes } from "../pipe";
import { fileOf } from "./context";

/** l_type and l_whence of 16 bits, l_start and l_len of 64, l_pid of 32. */
export const FLOCK_SIZE = 32;

/** `bytes` is the structure in place: F_GETLK writes its answer there. */
export function fcntlLock(task: Task, fd: number, command: number, bytes: Uint8Array): number | Blocked {
	const file = fileOf(task, fd);
	if (typeof file === "number") return file;
	if (!file.inode) return -ERRNO.EINVAL;
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const ofd = command === F_OFD_GETLK || command === F_OFD_SETLK || command === F_OFD_SETLKW;
	if (ofd && view.getInt32(24, true) !== 0) return -ERRNO.EINVAL;
	const type = view.getInt16(0, true);
	const asks = command === F_GETLK || command === F_OFD_GETLK;
	if (type !== F_RDLCK && type !== F_WRLCK && (type !== F_UNLCK || asks)) return -ERRNO.EINVAL;
	const whence = view.getInt16(2, true);
	const base = whence === SEEK_CUR ? file.position : whence === SEEK_END ? file.inode.attributes().size : 0;
	let start = base + Number(view.getBigInt64(8, true));
	let length = Number(view.getBigInt64(16, true));
	if (length < 0) {
		start += length;
		length = -length;
	}
	if (start < 0 || whence < 0 || whence > SEEK_END) return -ERRNO.EINVAL;
	const isOpenForIt = type === F_RDLCK ? reads(file.flags) : type === F_WRLCK ? writes(file.flags) : true;
	const lock: RecordLock = {
		type: type as LockType,
		start,
		end: length === 0 ? Number.POSITIVE_INFINITY : start + length - 1,
		owner: ofd ? file : task.files,
		pid: ofd ? -1 : task.process.pidIn(task.namespaces.pid),
	};
	if (asks) {
		answer(view, conflicting(file.inode, lock));
		return 0;
	}
	if (!isOpenForIt) return -ERRNO.EBADF;
	return setRecordLock(file.inode, lock, command === F_SETLKW || command === F_OFD_SETLKW);
}
function answer(view: DataView, held: RecordLock | undefined): void {
	view.setInt16(0, held?.type ?? F_UNLCK, true);
	if (!held) return;
	view.setInt16(2, 0, true);
	view.setBigInt64(8, BigInt(held.start), true);
	view.setBigInt64(16, Number.isFinite(held.end) ? BigInt(held.end - held.start + 1) : 0n, true);
	view.setInt32(24, held.pid, true);
}
