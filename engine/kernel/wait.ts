// How a task waits. A handler that cannot go on returns Blocked; the scheduler parks the task on its queues and calls the
// handler again, from the beginning, when one of them wakes. So a handler must not have changed anything before it blocks.

/** Something to wait for: bytes in a pipe, a child's end, a timer. Wakes are in order of arrival. */
export class WaitQueue {
	private waiters = new Set<() => void>();

	/** Returns how to leave the queue again. The waiter is called once at most, then forgotten. */
	add(waiter: () => void): () => void {
		this.waiters.add(waiter);
		return () => this.waiters.delete(waiter);
	}
	/** Wakes all, or the first `count`. */
	wake(count = Number.POSITIVE_INFINITY): void {
		if (this.waiters.size === 0) return;
		for (const waiter of [...this.waiters].slice(0, count)) {
			this.waiters.delete(waiter);
			waiter();
		}
	}
	get length(): number {
		return this.waiters.size;
	}
}

export class Blocked {
	/**
	 * @param queues any of them wakes the call
	 * @param deadline monotonic milliseconds after which the handler is called a last time (it looks at the clock itself)
	 */
	constructor(
		readonly queues: readonly WaitQueue[],
		readonly deadline?: number,
	) {}
}
