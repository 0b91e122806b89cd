// What an ipc namespace holds: the tables of System V objects, the POSIX message queues, and the limits that /proc/sys shows.

import type { IpcNamespace } from "../ns/namespaces";
import { IpcTable } from "./object";
import type { MessageQueue } from "./queue";
import type { Segment } from "./segment";
import type { SemaphoreSet } from "./semaphore";

/** /proc/sys/kernel/{shm,msg,sem}* and /proc/sys/fs/mqueue. */
export interface IpcLimits {
	shmmax: number;
	shmall: number;
	shmmni: number;
	msgmax: number;
	msgmnb: number;
	msgmni: number;
	/** Per set, in all, operations a call, sets. */
	sem: [perSet: number, all: number, operations: number, sets: number];
	queues_max: number;
	msg_max: number;
	msgsize_max: number;
	msg_default: number;
	msgsize_default: number;
}
const LIMITS: Omit<IpcLimits, "sem"> = {
	// As good as none: ULONG_MAX less 2^24.
	shmmax: 2 ** 64 - 2 ** 24,
	shmall: 2 ** 64 - 2 ** 24,
	shmmni: 4096,
	msgmax: 8192,
	msgmnb: 16384,
	msgmni: 32000,
	queues_max: 256,
	msg_max: 10,
	msgsize_max: 8192,
	msg_default: 10,
	msgsize_default: 8192,
};

export class IpcState {
	readonly limits: IpcLimits = { ...LIMITS, sem: [32000, 1024000000, 500, 32000] };
	readonly segments = new IpcTable<Segment>();
	readonly semaphores = new IpcTable<SemaphoreSet>();
	readonly queues = new IpcTable<MessageQueue>();
}

const states = new WeakMap<IpcNamespace, IpcState>();
export function ipcOf({ ipc }: { ipc: IpcNamespace }): IpcState {
	let state = states.get(ipc);
	if (!state) {
		state = new IpcState();
		states.set(ipc, state);
	}
	return state;
}
