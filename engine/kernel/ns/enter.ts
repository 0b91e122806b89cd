// Which namespaces a task is in, and what becomes of those that nobody keeps any more: in a mount namespace all is unmounted, a
// network takes its devices with it. The others are objects without anything outside themselves; they go when nothing refers to them.

import type { TaskRecord } from "../proc/task";
import type { Namespaces } from "./namespaces";

/** Moves a task into a set of namespaces; undefined when it ends. */
export function setNamespaces(task: TaskRecord, next: Namespaces | undefined): void {
	if (next) {
		next.mnt.hold?.();
		next.net.hold?.();
	}
	const before = held.get(task);
	if (before) {
		before.mnt.drop?.();
		before.net.drop?.();
	}
	if (next) {
		held.set(task, next);
		task.namespaces = next;
	} else held.delete(task);
}
const held = new WeakMap<TaskRecord, Namespaces>();

/** Counts those who keep a namespace: tasks in it, open files and mounts of it. With the last one it ends. */
export function counted(end: () => void): { hold(): void; drop(): void } {
	let users = 0;
	return {
		hold() {
			users++;
		},
		drop() {
			if (--users === 0) end();
		},
	};
}
