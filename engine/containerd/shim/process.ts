// A process that the shim looks after: the container's first one, or one that was exec'd into it.
//
//     created ──start──► running ──► stopped        (and created ──► stopped, when it is killed at the gate)
//
// The shim is its parent by adoption: runc, which made it, has ended, and the shim is the nearest subreaper. So the shim's reaper
// hears of its end.

import { type Sys, shellCode } from "../../sys";
import type { TaskStatus } from "../api";
import type { ShimProcessState } from "./api";
import type { Reaper } from "./reaper";
import type { Stdio } from "./stdio";

export class ShimProcess {
	pid = 0;
	status: TaskStatus = "created";
	exitStatus = 0;
	exitedAt = "";
	private settle!: () => void;
	readonly exited = new Promise<void>((resolve) => {
		this.settle = resolve;
	});

	constructor(
		readonly execId: string,
		readonly terminal: boolean,
		readonly stdio: Stdio,
		/** process.json of an exec. */
		readonly spec: unknown = undefined,
	) {}

	/** Takes note of the process and reports its end. */
	adopt(sys: Sys, reaper: Reaper, pid: number, onExit: () => void): void {
		this.pid = pid;
		void reaper.wait(pid).then((status) => {
			this.status = "stopped";
			this.exitStatus = shellCode(status);
			this.exitedAt = timestamp(sys);
			onExit();
			this.settle();
		});
	}

	get state(): ShimProcessState {
		const { execId, pid, status, exitStatus, exitedAt } = this;
		return { execId, pid, status, exitStatus, exitedAt };
	}
}

/** Now, in RFC 3339 with nanoseconds. */
export function timestamp(sys: Sys): string {
	const now = sys.now();
	const seconds = new Date(Number(now / 1_000_000_000n) * 1000).toISOString().slice(0, 19);
	return `${seconds}.${String(now % 1_000_000_000n).padStart(9, "0")}Z`;
}
