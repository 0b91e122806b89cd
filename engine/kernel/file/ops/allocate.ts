// fallocate(2). What lies beyond the size (FALLOC_FL_KEEP_SIZE) is not reserved.

import { mappedFile } from "../../../fs/vfs/mapped";
import { S_IFDIR, S_IFIFO, typeOf } from "../../../fs/vfs/mode";
import { IN, notify } from "../../../fs/vfs/notify";
import { setSize } from "../../../fs/vfs/operations";
import { ERRNO } from "../../../lib/errno";
import type { Task } from "../../task";
import { MAX_OFFSET, RegularFile } from "../regular";
import { contextOf, fileOf, writableFile } from "./context";
import { beyondLimit } from "./limit";

const KEEP_SIZE = 1;
const PUNCH_HOLE = 2;
const COLLAPSE_RANGE = 8;
const ZERO_RANGE = 16;
const INSERT_RANGE = 32;
const UNSHARE_RANGE = 64;
const KNOWN = KEEP_SIZE | PUNCH_HOLE | COLLAPSE_RANGE | ZERO_RANGE | INSERT_RANGE | UNSHARE_RANGE;

export function fallocate(task: Task, fd: number, mode: number, offset: number, length: number): number {
	const open = fileOf(task, fd);
	if (typeof open === "number") return open;
	if (offset < 0 || length <= 0) return -ERRNO.EINVAL;
	if (mode & ~KNOWN || (mode & PUNCH_HOLE && mode !== (PUNCH_HOLE | KEEP_SIZE))) return -ERRNO.EOPNOTSUPP;
	const file = writableFile(task, fd);
	if (typeof file === "number") return file;
	const { operations, inode } = file;
	if (!(operations instanceof RegularFile)) {
		const type = inode ? typeOf(inode) : 0;
		return type === S_IFIFO ? -ERRNO.ESPIPE : type === S_IFDIR ? -ERRNO.EISDIR : -ERRNO.ENODEV;
	}
	if (offset + length > MAX_OFFSET) return -ERRNO.EFBIG;
	const end = offset + length;
	const { size } = operations.inode.attributes();
	if (!operations.inode.clear) return -ERRNO.EOPNOTSUPP;
	if (mode & (COLLAPSE_RANGE | INSERT_RANGE | UNSHARE_RANGE)) return -ERRNO.EOPNOTSUPP;
	if (mode & (PUNCH_HOLE | ZERO_RANGE)) {
		const mapped = mappedFile(operations.inode);
		mapped?.settle();
		const cleared = operations.inode.clear(offset, Math.min(length, Math.max(0, size - offset)), (mode & ZERO_RANGE) !== 0);
		if (cleared !== 0) return cleared;
		mapped?.changed(offset, Math.min(end, size));
	}
	const grows = !(mode & KEEP_SIZE) && end > size;
	const grown = grows ? beyondLimit(task, end) || setSize(contextOf(task), operations.inode, end) : 0;
	const within = Math.min(end, Math.max(size, grows ? end : 0)) - offset;
	const fills = grown === 0 && !(mode & PUNCH_HOLE) && within > 0;
	const result = fills ? (operations.inode.allocate?.(offset, within) ?? 0) : grown;
	if (result === 0 && file.place) notify(file.place.dentry, IN.MODIFY);
	return result;
}
