// A file that is to be executed: found, allowed, opened.

import { S_IFMT, S_IFREG, S_ISGID, S_ISUID } from "../../fs/vfs/mode";
import { inodeAt, MS, type Place } from "../../fs/vfs/mount";
import { MAY_EXEC, permission } from "../../fs/vfs/permission";
import type { Inode } from "../../fs/vfs/types";
import { resolve } from "../../fs/vfs/walk";
import { ERRNO, type Errno } from "../../lib/errno";
import { readInto } from "../mm/file";
import { isMapped } from "../ns/user";
import { type FilePrivileges, parseFileCapabilities } from "../proc/execidentity";
import type { Task } from "../task";

/** BINPRM_BUF_SIZE: what a format may look at. */
const HEAD = 256;

export interface Executable {
	place: Place;
	/** What reads go to. */
	inode: Inode;
	/** Its first bytes. */
	head: Uint8Array;
	privileges: FilePrivileges;
}

/** `from` is where the file was found already (execveat), in place of a path. ENOENT, EACCES, ELOOP … */
export function openExecutable(task: Task, path: string, from?: Place): Executable | Errno {
	const place = from ?? resolve({ root: task.fs.root, cwd: task.fs.cwd, credentials: task.credentials, task }, path);
	if (typeof place === "number") return place;
	const inode = inodeAt(place);
	const { mode, uid, gid } = inode.attributes();
	if ((mode & S_IFMT) !== S_IFREG || place.mount.has(MS.NOEXEC)) return -ERRNO.EACCES;
	const denied = permission(inode, task.credentials, MAY_EXEC);
	if (denied < 0) return denied;
	const opened = inode.open(false);
	if (typeof opened === "number") return opened;
	const privileges: FilePrivileges = {};
	if (!place.mount.has(MS.NOSUID)) {
		const { user } = task.namespaces;
		const known = isMapped(user, "uidMap", uid) && isMapped(user, "gidMap", gid);
		if (known && !task.identity.noNewPrivs) {
			if (mode & S_ISUID) privileges.uid = uid;
			if ((mode & (S_ISGID | 0o010)) === (S_ISGID | 0o010)) privileges.gid = gid;
		}
		const attribute = inode.getxattr("security.capability");
		if (typeof attribute !== "number") privileges.capabilities = parseFileCapabilities(attribute);
	}
	return { place, inode: opened, head: readHead(opened), privileges };
}

function readHead(inode: Inode): Uint8Array {
	const { size } = inode.attributes();
	const head = new Uint8Array(Math.min(HEAD, size));
	readInto(inode, 0, head);
	return head;
}
