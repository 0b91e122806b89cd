// The one place of a shim that waits for children: its own runcs, the container's processes, and whatever a container without a pid
// namespace of its own leaves behind, which comes to the shim as the nearest subreaper and would stay a zombie otherwise.

import { isErrno } from "../../lib/files";
import { SIGNALS, WAIT } from "../../lib/linux";
import type { Sys } from "../../sys";

/** Ends that nobody has asked for are kept, since a process may end before its number is known. */
const KEPT = 64;

export class Reaper {
	private readonly ended = new Map<number, number>();
	private readonly waiting = new Map<number, (status: number) => void>();
	private collecting = false;
	private again = false;

	private constructor(private readonly sys: Sys) {}

	static async start(sys: Sys): Promise<Reaper> {
		const reaper = new Reaper(sys);
		await sys.sigaction(SIGNALS.SIGCHLD, () => void reaper.collect());
		await reaper.collect();
		return reaper;
	}
	/** The status of a child, as wait(2) encodes it, once it has ended. */
	wait(pid: number): Promise<number> {
		const status = this.ended.get(pid);
		this.ended.delete(pid);
		if (status !== undefined) return Promise.resolve(status);
		return new Promise((resolve) => this.waiting.set(pid, resolve));
	}

	/** Takes all that have ended. SIGCHLD may come once for several, and again meanwhile. */
	private async collect(): Promise<void> {
		this.again = true;
		if (this.collecting) return;
		this.collecting = true;
		while (this.again) {
			this.again = false;
			for (;;) {
				const { pid, status } = await this.next();
				if (pid === 0) break;
				this.take(pid, status);
			}
		}
		this.collecting = false;
	}
	private async next(): Promise<{ pid: number; status: number }> {
		try {
			return await this.sys.wait4(-1, WAIT.NOHANG);
		} catch (error) {
			if (isErrno(error, "ECHILD")) return { pid: 0, status: 0 };
			throw error;
		}
	}
	private take(pid: number, status: number): void {
		const waits = this.waiting.get(pid);
		this.waiting.delete(pid);
		if (waits) {
			waits(status);
			return;
		}
		this.ended.set(pid, status);
		if (this.ended.size <= KEPT) return;
		const [oldest] = this.ended.keys();
		this.ended.delete(oldest!);
	}
}
