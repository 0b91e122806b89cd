// Who waits for a container to end or to be gone (`docker wait`).

export type WaitCondition = "not-running" | "next-exit" | "removed";
export interface ExitResult {
	code: number;
	error?: string;
}

export class Waiters {
	private exits = new Set<(result: ExitResult) => void>();
	private removals = new Set<(result: ExitResult) => void>();
	private onlookers = new Set<(result: ExitResult) => void>();

	/** Answers at the next exit, or (`removed`) when the container is gone. */
	wait(condition: "next-exit" | "removed"): Promise<ExitResult> {
		return new Promise((resolve) => (condition === "removed" ? this.removals : this.exits).add(resolve));
	}
	/** As wait("removed"), of one whom the exit code is nothing to. */
	gone(): Promise<ExitResult> {
		return new Promise((resolve) => this.onlookers.add(resolve));
	}
	/** Does somebody wait for the removal, who is to have the exit code then? */
	get removalAwaited(): boolean {
		return this.removals.size > 0;
	}
	exited(result: ExitResult): void {
		const waiting = this.exits;
		this.exits = new Set();
		for (const resolve of waiting) resolve(result);
	}
	removed(result: ExitResult): void {
		const waiting = [...this.removals, ...this.onlookers];
		this.removals = new Set();
		this.onlookers = new Set();
		for (const resolve of waiting) resolve(result);
	}
}
