// Who has a say when an address space grows: RLIMIT_AS, RLIMIT_DATA and the machine's memory. Control groups count what is written
// to (cgroup/memory.ts), not what is mapped.

import { RLIMIT } from "../proc/limits";
import type { ProcessRecord } from "../proc/process";
import type { Charge } from "./mm";

export function chargeFor(process: ProcessRecord): Charge {
	let data = 0;
	return (bytes, kind) => {
		const { limits, kernel } = process;
		if (process.memorySize + bytes > limits.get(RLIMIT.AS)!.soft) return false;
		if (kind === "data" && data + bytes > limits.get(RLIMIT.DATA)!.soft) return false;
		// As Linux does it by default (vm.overcommit_memory 0): only who asks for more than there is at all is refused.
		if (bytes > kernel.memory.total) return false;
		if (kind === "data") data += bytes;
		return true;
	};
}
