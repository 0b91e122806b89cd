// epoll(7): a set of descriptions that are watched. Level-triggered ones are looked at when somebody waits; edge-triggered ones
// are armed by what wakes their queues, and disarmed by being reported.

import { ERRNO } from "../../lib/errno";
import type { Task } from "../task";
import { Blocked, WaitQueue } from "../wait";
import { anonymousFile } from "./anonymous";
import { type FileDescription, type FileOperations, POLLERR, POLLHUP, POLLIN } from "./description";
import { O_RDWR } from "./flags";

export const EPOLL_CTL_ADD = 1;
export const EPOLL_CTL_DEL = 2;
export const EPOLL_CTL_MOD = 3;
const EPOLLET = 0x80000000;
const EPOLLONESHOT = 0x40000000;
/** How deep epoll descriptors may watch each other. */
const MAX_NESTING = 5;

interface Watch {
	fd: number;
	file: FileDescription;
	events: number;
	data: bigint;
	/** Edge-triggered: has something happened since it was reported? */
	armed: boolean;
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
		const key = Epoll.key(fd, file);
		const known = this.watches.get(key);
		switch (operation) {
			case EPOLL_CTL_ADD:
				if (known) return -ERRNO.EEXIST;
				if (file.operations.queues(file).length === 0) return -ERRNO.EPERM;
				if (file.operations instanceof Epoll && file.operations.depth() >= MAX_NESTING) return -ERRNO.EINVAL;
				this.watch(key, { fd, file, ...event, armed: true, unsubscribe: () => {} });
				return 0;
			case EPOLL_CTL_DEL:
				if (!known) return -ERRNO.ENOENT;
				this.forget(key, known);
				return 0;
			case EPOLL_CTL_MOD:
				if (!known) return -ERRNO.ENOENT;
				this.forget(key, known);
				this.watch(key, { ...known, ...event, armed: true });
				return 0;
		}
		return -ERRNO.EINVAL;
	}
	private depth(): number {
		let deepest = 0;
		for (const { file } of this.watches.values())
			if (file.operations instanceof Epoll) deepest = Math.max(deepest, file.operations.depth());
		return deepest + 1;
	}
	private watch(key: string, watch: Watch): void {
		this.watches.set(key, watch);
		this.subscribe(watch);
		this.changed.wake();
	}
	/** Any wake of its queues arms it, and lets who waits look again. */
	private subscribe(watch: Watch): void {
		const leave = watch.file.operations.queues(watch.file).map((queue) =>
			queue.add(() => {
				watch.unsubscribe();
				watch.armed = true;
				this.subscribe(watch);
				this.changed.wake();
			}),
		);
		watch.unsubscribe = () => {
			for (const each of leave) each();
		};
	}
	private forget(key: string, watch: Watch): void {
		watch.unsubscribe();
		this.watches.delete(key);
	}
	private readiness(watch: Watch, task: Task): number {
		const { file, events } = watch;
		const wanted = events & ~(EPOLLET | EPOLLONESHOT);
		if (wanted === 0 || (events & EPOLLET && !watch.armed)) return 0;
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
			if (watch.events & EPOLLONESHOT) watch.events &= EPOLLET | EPOLLONESHOT;
			// The next time others come first.
			this.watches.delete(key);
			this.watches.set(key, watch);
		}
		return found;
	}
	wait(task: Task, most: number, deadline: number | undefined): EpollEvent[] | Blocked<EpollEvent[]> {
		const found = this.collect(task, most);
		if (found.length > 0 || (deadline !== undefined && task.kernel.uptime() >= deadline)) return found;
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
