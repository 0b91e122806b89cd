// Copy-up: before something of a lower layer is changed, it is copied to the upper one, with the directories above it.
//
// The copy is made in the work directory and moved into place when it is whole, so a copy-up that fails (ENOSPC) leaves
// nothing behind. It keeps owner, mode, times and extended attributes, and the times of the directory it appears in.
// A lower hard link is copied on its own: the names part (index=off). A file that is truncated next needs no data.

import { ERRNO, type Errno } from "../../lib/errno";
import { S_IFDIR, S_IFLNK, S_IFREG } from "../vfs/mode";
import type { Inode, NewNode } from "../vfs/types";
import { OWN, setOrigin } from "./layer";
import type { OverlayNode } from "./node";

const CHUNK = 65536;

/** Makes sure that the node has an upper part. */
export function copyUp(node: OverlayNode, withoutData = false): 0 | Errno {
	if (node.upper !== undefined) return 0;
	const { fs, parent } = node;
	if (fs.work === undefined) return -ERRNO.EROFS;
	const above = parent === undefined ? 0 : copyUp(parent);
	if (above !== 0) return above;
	const { inode: lower, layer } = node.lowers[0]!;
	const temporary = fs.temporaryName();
	const copy = makeCopy(fs.work, temporary, lower, withoutData);
	if (typeof copy === "number") return copy;
	if (node.deleted) fs.work.unlink(temporary);
	else {
		const failed = moveIntoPlace(fs.work, temporary, parent!.upper!, node.name);
		if (failed !== 0) {
			discard(fs.work, temporary, node.type);
			return failed;
		}
	}
	node.upper = copy;
	if (node.type !== S_IFDIR) node.lowers = [];
	fs.remember(copy, node);
	fs.emit({
		type: "overlay.copyUp",
		upper: fs.upperPath,
		path: node.path,
		kind: kindOf(node.type),
		bytes: node.type === S_IFREG ? copy.attributes().size : 0,
		lower: layer,
		pid: fs.pid(),
	});
	return 0;
}

const kindOf = (type: number): "file" | "directory" | "symlink" | "other" =>
	type === S_IFREG ? "file" : type === S_IFDIR ? "directory" : type === S_IFLNK ? "symlink" : "other";

function makeCopy(work: Inode, name: string, lower: Inode, withoutData: boolean): Inode | Errno {
	const from = lower.attributes();
	const { mode, uid, gid, rdev } = from;
	const opened = lower.type === S_IFREG && !withoutData ? lower.open(false) : lower;
	if (typeof opened === "number") return opened;
	const node: NewNode = { mode, uid, gid, rdev };
	if (lower.type === S_IFLNK || (mode & 0o170000) === S_IFLNK) {
		const target = lower.readlink();
		if (typeof target === "number") return target;
		node.target = target;
	}
	const copy = work.make(name, node);
	if (typeof copy === "number") return copy;
	const type = mode & 0o170000;
	// Lower hard links get numbers of their own once they part.
	const origin = type === S_IFDIR || from.nlink === 1 ? setOrigin(copy, from.ino) : 0;
	const failed =
		origin ||
		(type === S_IFREG && !withoutData ? copyData(lower, copy, from.size) : 0) ||
		copyXattrs(lower, copy) ||
		copy.setAttributes({ mode: mode & 0o7777, uid, gid, atime: from.atime, mtime: from.mtime });
	if (failed === 0) return copy;
	discard(work, name, type);
	return failed;
}

function copyData(from: Inode, to: Inode, size: number): 0 | Errno {
	const content = from.content?.();
	if (content !== undefined && to.adopt !== undefined) {
		const adopted = to.adopt(content);
		if (adopted === 0 || adopted === -ERRNO.ENOSPC) return adopted;
	}
	const buffer = new Uint8Array(Math.min(CHUNK, size));
	for (let offset = 0; offset < size; ) {
		const count = from.read(offset, buffer);
		if (count <= 0) return count === 0 ? 0 : count;
		const part = buffer.subarray(0, count);
		// Gaps stay gaps.
		if (part.some((byte) => byte !== 0)) {
			const written = to.write(offset, part);
			if (written < 0) return written;
		}
		offset += count;
	}
	return to.setAttributes({ size });
}

function copyXattrs(from: Inode, to: Inode): 0 | Errno {
	const names = from.listxattr();
	if (typeof names === "number") return names === -ERRNO.EOPNOTSUPP ? 0 : names;
	for (const name of names) {
		if (name.startsWith(OWN)) continue;
		const value = from.getxattr(name);
		if (typeof value === "number") return value;
		const failed = to.setxattr(name, value, 0);
		if (failed !== 0) return failed;
	}
	return 0;
}

/** The copy appears under its name; the directory's times stay as they were. */
function moveIntoPlace(work: Inode, temporary: string, directory: Inode, name: string): 0 | Errno {
	const { atime, mtime } = directory.attributes();
	const failed = work.rename(temporary, directory, name, 0);
	return failed !== 0 ? failed : directory.setAttributes({ atime, mtime });
}

const discard = (work: Inode, name: string, type: number): 0 | Errno => (type === S_IFDIR ? work.rmdir(name) : work.unlink(name));
