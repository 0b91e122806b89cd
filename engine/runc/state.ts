// What runc remembers of a container between its runs: a directory with state.json and, until the start, exec.fifo.
//
// runc is no daemon. `create` leaves this directory and a process that waits in open(exec.fifo); `start` opens the other
// end; `state` and `kill` find the process by its number in state.json; `delete` removes the directory.

import { exists, isErrno, readJson, readText, removeTree, replaceFile } from "../lib/files";
import type { RuntimeState, Spec } from "../oci/runtime/spec";
import type { Sys } from "../sys";
import { isFrozen } from "./cgroup";
import { RuncError } from "./errors";

export interface StoredState {
	id: string;
	bundle: string;
	rootfs: string;
	initPid: number;
	/** Field 22 of /proc/PID/stat: tells a process from a later one with its number. */
	initStart: string;
	cgroup: string;
	created: string;
	/** capabilities, seccomp … that `exec` falls back on. */
	spec: Spec;
}

export const directoryOf = (root: string, id: string): string => `${root}/${id}`;
export const fifoOf = (root: string, id: string): string => `${root}/${id}/exec.fifo`;
const stateFile = (root: string, id: string): string => `${root}/${id}/state.json`;

export async function loadState(sys: Sys, root: string, id: string): Promise<StoredState> {
	try {
		return await readJson<StoredState>(sys, stateFile(root, id));
	} catch (error) {
		if (isErrno(error, "ENOENT")) throw new RuncError("container does not exist");
		throw error;
	}
}
export const saveState = (sys: Sys, root: string, state: StoredState): Promise<void> =>
	replaceFile(sys, stateFile(root, state.id), JSON.stringify(state), 0o600);

export async function forgetState(sys: Sys, root: string, id: string): Promise<void> {
	await removeTree(sys, directoryOf(root, id));
}

/** State and start time of a process, or undefined when it is gone. */
export async function processStat(sys: Sys, pid: number): Promise<{ state: string; start: string } | undefined> {
	let line: string;
	try {
		line = await readText(sys, `/proc/${pid}/stat`);
	} catch {
		return undefined;
	}
	// comm may hold spaces and parentheses: what follows its last ")" is fields 3, 4, …
	const fields = line.slice(line.lastIndexOf(")") + 2).split(" ");
	return { state: fields[0] ?? "", start: fields[19] ?? "" };
}

export async function statusOf(sys: Sys, root: string, state: StoredState): Promise<RuntimeState["status"]> {
	const process = await processStat(sys, state.initPid);
	if (!process || process.start !== state.initStart || process.state === "Z" || process.state === "X") return "stopped";
	if (await exists(sys, fifoOf(root, state.id))) return "created";
	return (await isFrozen(sys, state.cgroup)) ? "paused" : "running";
}
