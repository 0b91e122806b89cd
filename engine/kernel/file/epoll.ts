// epoll(7): a set of descriptions that are watched. Level-triggered ones are looked at when somebody waits; edge-triggered ones
// are armed by what wakes their queues, and disarmed by being reported.

import { ERRNO } from "../../lib/errno";
import type { Task } from "../task";
import { Blocked, WaitQueue } from "../wait";
import { anonymousFile } from "./anonymous";
import { type FileDescription, type FileOperations, POLLERR, POLLHUP, POLLIN, POLLOUT } from "./description";
import { O_RDWR } from "./flags";

export const EPOLL_CTL_ADD = 1;
export const EPOLL_CTL_DEL = 2;
export const EPOLL_CTL_MOD = 3;
const EPOLLET = 0x80000000;
const EPOLLONESHOT = 0x40000000;
const EPOLLWAKEUP = 0x20000000;
const EPOLLEXCLUSIVE = 0x10000000;
/** What may stand beside EPOLLEXCLUSIVE. */
const EXCLUSIVE_OK = EPOLLEXCLUSIVE | EPOLLWAKEUP | EPOLLET | POLLIN | POLLOUT | POLLERR | POLLHUP;
const MODES = EPOLLET | EPOLLONESHOT | EPOLLWAKEUP | EPOLLEXCLUSIVE;
/** How deep epoll descriptors may watch each other. */
const MAX_NESTING = 5;

interface Watch {
	fd: number;
	file: FileDescription;
	events: number;
	data: bigint;
	/** Edge-triggered: has something happened since it was reported? */
	armed: boolean;
	/** EPOLLONESHOT: reported, and not wanted again until EPOLL_CTL_MOD. */
	disabled: boolean;
	unsubscribe: () => void;
}
export interface EpollEvent {
	events: number;
	data: bigint;
}

export class Epoll implements FileOperations {
	readonly label = "anon_inode:[eventpoll]";
	private readonly watches = new Map<string, Watch>();
	private readonly changed = new WaitQueue();
	/** Other epoll descriptors that have this one among theirs. */
	private readonly watchedBy = new Set<Epoll>();
	private static numbers = new WeakMap<FileDescription, number>();
	private static last = 0;

