// System calls of native programs told to those who watch them. They have no registers and no memory to read: the methods of
// Sys are shown under their own names, with the values that were given to them.

import { errnoName, isError, strerror } from "../../lib/errno";
import { signalName } from "../proc/signal/numbers";
import type { TaskRecord } from "../proc/task";
import { type Notice, tell } from "../proc/watch";
import { openFlags } from "../syscall/show/kinds";
import { CLONE, MOUNT, UMOUNT } from "../syscall/show/names";
import { clipped, flagSet, hex, octal } from "../syscall/show/text";

const MOST_BYTES = 32;
const MOST_WORDS = 32;

type Show = (value: never) => string;
const signal = (value: number): string => (value === 0 ? "0" : signalName(value));
const cloneFlags = (value: number): string => flagSet(CLONE, value);
/** Arguments that are numbers with a meaning, by call and place. */
const meanings: Readonly<Record<string, Readonly<Record<number, Show>>>> = {
	open: { 1: openFlags, 2: octal },
	mkdir: { 1: octal },
	chmod: { 1: octal },
	umask: { 0: octal },
	kill: { 1: signal },
	sigaction: { 0: signal },
	mount: { 3: (value: number) => flagSet(MOUNT, value) },
	umount2: { 1: (value: number) => flagSet(UMOUNT, value) },
	unshare: { 0: cloneFlags },
	setns: { 1: cloneFlags },
	ioctl: { 1: hex },
	execve: { 2: (env: string[]) => `[/* ${env.length} vars */]` },
};

export function tellNative(task: TaskRecord, name: string, args: readonly unknown[], result: unknown, began: number): void {
	const shown: Notice = {
		kind: "call",
		name,
		args: args.map((value, index) => meanings[name]?.[index]?.(value as never) ?? shownValue(value)),
		result: shownResult(result),
		began,
		ended: task.kernel.uptime(),
	};
	tell(task, shown);
}

function shownValue(value: unknown): string {
	if (value === undefined || value === null) return "NULL";
	if (typeof value === "string") return clipped(new TextEncoder().encode(value), 4 * MOST_BYTES);
	if (typeof value === "function") return "{...}";
	if (value instanceof Uint8Array) return clipped(value.subarray(0, MOST_BYTES + 1), MOST_BYTES, value.length);
	if (Array.isArray(value))
		return `[${value.slice(0, MOST_WORDS).map(shownValue).join(", ")}${value.length > MOST_WORDS ? ", ..." : ""}]`;
	if (typeof value !== "object") return String(value);
	const fields = Object.entries(value).filter(([, field]) => field !== undefined);
	return `{${fields.map(([name, field]) => `${name}=${name === "flags" ? cloneFlags(field as number) : shownValue(field)}`).join(", ")}}`;
}
function shownResult(result: unknown): string {
	if (isError(result)) return `-1 ${errnoName(result)} (${strerror(result)})`;
	if (result instanceof Uint8Array) return `${result.length} (${shownValue(result)})`;
	return result === undefined ? "0" : shownValue(result);
}
