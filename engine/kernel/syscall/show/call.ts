// A system call as it is being shown: its arguments, what came of it, and the memory they point into.

import { isError } from "../../../lib/errno";
import type { TaskRecord } from "../../proc/task";
import type { Arguments, GuestMemory, SyscallRow } from "../row";
import { pointer } from "./text";

export class ShownCall {
	constructor(
		readonly task: TaskRecord,
		readonly row: SyscallRow,
		readonly args: Arguments,
		/** Undefined while the call is under way. */
		readonly result: number | bigint | undefined,
		/** Of strings and buffers this many bytes are shown, of arrays this many elements. */
		readonly limit: number,
	) {}

	get memory(): GuestMemory | undefined {
		return this.task.process.mm && this.task.memory;
	}
	/** Has it succeeded, so that what it gives back can be read? */
	get succeeded(): boolean {
		return this.result !== undefined && !(typeof this.result === "number" && isError(this.result));
	}
	argument(index: number): number {
		return this.args[index] ?? 0;
	}
	/** A structure in memory as `show` writes it; its address where it cannot be read. */
	structure(address: number, length: number, show: (view: DataView, bytes: Uint8Array) => string): string {
		if (address === 0) return "NULL";
		const bytes = this.memory?.readable(address, length);
		return bytes ? show(new DataView(bytes.buffer, bytes.byteOffset, length), bytes) : pointer(address);
	}
	/** An array of structures in brackets. */
	array(address: number, count: number, size: number, show: (view: DataView, index: number) => string): string {
		if (address === 0) return "NULL";
		if (count <= 0) return "[]";
		const shown = Math.min(count, this.limit);
		return this.structure(address, shown * size, (whole) => {
			const elements = Array.from({ length: shown }, (_, index) =>
				show(new DataView(whole.buffer, whole.byteOffset + index * size, size), index),
			);
			return `[${elements.join(", ")}${count > shown ? ", ..." : ""}]`;
		});
	}
	/** Up to its NUL, without it; undefined where it cannot be read. */
	string(address: number, most = 4096): Uint8Array | undefined {
		const pieces: number[] = [];
		for (let at = address; pieces.length < most; ) {
			const bytes = this.memory?.readable(at, 4096 - (at % 4096));
			if (!bytes) return undefined;
			const end = bytes.indexOf(0);
			pieces.push(...(end < 0 ? bytes : bytes.subarray(0, end)));
			if (end >= 0) break;
			at += bytes.length;
		}
		return Uint8Array.from(pieces.slice(0, most));
	}
}

/** How one kind of argument is shown. `out`: only the finished call has it. */
export interface Kind {
	out?: boolean;
	show(call: ShownCall, value: number, index: number): string;
}