	/** A watch is known by its descriptor and its description, as Linux has it. */
	private static key(fd: number, file: FileDescription): string {
		let number = Epoll.numbers.get(file);
		if (number === undefined) {
			number = ++Epoll.last;
			Epoll.numbers.set(file, number);
		}
		return `${fd}:${number}`;
	}
	control(operation: number, fd: number, file: FileDescription, event: EpollEvent): number {
		const nested = file.operations instanceof Epoll ? file.operations : undefined;
		if (event.events & EPOLLEXCLUSIVE && operation !== EPOLL_CTL_DEL) {
			if (operation === EPOLL_CTL_MOD || nested || event.events & ~EXCLUSIVE_OK) return -ERRNO.EINVAL;
		}
		if (operation === EPOLL_CTL_ADD && nested && this.closesLoop(nested)) return -ERRNO.ELOOP;
		const key = Epoll.key(fd, file);
		const known = this.watches.get(key);
		switch (operation) {
			case EPOLL_CTL_ADD:
				if (known) return -ERRNO.EEXIST;
				this.watch(key, { fd, file, ...event, armed: true, disabled: false, unsubscribe: () => {} });
				return 0;
			case EPOLL_CTL_DEL:
				if (!known) return -ERRNO.ENOENT;
				this.forget(key, known);
				return 0;
			case EPOLL_CTL_MOD:
				if (!known) return -ERRNO.ENOENT;
				if (known.events & EPOLLEXCLUSIVE) return -ERRNO.EINVAL;
				this.forget(key, known);
				this.watch(key, { ...known, ...event, armed: true, disabled: false });
				return 0;
		}
		return -ERRNO.EINVAL;
	}
	/** Would watching `other` lead back here, or too deep? */
	private closesLoop(other: Epoll): boolean {
		return other.reaches(this) || this.heightAbove() + other.depth() > MAX_NESTING;
	}
	private reaches(wanted: Epoll): boolean {
		return this === wanted || [...this.nested()].some((each) => each.reaches(wanted));
	}
	private *nested(): Generator<Epoll> {
		for (const { file } of this.watches.values()) if (file.operations instanceof Epoll) yield file.operations;
	}
	private depth(): number {
		return 1 + Math.max(0, ...[...this.nested()].map((each) => each.depth()));
	}
	/** How many watch this one, one above the other, this one included. */
	private heightAbove(): number {
		return 1 + Math.max(0, ...[...this.watchedBy].map((each) => each.heightAbove()));
	}
	private watch(key: string, watch: Watch): void {
		this.watches.set(key, watch);
		if (watch.file.operations instanceof Epoll) watch.file.operations.watchedBy.add(this);
		this.subscribe(watch);
		this.changed.wake();
	}
	/** Any wake of its queues arms it, and lets who waits look again. */
	private subscribe(watch: Watch): void {
		const exclusive = (watch.events & EPOLLEXCLUSIVE) !== 0;
		const leave = watch.file.operations.queues(watch.file, watch.events).map((queue) =>
			queue.add(() => {
				watch.unsubscribe();
				watch.armed = true;
				this.subscribe(watch);
				const waited = this.changed.length > 0;
				this.changed.wake();
				return waited;
			}, exclusive),
		);
		watch.unsubscribe = () => {
			for (const each of leave) each();
		};
	}
	private forget(key: string, watch: Watch): void {
		watch.unsubscribe();
		this.watches.delete(key);
		const { operations } = watch.file;
		if (operations instanceof Epoll && ![...this.nested()].includes(operations)) operations.watchedBy.delete(this);
	}
	private readiness(watch: Watch, task: Task): number {
		const { file, events } = watch;
		const wanted = events & ~MODES;
		if (watch.disabled || (events & EPOLLET && !watch.armed)) return 0;
		const ready = file.operations.poll(file, task);
		return (ready | (ready & 1 ? 0x40 : 0) | (ready & 4 ? 0x100 : 0)) & (wanted | POLLERR | POLLHUP);
	}
	/** At most `most` events that are ready now. */
	collect(task: Task, most: number): EpollEvent[] {
		const found: EpollEvent[] = [];
		for (const [key, watch] of [...this.watches]) {
			if (found.length === most) break;
			if (watch.file.references === 0) {
				this.forget(key, watch);
				continue;
			}
			const events = this.readiness(watch, task);
			if (events === 0) continue;
			found.push({ events, data: watch.data });
			watch.armed = false;
			if (watch.events & EPOLLONESHOT) watch.disabled = true;
			// The next time others come first.
			this.watches.delete(key);
			this.watches.set(key, watch);
		}
		return found;
	}
	wait(task: Task, most: number, deadline: number | undefined): EpollEvent[] | Blocked<EpollEvent[]> {
		const found = this.collect(task, most);
		const over = deadline !== undefined && task.kernel.uptime() >= deadline;
		// A signal that waits comes before the end of the time, where there was to be any.
		if (found.length > 0 || (over && !(deadline > task.callStart && task.interrupted()))) return found;
		return new Blocked<EpollEvent[]>([this.changed], deadline, {
			resume: () => this.wait(task, most, deadline),
			neverRestart: true,
		});
	}

	read(): number {
		return -ERRNO.EINVAL;
	}
	write(): number {
		return -ERRNO.EINVAL;
	}
	poll(_file: FileDescription, task: Task): number {
		for (const watch of this.watches.values()) if (this.readiness(watch, task) !== 0) return POLLIN;
		return 0;
	}
	queues(): readonly WaitQueue[] {
		return [this.changed];
	}
	ioctl(): number {
		return -ERRNO.ENOTTY;
	}
	release(): void {
		for (const [key, watch] of [...this.watches]) this.forget(key, watch);
	}
}
export const createEpoll = (task: Task): FileDescription => anonymousFile(task, "anon_inodefs", new Epoll(), O_RDWR);
