// Which namespaces a task is in, and what becomes of a mount namespace that nobody is in any more: all is unmounted in it.
// A network namespace takes its devices with it. The others are objects without anything outside themselves; they go when nothing refers to them.

import { release, treeOf } from "../../fs/vfs/namespace";
import type { TaskRecord } from "../proc/task";
import type { Namespaces } from "./namespaces";

const users = new WeakMap<Namespaces["mnt"], number>();

/** Moves a task into a set of namespaces; undefined when it ends. */
export function setNamespaces(task: TaskRecord, next: Namespaces | undefined): void {
	if (next) {
		hold(next.mnt);
		next.net.hold?.();
	}
	const before = held.get(task);
	if (before) {
		drop(before.mnt);
		before.net.drop?.();
	}
	if (next) {
		held.set(task, next);
		task.namespaces = next;
	} else held.delete(task);
}
const held = new WeakMap<TaskRecord, Namespaces>();

/** Keeps a mount namespace alive besides the tasks in it: an open /proc/PID/ns/mnt. */
export function hold(namespace: Namespaces["mnt"]): void {
	users.set(namespace, (users.get(namespace) ?? 0) + 1);
}
export function drop(namespace: Namespaces["mnt"]): void {
	const left = (users.get(namespace) ?? 1) - 1;
	users.set(namespace, left);
	if (left > 0) return;
	for (const mount of [...treeOf(namespace.root)].reverse()) release(mount);
}
