// Who has a say when an address space grows: RLIMIT_AS and RLIMIT_DATA, the control groups, the machine's memory.

import { RLIMIT } from "../proc/limits";
import type { ProcessRecord } from "../proc/process";
import type { Charge } from "./mm";

export function chargeFor(process: ProcessRecord): Charge {
	let data = 0;
	return (bytes, kind) => {
		const { limits, kernel } = process;
		if (process.memorySize + bytes > limits.get(RLIMIT.AS)!.soft) return false;
		if (kind === "data" && data + bytes > limits.get(RLIMIT.DATA)!.soft) return false;
		if (!kernel.hasMemory(bytes)) return false;
		if (!kernel.cgroups.charge(process, bytes)) return false;
		if (kind === "data") data += bytes;
		return true;
	};
}
