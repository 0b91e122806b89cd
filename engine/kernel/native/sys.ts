// Sys for one native program: each method runs the same operation as the system call of a guest.

import { type Sys, SysError } from "../../sys";
import { operations as fileOperations } from "../file/operations";
import { namespaceOperations } from "../ns/operations";
import type { CallName, Operations } from "./operation";
import { processOperations } from "./process";
import type { NativeProgram } from "./program";

const operations: Operations<CallName> = {
	...fileOperations,
	...processOperations,
	...namespaceOperations,
};

/** What needs no promise. The calls of the table above are put into its prototype below: a program is begun many times. */
class NativeSys {
	readonly #program: NativeProgram;

	constructor(program: NativeProgram) {
		this.#program = program;
	}
	static {
		for (const name of Object.keys(operations) as CallName[]) {
			const operation = operations[name] as (...args: unknown[]) => number;
			const call = function (this: NativeSys, ...args: unknown[]): Promise<unknown> {
				return this.#program.call(name, operation, args);
			};
			Object.defineProperty(NativeSys.prototype, name, { value: call, writable: true, configurable: true, enumerable: true });
		}
	}

	getpid(): number {
		const { task } = this.#program;
		return task.process.pidIn(task.namespaces.pid);
	}
	getuid(): number {
		return this.#program.task.identity.ruid;
	}
	getgid(): number {
		return this.#program.task.identity.rgid;
	}
	exit(code: number): never {
		return this.#program.exit(code);
	}
	now(): bigint {
		return this.#program.task.kernel.now();
	}
	monotonic(): number {
		return this.#program.task.kernel.uptime();
	}
	getrandom(count: number): Uint8Array {
		if (count < 0) throw new SysError("EINVAL", "getrandom");
		const bytes = new Uint8Array(count);
		const { kernel } = this.#program.task;
		// The port's source gives at most 65,536 bytes at a time, as a browser's does.
		for (let at = 0; at < count; at += 65536) kernel.random(bytes.subarray(at, at + 65536));
		return bytes;
	}
}

export const createSys = (program: NativeProgram): Sys => new NativeSys(program) as unknown as Sys;
