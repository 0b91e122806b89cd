// poll(2), and what select(2) and epoll_wait(2) share with it: look at every file, wait on all their queues, look again.

import type { PollFd } from "../../../sys";
import type { Task } from "../../task";
import { Blocked, type WaitQueue } from "../../wait";
import { POLLERR, POLLHUP, POLLNVAL } from "../description";
import { O_PATH } from "../flags";

/** What is ready of the events asked for; errors and hangups always count. */
function readiness(task: Task, { fd, events }: PollFd, queues: WaitQueue[]): number {
	if (fd < 0) return 0;
	const file = task.files.get(fd);
	if (!file || file.flags & O_PATH) return POLLNVAL;
	queues.push(...file.operations.queues(file));
	// POLLRDNORM and POLLWRNORM are other words for POLLIN and POLLOUT.
	const ready = file.operations.poll(file, task);
	const all = ready | (ready & 1 ? 0x40 : 0) | (ready & 4 ? 0x100 : 0);
	return all & (events | POLLERR | POLLHUP);
}

/**
 * Fills in `revents` (as new objects) and returns all of them. A timeout in milliseconds counts from the call's beginning;
 * a negative one waits for ever. EINTR even where other calls go on after a signal.
 */
export function poll(task: Task, fds: readonly PollFd[], timeoutMs: number): PollFd[] | Blocked<PollFd[]> {
	return pollUntil(task, fds, timeoutMs < 0 ? undefined : task.kernel.uptime() + timeoutMs);
}
/** `deadline` as Kernel.uptime, or undefined. */
export function pollUntil(task: Task, fds: readonly PollFd[], deadline: number | undefined): PollFd[] | Blocked<PollFd[]> {
	const queues: WaitQueue[] = [];
	const result = fds.map((each) => ({ ...each, revents: readiness(task, each, queues) }));
	if (result.some(({ revents }) => revents !== 0)) return result;
	// A signal that waits comes before the end of the time.
	if (deadline !== undefined && task.kernel.uptime() >= deadline && !task.interrupted()) return result;
	return new Blocked<PollFd[]>([...new Set(queues)], deadline, {
		resume: () => pollUntil(task, fds, deadline),
		neverRestart: true,
	});
}
