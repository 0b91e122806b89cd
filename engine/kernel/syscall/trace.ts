// A system call as an event, the way strace(1) writes it.

import { text } from "../../lib/bytes";
import { errnoName } from "../../lib/errno";
import { signalName } from "../proc/signal/numbers";
import type { TaskRecord } from "../proc/task";
import type { ArgumentKind, Arguments, SyscallRow } from "./row";

const MOST_BYTES = 32;
const AT_FDCWD = -100;

export function traceCall(task: TaskRecord, row: SyscallRow, args: Arguments, result: number | bigint): void {
	task.kernel.trace.emit("kernel", {
		type: "syscall",
		pid: task.process.pid,
		name: row.name,
		args: task.shownArguments ?? showArguments(task, row, args),
		result: showResult(result),
	});
	task.shownArguments = undefined;
}
export const showArguments = (task: TaskRecord, row: SyscallRow, args: Arguments): string[] =>
	row.args.map((kind, index) => show(task, kind, args[index]!, args, index));
const showResult = (result: number | bigint): string =>
	typeof result === "number" && result < 0 && result >= -4095 ? `-1 ${errnoName(result)}` : String(result);

function show(task: TaskRecord, kind: ArgumentKind, value: number, args: Arguments, index: number): string {
	switch (kind) {
		case "path":
		case "string":
			return showString(task, value);
		case "buffer":
			return showBuffer(task, value, args[index + 1] ?? 0);
		case "dirfd":
			return (value | 0) === AT_FDCWD ? "AT_FDCWD" : String(value | 0);
		case "mode":
			return `0${value.toString(8)}`;
		case "signal":
			return value === 0 ? "0" : signalName(value);
		case "address":
			return value === 0 ? "NULL" : `0x${value.toString(16)}`;
		case "flags":
		case "openFlags":
			return `0x${(value >>> 0).toString(16)}`;
		case "argv":
			return showArray(task, value);
		case "fd":
		case "pid":
		case "int":
			return String(value | 0);
		default:
			return String(value);
	}
}
function showString(task: TaskRecord, address: number): string {
	if (address === 0) return "NULL";
	const path = task.process.mm ? task.memory.path(address) : -1;
	return typeof path === "number" ? `0x${address.toString(16)}` : JSON.stringify(path);
}
function showBuffer(task: TaskRecord, address: number, length: number): string {
	const bytes = task.process.mm && task.memory.readable(address, Math.min(length, MOST_BYTES));
	if (!bytes) return `0x${address.toString(16)}`;
	return `${JSON.stringify(text(bytes))}${length > MOST_BYTES ? "..." : ""}`;
}
function showArray(task: TaskRecord, address: number): string {
	const words: string[] = [];
	for (let at = address; task.process.mm; at += 8) {
		const pointer = task.memory.u64(at);
		if (!pointer) break;
		words.push(showString(task, Number(pointer)));
	}
	return `[${words.join(", ")}]`;
}
