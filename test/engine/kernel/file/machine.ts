// A task and a kernel of the tests' own making: enough to use files, terminals and sockets without processes.

import { MemFs } from "../../../../engine/fs/memfs/memfs";
import { MountNamespace } from "../../../../engine/fs/vfs/namespace";
import { DescriptorTable } from "../../../../engine/kernel/file/table";
import { configureHost, createNet } from "../../../../engine/kernel/net";
import type { UserNamespace } from "../../../../engine/kernel/ns/namespaces";
import type { Kernel, Process, Task } from "../../../../engine/kernel/task";
import { Blocked } from "../../../../engine/kernel/wait";
import { errnoName } from "../../../../engine/lib/errno";
import { silent } from "../../../../engine/trace/event";

export interface TestTask extends Task {
	/** Signals that were sent to it, or to a group. */
	readonly signals: Array<{ signal: number; group?: number }>;
}

export function testTask(): TestTask {
	const signals: TestTask["signals"] = [];
	let inode = 100;
	let device = 20;
	const began = performance.now();
	const kernel = {
		trace: silent,
		current: undefined,
		now: () => BigInt(Date.now()) * 1_000_000n,
		uptime: () => performance.now() - began,
		random: (into: Uint8Array) => into.fill(7),
		nextInode: () => ++inode,
		processes: () => [process],
		process: () => process,
		signalProcess: (_process: Process, signal: number) => signals.push({ signal }),
		signalSelf: (_task: Task, signal: number) => signals.push({ signal }),
		signalGroup: (group: number, signal: number) => signals.push({ signal, group }),
		isOrphaned: () => false,
		groupIn: (group: number) => group,
		groupFrom: (group: number) => group,
		findTask: () => task,
	} as unknown as Kernel;
	const process = {
		pid: 10,
		pgid: 10,
		sid: 10,
		terminal: undefined,
		limits: new Map([[7, { soft: 64, hard: 64 }]]),
		pidIn: () => 10,
		state: "R",
		tasks: [] as Task[],
	} as unknown as Process;
	const fs = new MemFs({ now: kernel.now, newDevice: () => ++device }, { mode: 0o755 });
	const mnt = MountNamespace.create(fs, "root");
	const root = mnt.root.place;
	const user = { kind: "user", inode: 1, parent: undefined, uidMap: [], gidMap: [], creator: 0 };
	const net = createNet(2, user as unknown as UserNamespace, kernel);
	configureHost(net, { external: null });
	const all = (1n << 41n) - 1n;
	const task = {
		tid: 10,
		process,
		kernel,
		name: "test",
		credentials: { uid: 0, gid: 0, groups: [], capabilities: all },
		identity: { ruid: 0, suid: 0, rgid: 0, sgid: 0, permitted: all },
		fs: { root, cwd: root, umask: 0o022 },
		files: new DescriptorTable(),
		namespaces: { mnt: Object.assign(mnt, { owner: user }), net, user, pid: {} },
		callStart: 0,
		interrupted: () => false,
		ignores: () => false,
		signals,
	} as unknown as TestTask;
	(process.tasks as unknown as Task[]).push(task);
	return task;
}

/** A result as the recordings have it: the errno's name, or "blocked". */
export const outcome = <T>(result: T | Blocked<unknown>): T | string =>
	result instanceof Blocked ? "blocked" : typeof result === "number" && result < 0 ? errnoName(result) : (result as T);
export const bytes = (base64: string): Uint8Array => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
export const base64 = (data: Uint8Array): string => btoa(String.fromCharCode(...data));
