// How a task waits. A handler that cannot go on returns Blocked; the scheduler parks the task on its queues and calls the
// handler again, from the beginning, when one of them wakes. So a handler must not have changed anything before it blocks.

import { LATER } from "../lib/errno";

/** Whether somebody goes on by it, where that is known. */
type Waiter = () => unknown;

/** Something to wait for: bytes in a pipe, a child's end, a timer. Wakes are in order of arrival. */
export class WaitQueue {
	/** There are far more queues than waits: made with the first waiter. */
	private waiters: Set<Waiter> | undefined;
	private exclusive: WeakSet<Waiter> | undefined;

	/**
	 * Returns how to leave the queue again. The waiter is called once at most, then forgotten. Of the exclusive ones no more are
	 * called once one has answered that somebody goes on by it (EPOLLEXCLUSIVE).
	 */
	add(waiter: Waiter, exclusive = false): () => void {
		const waiters = this.waiters ?? new Set();
		this.waiters = waiters;
		waiters.add(waiter);
		if (exclusive) {
			this.exclusive ??= new WeakSet();
			this.exclusive.add(waiter);
		}
		return () => waiters.delete(waiter);
	}
	/** Wakes all, or the first `count`. */
	wake(count = Number.POSITIVE_INFINITY): void {
		const { waiters } = this;
		if (!waiters || waiters.size === 0) return;
		let served = false;
		for (const waiter of [...waiters].slice(0, count)) {
			const exclusive = this.exclusive?.has(waiter) === true;
			if (exclusive && served) continue;
			waiters.delete(waiter);
			if (waiter() === true && exclusive) served = true;
		}
	}
	get length(): number {
		return this.waiters?.size ?? 0;
	}
}

/** How a blocked call goes on; most need none of it. */
export interface BlockedOptions<Result = number> {
	/**
	 * Called in place of the handler when a queue wakes or the deadline passes: for calls that remember something, such as
	 * the part of a write that is done, or when a poll began.
	 */
	readonly resume?: () => Result | Blocked<Result>;
	/** What the call answers if a signal ends it now, in place of EINTR: the bytes already written. */
	readonly partial?: number;
	/** EINTR even after a handler with SA_RESTART, and after SIGCONT (man 7 signal): poll, select, epoll_wait, timeouts. */
	readonly neverRestart?: boolean;
	/** The call will not go on (a signal ended it, or the task died): undo what it did before it blocked, as open(2) of a FIFO. */
	readonly cancel?: () => void;
}

export class Blocked<Result = number> {
	/**
	 * @param queues any of them wakes the call
	 * @param deadline monotonic milliseconds (Kernel.uptime) after which the handler is called a last time (it looks at the clock itself)
	 */
	constructor(
		readonly queues: readonly WaitQueue[],
		readonly deadline?: number,
		readonly options: BlockedOptions<Result> = {},
	) {}
}

/** Does something with a call's result (errors too) once it is there, however often it blocks before. */
export function whenDone<A, B>(result: A | Blocked<A>, after: (value: A) => B): B | Blocked<B> {
	if (!(result instanceof Blocked)) return after(result);
	const { resume, ...rest } = result.options;
	if (!resume) return result as unknown as Blocked<B>;
	return new Blocked<B>(result.queues, result.deadline, { ...rest, resume: () => whenDone(resume(), after) });
}

/** LATER becomes a wait for what arrives next; then the call is made again. */
export const untilHere = <T>(result: T | Blocked<T>, { arrivals }: { arrivals: WaitQueue }): T | Blocked<T> =>
	result === LATER ? new Blocked<T>([arrivals]) : result;
