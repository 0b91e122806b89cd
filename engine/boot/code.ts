// How the code of one process is executed, for those who look on: what the processor has measured, with the names of files and
// functions that the kernel knows.

import type { CodeListing, HotCode, HotFunction } from "../host/browser/facade";
import type { MachineKernel } from "../kernel";
import { functionAt } from "../kernel/exec/symbols";
import type { ProcessRecord } from "../kernel/proc/process";

/** Lines of WebAssembly that are handed out at a time. */
const MOST_LINES = 3000;

export class CodeWatch {
	private process: ProcessRecord | undefined;

	constructor(
		private readonly kernel: MachineKernel,
		private readonly clock: () => number,
	) {}

	/** Of nobody: null, and where there is no such process. */
	watch(pid: number | null): void {
		this.process?.mm?.space.unwatch();
		this.process = pid === null ? undefined : (this.kernel.machine.process(pid) as ProcessRecord | undefined);
		this.process?.mm?.space.watch(this.clock);
	}

	report(): HotCode | undefined {
		const { process } = this;
		const mm = process?.mm;
		if (!process || !mm || process.state === "Z") return undefined;
		// execve has made its memory another program's: measured from here on
		if (!mm.space.profile()) mm.space.watch(this.clock);
		const { hot, ...totals } = mm.space.profile()!;
		const samples = hot.reduce((sum, place) => sum + place.samples, 0);
		const functions = hot.map(
			({ address, samples: own, translated }): HotFunction => ({
				address,
				share: own / samples,
				translated,
				...nameOf(process, address),
			}),
		);
		return { pid: process.pid, argv: [...process.argv], ...totals, functions };
	}

	listing(address: number): CodeListing | undefined {
		const mm = this.process?.mm;
		return mm && this.process?.state !== "Z" ? mm.space.listing(address, MOST_LINES) : undefined;
	}
}

/** The file that is mapped there, and its function. */
function nameOf({ mm }: ProcessRecord, address: number): { file?: string; name?: string } {
	const area = mm?.areas.at(address);
	const file = area?.file;
	if (!area || !file) return {};
	return { file: file.name, name: functionAt(file.inode, file.offset + address - area.start) };
}
