// System V semaphores (man 2 semget, semop, semctl). An operation on several of a set is done whole or not at all; one that cannot be
// done waits, and is tried again when the set changes. What SEM_UNDO promised is undone when the process ends.

import { ERRNO, type Errno } from "../../lib/errno";
import type { ProcessRecord } from "../proc/process";
import type { TaskRecord } from "../proc/task";
import type { Task } from "../task";
import { Blocked, WaitQueue } from "../wait";
import { ipcOf } from "./namespace";
import { IPC_NOWAIT, IpcObject, MAY_READ, MAY_WRITE, seconds } from "./object";

export const SEMVMX = 32767;
const SEM_UNDO = 0o10000;

export interface Semaphore {
	value: number;
	/** Who changed it last, by its number in the initial namespace. */
	pid: number;
}
/** struct sembuf. */
export interface SemaphoreOperation {
	index: number;
	change: number;
	flags: number;
}
/** A call that waits: for a semaphore to grow, or to become zero. */
interface Waiting {
	index: number;
	forZero: boolean;
}

export class SemaphoreSet extends IpcObject {
	readonly semaphores: Semaphore[];
	operated = 0n;
	readonly changedQueue = new WaitQueue();
	readonly waiting = new Set<Waiting>();

	constructor(task: Task, id: number, key: number, mode: number, count: number) {
		super(task, id, key, mode);
		this.semaphores = Array.from({ length: count }, () => ({ value: 0, pid: 0 }));
	}
	countWaiting(index: number, forZero: boolean): number {
		let count = 0;
		for (const one of this.waiting) if (one.index === index && one.forZero === forZero) count++;
		return count;
	}
}

/** semadj values by set; a process's threads share them. */
export type Undo = Map<SemaphoreSet, Map<number, number>>;

export function semget(task: Task, key: number, count: number, flags: number): number {
	const { semaphores, limits } = ipcOf(task.namespaces);
	const [perSet, all, , sets] = limits.sem;
	if (count < 0 || count > perSet) return -ERRNO.EINVAL;
	const inUse = [...semaphores].reduce((sum, set) => sum + set.semaphores.length, 0);
	const check = (): Errno | 0 => (count === 0 ? -ERRNO.EINVAL : inUse + count > all ? -ERRNO.ENOSPC : 0);
	const fits = (set: SemaphoreSet): Errno | 0 => (count > set.semaphores.length ? -ERRNO.EINVAL : 0);
	return semaphores.open(task, key, flags, sets, fits, (id) => new SemaphoreSet(task, id, key, flags & 0o777, count), check);
}

/** semop(2), semtimedop(2) with a deadline in milliseconds since boot. */
export function semop(
	task: TaskRecord,
	id: number,
	operations: readonly SemaphoreOperation[],
	deadline: number | undefined,
): number | Blocked {
	const changes = operations.some(({ change }) => change !== 0);
	const set = ipcOf(task.namespaces).semaphores.find(task, id, changes ? MAY_WRITE : MAY_READ);
	if (typeof set === "number") return set;
	if (operations.some(({ index }) => index >= set.semaphores.length)) return -ERRNO.EFBIG;
	let waiting: Waiting | undefined;
	const leave = (): void => {
		if (waiting) set.waiting.delete(waiting);
		waiting = undefined;
	};
	const attempt = (): number | Blocked => {
		leave();
		if (set.removed) return -ERRNO.EIDRM;
		const stuck = perform(task, set, operations);
		if (stuck === undefined) return 0;
		if (typeof stuck === "number") return stuck;
		if (stuck.flags & IPC_NOWAIT) return -ERRNO.EAGAIN;
		if (deadline !== undefined && task.kernel.uptime() >= deadline) return -ERRNO.EAGAIN;
		waiting = { index: stuck.index, forZero: stuck.change === 0 };
		set.waiting.add(waiting);
		return new Blocked([set.changedQueue], deadline, { resume: attempt, neverRestart: true, cancel: leave });
	};
	return attempt();
}

/** All of them, or the one that cannot be done now; ERANGE. */
function perform(
	task: TaskRecord,
	set: SemaphoreSet,
	operations: readonly SemaphoreOperation[],
): SemaphoreOperation | Errno | undefined {
	const values = set.semaphores.map(({ value }) => value);
	for (const operation of operations) {
		const next = values[operation.index]! + operation.change;
		if (operation.change === 0 ? next !== 0 : next < 0) return operation;
		if (next > SEMVMX) return -ERRNO.ERANGE;
		values[operation.index] = next;
	}
	let changed = false;
	for (const { index, change, flags } of operations) {
		if (change === 0) continue;
		changed = true;
		const semaphore = set.semaphores[index]!;
		semaphore.value = values[index]!;
		semaphore.pid = task.process.pid;
		if (flags & SEM_UNDO) remember(task.process, set, index, change);
	}
	set.operated = seconds(task);
	if (changed) set.changedQueue.wake();
	return undefined;
}
function remember(process: ProcessRecord, set: SemaphoreSet, index: number, change: number): void {
	process.semaphoreUndo ??= new Map();
	const adjustments = process.semaphoreUndo.get(set) ?? new Map<number, number>();
	process.semaphoreUndo.set(set, adjustments);
	adjustments.set(index, (adjustments.get(index) ?? 0) - change);
}
/** The process ends: what it has to undo is undone, as far as that goes. */
export function undoSemaphores(process: ProcessRecord): void {
	for (const [set, adjustments] of process.semaphoreUndo ?? []) {
		if (set.removed) continue;
		for (const [index, adjustment] of adjustments) {
			const semaphore = set.semaphores[index]!;
			semaphore.value = Math.min(SEMVMX, Math.max(0, semaphore.value + adjustment));
			semaphore.pid = process.pid;
		}
		set.changedQueue.wake();
	}
	process.semaphoreUndo = undefined;
}
/** SETVAL and SETALL take back what processes would undo. */
export function setValues(task: TaskRecord, set: SemaphoreSet, values: ReadonlyMap<number, number>): void {
	for (const [index, value] of values) {
		set.semaphores[index] = { value, pid: task.process.pid };
		for (const process of task.kernel.processes()) process.semaphoreUndo?.get(set)?.delete(index);
	}
	set.changed = seconds(task);
	set.changedQueue.wake();
}
export function removeSet(task: Task, set: SemaphoreSet): void {
	ipcOf(task.namespaces).semaphores.remove(set);
	set.changedQueue.wake();
}
