// A system call in the words of strace(1): what it was given, and what came of it.

import { errnoName, isError, strerror } from "../../../lib/errno";
import type { TaskRecord } from "../../proc/task";
import type { ArgumentKind, Arguments, SyscallRow } from "../row";
import { ShownCall } from "./call";
import { ABSENT, kinds } from "./kinds";
import { special } from "./special";
import * as structures from "./structures";
import { hex } from "./text";

/** strace's own default (-s). */
export const SHOWN_BYTES = 32;

export interface ShownResult {
	args: string[];
	/** "3", "-1 ENOENT (No such file or directory)", "0x7f00", "1 ([{fd=3, revents=POLLIN}])". */
	result: string;
}

/** Calls whose result is an address. */
const ADDRESSES = new Set(["mmap", "mremap", "brk", "shmat"]);
const POLLS = new Set(["poll", "ppoll"]);

/** The arguments that are known before the call returns: up to the first that it will fill. */
export function shownOnEntry(task: TaskRecord, row: SyscallRow, args: Arguments, limit = SHOWN_BYTES): string[] {
	const firstOut = row.args.findIndex((kind) => kinds[kind].out);
	return words(new ShownCall(task, row, args, undefined, limit), firstOut < 0 ? row.args : row.args.slice(0, firstOut));
}
export function shownCall(
	task: TaskRecord,
	row: SyscallRow,
	args: Arguments,
	result: number | bigint,
	limit = SHOWN_BYTES,
): ShownResult {
	const call = new ShownCall(task, row, args, result, limit);
	return { args: words(call, row.args), result: shownResult(call, result) };
}
const words = (call: ShownCall, shown: readonly ArgumentKind[]): string[] =>
	special[call.row.name]?.(call) ??
	shown.map((kind, index) => kinds[kind].show(call, call.argument(index), index)).filter((word) => word !== ABSENT);

function shownResult(call: ShownCall, result: number | bigint): string {
	const { name } = call.row;
	if (typeof result === "number" && isError(result)) return `-1 ${errnoName(result)} (${strerror(result)})`;
	if (ADDRESSES.has(name)) return hex(result);
	if (POLLS.has(name)) {
		if (result === 0) return "0 (Timeout)";
		return `${result} (${structures.pollAnswers(call, call.argument(0), call.argument(1))})`;
	}
	if (name === "fcntl" && call.argument(1) === 1 && Number(result) === 1) return "0x1 (flags FD_CLOEXEC)";
	if (name === "fcntl" && call.argument(1) === 3)
		return `${hex(result)} (flags ${kinds.openFlags.show(call, Number(result), 0)})`;
	if (name === "umask") return kinds.mode.show(call, Number(result), 0);
	return String(result);
}
