// Puts a native program into a task.

import type { NativeMain } from "../../sys";
import type { TaskRecord } from "../proc/task";
import { NativeProgram } from "./program";
import { createSys } from "./sys";

export function startNative(task: TaskRecord, main: NativeMain, argv: readonly string[], env: readonly string[]): void {
	const program = new NativeProgram(task);
	task.program = program;
	const sys = createSys(program);
	program.start(() => main(sys, [...argv], [...env]));
}
