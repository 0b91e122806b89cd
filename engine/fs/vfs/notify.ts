// Who wants to hear of changes to an inode (fsnotify): the operations on paths tell what they did, inotify(7) listens.
//
// An event on an entry of a directory is told to the directory's watchers with the name, then to the inode's own. Nothing is
// looked for while nobody watches anything.

import type { Dentry } from "./dentry";
import { S_IFDIR, typeOf } from "./mode";
import type { FileSystem, Inode } from "./types";

/** Bits of man 7 inotify. */
export const IN = {
	ACCESS: 0x1,
	MODIFY: 0x2,
	ATTRIB: 0x4,
	CLOSE_WRITE: 0x8,
	CLOSE_NOWRITE: 0x10,
	OPEN: 0x20,
	MOVED_FROM: 0x40,
	MOVED_TO: 0x80,
	CREATE: 0x100,
	DELETE: 0x200,
	DELETE_SELF: 0x400,
	MOVE_SELF: 0x800,
	UNMOUNT: 0x2000,
	Q_OVERFLOW: 0x4000,
	IGNORED: 0x8000,
	ISDIR: 0x4000_0000,
} as const;

export interface NotifyEvent {
	/** One of IN, perhaps with ISDIR. */
	mask: number;
	/** The entry that it happened to, where it is told to the directory. */
	name?: string;
	/** Joins the two halves of a move. */
	cookie?: number;
	/** The entry has been removed from the directory (IN_EXCL_UNLINK leaves such events out). */
	unlinked?: boolean;
}
export interface Watcher {
	event(event: NotifyEvent): void;
	/** The inode lost its last name, this one: its end comes with the last who has it open by that. */
	unnamed(dentry: Dentry): void;
	/** Somebody closed it. */
	closed(): void;
	/** Its file system is unmounted. */
	unmounted(): void;
}

const watchers = new WeakMap<object, Set<Watcher>>();
const inodes = new Map<Watcher, Inode>();
let lastCookie = 0;

/** Returns how to stop. */
export function watch(inode: Inode, watcher: Watcher): () => void {
	const key = inode.identity();
	const all = watchers.get(key) ?? new Set();
	watchers.set(key, all.add(watcher));
	inodes.set(watcher, inode);
	return () => {
		all.delete(watcher);
		inodes.delete(watcher);
	};
}
export const isWatched = (): boolean => inodes.size > 0;
const watchersOf = (inode: Inode): Watcher[] => [...(watchers.get(inode.identity()) ?? [])];

function tell(inode: Inode, event: NotifyEvent): void {
	for (const watcher of watchersOf(inode)) watcher.event(event);
}
const kind = (inode: Inode): number => (typeOf(inode) === S_IFDIR ? IN.ISDIR : 0);

/** Something happened to an inode that was reached by that name. */
export function notify(dentry: Dentry, mask: number): void {
	if (!isWatched()) return;
	const { inode, parent, name, deleted } = dentry;
	const event = { mask: mask | kind(inode) };
	if (parent) tell(parent.inode, { ...event, name, unlinked: deleted });
	tell(inode, event);
}
/** To those who watch the inode itself. */
export function notifySelf(inode: Inode, mask: number): void {
	if (isWatched()) tell(inode, { mask: mask | kind(inode) });
}
/** An entry was made in a directory. */
export function notifyCreated(directory: Inode, name: string, inode: Inode): void {
	if (isWatched()) tell(directory, { mask: IN.CREATE | kind(inode), name });
}
/** An entry was removed, and is gone. */
export function notifyRemoved(directory: Inode, dentry: Dentry): void {
	if (!isWatched()) return;
	const { inode, name } = dentry;
	if (kind(inode) === 0) tell(inode, { mask: IN.ATTRIB });
	tellLost(dentry);
	tell(directory, { mask: IN.DELETE | kind(inode), name });
}
function tellLost(dentry: Dentry): void {
	const { inode } = dentry;
	if (kind(inode) === 0 && inode.attributes().nlink > 0) return;
	for (const watcher of watchersOf(inode)) watcher.unnamed(dentry);
}
/** Somebody closed what was opened by that name. */
export function notifyClosed(dentry: Dentry, mask: number): void {
	notify(dentry, mask);
	for (const watcher of watchersOf(dentry.inode)) watcher.closed();
}
/** The last mount of a file system is gone. */
export function notifyUnmounted(fs: FileSystem): void {
	for (const [watcher, inode] of [...inodes].reverse()) if (inode.fs === fs) watcher.unmounted();
}
/** `replaced` is what had the new name before. */
export function notifyMoved(from: Inode, name: string, to: Inode, toName: string, inode: Inode, replaced?: Dentry): void {
	if (!isWatched()) return;
	const cookie = ++lastCookie;
	tell(from, { mask: IN.MOVED_FROM | kind(inode), name, cookie });
	tell(to, { mask: IN.MOVED_TO | kind(inode), name: toName, cookie });
	if (replaced) tell(replaced.inode, { mask: IN.ATTRIB | kind(replaced.inode) });
	tell(inode, { mask: IN.MOVE_SELF });
	if (replaced) tellLost(replaced);
}
