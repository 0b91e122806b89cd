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

/** A path, or what else a call is about, for the words of its error. */
const detailOf = (args: readonly unknown[]): string => (typeof args[0] === "string" ? args[0] : "");

export function createSys(program: NativeProgram): Sys {
	const { task } = program;
	const { kernel } = task;
	const bind = (name: CallName) => {
		const operation = operations[name] as (...args: unknown[]) => unknown;
		return (...args: unknown[]) => program.call(name, () => operation(task, ...args) as number, detailOf(args), args);
	};
	const calls = Object.fromEntries((Object.keys(operations) as CallName[]).map((name) => [name, bind(name)]));
	return {
		...(calls as unknown as Pick<Sys, CallName>),
		getpid: () => task.process.pidIn(task.namespaces.pid),
		getuid: () => task.identity.ruid,
		getgid: () => task.identity.rgid,
		exit: (code) => program.exit(code),
		now: () => kernel.now(),
		monotonic: () => kernel.uptime(),
		getrandom(count) {
			if (count < 0) throw new SysError("EINVAL", "getrandom");
			const bytes = new Uint8Array(count);
			// The port's source gives at most 65,536 bytes at a time, as a browser's does.
			for (let at = 0; at < count; at += 65536) kernel.random(bytes.subarray(at, at + 65536));
			return bytes;
		},
	};
}
