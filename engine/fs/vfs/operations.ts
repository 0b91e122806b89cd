// The operations on paths: what the file system calls of man 2 do, once their arguments are decoded. The kernel's system
// calls and the tests use these; nothing else changes a file system by path.
//
// Every operation is `(context, path, …) => result | negative errno`. The context says who asks and from where:
//
//   { root, cwd, umask, credentials, task? }      a task's FsState and credentials; for the *at() calls, cwd is the
//                                                 directory that the descriptor stands for
//
//   open, openPlace                  → { place, inode, created }   O_CREAT, O_EXCL, O_TRUNC, O_DIRECTORY, O_NOFOLLOW, O_PATH
//   mkdir, mknod, symlink, link      → 0        mknodPlace → Place; linkPlace takes an open file
//   unlink, rmdir, rename            → 0
//   stat, lstat                      → Status   statusOf(inode) is fstat
//   readlink, statfs, directory      → string, statfs' numbers, Place (for chdir and chroot)
//   access, chmod, chown, truncate, utimens     → 0     by place: accessAt, setMode, setOwner, setSize, setTimes
//   getxattr, setxattr, listxattr, removexattr  → value, 0, names, 0     by place: …At
//
// Where a symlink at the end may be followed or not, `follow` is the last argument. Access times: accessed(place) after reading.

export { accessed } from "./access";
export {
	access,
	accessAt,
	chmod,
	chown,
	directory,
	lstat,
	readlink,
	type Status,
	setMode,
	setOwner,
	setSize,
	setTimes,
	stat,
	statfs,
	statusOf,
	type Time,
	truncate,
	utimens,
} from "./attributes";
export { modeAfterWrite, type PathContext } from "./context";
export { link, linkPlace, mkdir, mknod, mknodPlace, symlink } from "./make";
export { O, type Opened, open, openPlace } from "./open";
export { RENAME_EXCHANGE, RENAME_NOREPLACE, RENAME_WHITEOUT, rename, rmdir, unlink } from "./remove";
export {
	getxattr,
	getxattrAt,
	listxattr,
	listxattrAt,
	removexattr,
	removexattrAt,
	setxattr,
	setxattrAt,
} from "./xattr";
