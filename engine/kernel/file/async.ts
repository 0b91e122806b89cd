// Signal-driven I/O (man 2 fcntl, F_SETOWN, F_SETSIG, O_ASYNC): whoever owns a description is sent SIGIO when it becomes ready.
// What is ready already sends nothing; each change of readiness sends once.

import { ERRNO } from "../../lib/errno";
import { taskRecord } from "../proc/process";
import { SIG } from "../proc/signal/numbers";
import { fromKernel, sendToProcess, sendToTask } from "../proc/signal/send";
import type { Process, Task } from "../task";
import { type FileDescription, POLLERR, POLLHUP, POLLIN, POLLOUT, POLLPRI } from "./description";
import { O_ASYNC } from "./flags";

const F_OWNER_TID = 0;
const F_OWNER_PID = 1;
export const F_OWNER_PGRP = 2;

/** Who is told: a thread, a process or a group, by its number in the initial pid namespace. */
export interface FileOwner {
	type: typeof F_OWNER_TID | typeof F_OWNER_PID | typeof F_OWNER_PGRP;
	id: number;
}
interface Async {
	owner?: FileOwner;
	/** F_SETSIG: 0 is SIGIO without its facts. */
	signal: number;
	leave?: () => void;
}
const states = new WeakMap<FileDescription, Async>();
const stateOf = (file: FileDescription): Async => {
	const state = states.get(file) ?? { signal: 0 };
	states.set(file, state);
	return state;
};

export const ownerOf = (file: FileDescription): FileOwner | undefined => states.get(file)?.owner;
export const signalOf = (file: FileDescription): number => states.get(file)?.signal ?? 0;
export function setSignal(file: FileDescription, signal: number): number {
	if (signal < 0 || signal > 64) return -ERRNO.EINVAL;
	stateOf(file).signal = signal;
	return 0;
}
/** `id` as the caller numbers it; 0 is nobody. ESRCH, EINVAL. */
export function setOwner(task: Task, file: FileDescription, type: number, id: number): number {
	const state = stateOf(file);
	if (type !== F_OWNER_TID && type !== F_OWNER_PID && type !== F_OWNER_PGRP) return -ERRNO.EINVAL;
	if (id === 0) {
		state.owner = undefined;
		return 0;
	}
	const { kernel, namespaces } = task;
	const found = type === F_OWNER_PGRP ? kernel.groupFrom(id, namespaces.pid) : initialNumber(task, id);
	if (!found) return -ERRNO.ESRCH;
	state.owner = { type, id: found };
	return 0;
}
const initialNumber = (task: Task, id: number): number => task.kernel.findTask(id, task.namespaces.pid)?.tid ?? 0;

/** O_ASYNC on or off. ENOTTY where nothing can be waited for. */
export function setAsync(task: Task, fd: number, file: FileDescription, on: boolean): number {
	if (on === ((file.flags & O_ASYNC) !== 0)) return 0;
	const state = stateOf(file);
	state.leave?.();
	state.leave = undefined;
	if (!on) {
		file.flags &= ~O_ASYNC;
		return 0;
	}
	if (file.operations.queues(file).length === 0) return -ERRNO.ENOTTY;
	file.flags |= O_ASYNC;
	listen(task, fd, file, state);
	return 0;
}

function listen(task: Task, fd: number, file: FileDescription, state: Async): void {
	const leaves = file.operations.queues(file).map((queue) =>
		queue.add(() => {
			state.leave?.();
			state.leave = undefined;
			if (file.references === 0 || !(file.flags & O_ASYNC)) return;
			const ready = file.operations.poll(file, task) & (POLLIN | POLLOUT | POLLPRI | POLLERR | POLLHUP);
			if (ready !== 0) tell(task, fd, state, ready);
			listen(task, fd, file, state);
		}),
	);
	state.leave = () => {
		for (const leave of leaves) leave();
	};
}

/** POLL_IN 1, POLL_OUT 2, POLL_ERR 4, POLL_HUP 6. */
const codeOf = (ready: number): number => (ready & POLLIN ? 1 : ready & POLLOUT ? 2 : ready & POLLERR ? 4 : 6);

function tell({ kernel }: Task, fd: number, { owner, signal }: Async, ready: number): void {
	if (!owner) return;
	const info = signal === 0 ? fromKernel(SIG.SIGIO) : { ...fromKernel(signal), code: codeOf(ready), band: ready, fd };
	if (owner.type === F_OWNER_PGRP) {
		for (const process of kernel.processes()) if (process.pgid === owner.id) send(process, info);
		return;
	}
	const process = processOf(kernel.processes(), owner.id);
	if (!process) return;
	const thread = owner.type === F_OWNER_TID ? [...process.tasks].find(({ tid }) => tid === owner.id) : undefined;
	if (thread) sendToTask(taskRecord(thread), info);
	else send(process, info);
}
const send = (process: Process, info: ReturnType<typeof fromKernel>): void => {
	const [leader] = process.tasks;
	if (leader) sendToProcess(taskRecord(leader).process, info);
};
function processOf(all: Iterable<Process>, tid: number): Process | undefined {
	for (const process of all) if ([...process.tasks].some((task) => task.tid === tid)) return process;
	return undefined;
}
