// The operations on processes that native programs call: those of man 2, over what proc/ and ns/ do.

import { inodeAt } from "../../fs/vfs/mount";
import { resolve } from "../../fs/vfs/walk";
import { ERRNO, isError } from "../../lib/errno";
import type { CloneOptions, DeviceRule, SpawnOptions, WaitResult } from "../../sys";
import { execve } from "../exec/exec";
import { contextOf } from "../file/ops/context";
import { setctty } from "../file/ops/terminal";
import { CAP, capable } from "../proc/capability";
import { capset, dropBounding } from "../proc/capset";
import { clone } from "../proc/clone";
import { endProcess, reap } from "../proc/exit";
import { setpgid, setsid } from "../proc/group";
import { setgid, setgroups, setuid } from "../proc/identity";
import { kill } from "../proc/kill";
import { setLimit } from "../proc/limits";
import { PR, prctl, setName } from "../proc/prctl";
import { taskRecord } from "../proc/process";
import { bit, SIG, SIGNAL_MAX, UNBLOCKABLE } from "../proc/signal/numbers";
import type { TaskRecord } from "../proc/task";
import { selectionOf, WEXITED, waitFor } from "../proc/wait";
import { CgroupDirectory } from "../pseudo/sys/cgroup2";
import { setFilter } from "../seccomp/set";
import type { Task } from "../task";
import { Blocked } from "../wait";
import type { Operations } from "./operation";

export const processOperations = {
	getppid: (task: Task) => taskRecord(task).process.parent?.pidIn(task.namespaces.pid) ?? 0,
	clone: (task: Task, options: CloneOptions) => cloneNative(taskRecord(task), options),
	execve: (task: Task, path: string, argv: string[], env: string[]) =>
		execve(taskRecord(task), { path, argv, env }) as unknown as never,
	spawn: (task: Task, path: string, argv: string[], env: string[], options?: SpawnOptions) =>
		spawn(taskRecord(task), path, argv, env, options),
	wait4: (task: Task, pid: number, options = 0): WaitResult | number | Blocked<WaitResult | number> =>
		wait4(taskRecord(task), pid, options),
	kill: (task: Task, pid: number, signal: number) => kill(taskRecord(task), pid, signal),
	sigaction(task: Task, signal: number, action: (() => void) | "default" | "ignore") {
		if (signal < 1 || signal > SIGNAL_MAX || bit(signal) & UNBLOCKABLE) return -ERRNO.EINVAL;
		const { actions } = taskRecord(task).process;
		if (typeof action === "string") actions.set(signal, { kind: action, flags: 0, mask: 0n, restorer: 0 });
		else actions.set(signal, { kind: "native", run: action });
		return 0;
	},
	setpgid: (task: Task, pid: number, pgid: number) => setpgid(task, pid, pgid),
	setsid: (task: Task) => setsid(task),
	setuid: (task: Task, uid: number) => setuid(taskRecord(task), uid),
	setgid: (task: Task, gid: number) => setgid(taskRecord(task), gid),
	setgroups: (task: Task, gids: number[]) => setgroups(taskRecord(task), gids),
	setrlimit: (task: Task, resource: number, soft: number, hard: number) =>
		setLimit(task, taskRecord(task).process.limits, resource, soft, hard),
	prctl(task: Task, option: number, argument: number | string) {
		if (typeof argument === "number") return prctl(taskRecord(task), option, argument);
		if (option !== PR.SET_NAME) return -ERRNO.EINVAL;
		setName(taskRecord(task), argument);
		return 0;
	},
	seccomp: (task: Task, filter: Uint8Array, flags = 0) => setFilter(taskRecord(task), filter, flags),
	attachDeviceRules(task: Task, directory: string, rules: readonly DeviceRule[]) {
		const place = resolve(contextOf(task), directory);
		if (typeof place === "number") return place;
		if (!capable(task, CAP.SYS_ADMIN)) return -ERRNO.EPERM;
		const inode = inodeAt(place);
		return inode instanceof CgroupDirectory ? task.kernel.cgroups.setDeviceRules(inode.group, rules) : -ERRNO.EINVAL;
	},
	capset(task: Task, sets: { effective: bigint; permitted: bigint; inheritable: bigint; bounding: bigint; ambient: bigint }) {
		const record = taskRecord(task);
		for (let capability = 0n; record.identity.bounding >> capability; capability++) {
			if (!(record.identity.bounding & ~sets.bounding & (1n << capability))) continue;
			const dropped = dropBounding(record, Number(capability));
			if (dropped < 0) return dropped;
		}
		const done = capset(record, sets);
		if (done === 0) record.identity.ambient = sets.ambient & sets.permitted & sets.inheritable;
		return done;
	},
	nanosleep(task: Task, ms: number): number | Blocked {
		const end = task.kernel.uptime() + ms;
		const sleep = (): number | Blocked => (task.kernel.uptime() >= end ? 0 : new Blocked([], end, { resume: sleep }));
		return sleep();
	},
} satisfies Operations<
	| "getppid"
	| "clone"
	| "execve"
	| "spawn"
	| "wait4"
	| "kill"
	| "sigaction"
	| "setpgid"
	| "setsid"
	| "setuid"
	| "setgid"
	| "setgroups"
	| "setrlimit"
	| "prctl"
	| "seccomp"
	| "attachDeviceRules"
	| "capset"
	| "nanosleep"
>;

function cloneNative(task: TaskRecord, options: CloneOptions): number {
	const child = clone(task, { flags: options.flags, exitSignal: SIG.SIGCHLD }, () => 0);
	if (typeof child === "number") return child;
	if (options.argv) child.process.argv = options.argv;
	task.kernel.acts.startNative(child, (sys) => options.main(sys), child.process.argv, child.process.environment);
	return child.process.pidIn(task.namespaces.pid);
}

function spawn(task: TaskRecord, path: string, argv: string[], env: string[], options: SpawnOptions = {}): number {
	const child = clone(task, { flags: 0, exitSignal: SIG.SIGCHLD }, (born) => prepare(born, options));
	if (typeof child === "number") return child;
	if (options.setsid) {
		setsid(child);
		if (child.files.get(0)) setctty(child, 0);
	}
	if (options.setpgid) setpgid(child, 0, 0);
	const failed = execve(child, { path, argv, env });
	if (failed === 0) return child.process.pidIn(task.namespaces.pid);
	child.process.exitSignal = 0;
	endProcess(child.process, 127 << 8);
	reap(child.process);
	return failed;
}

function prepare(child: TaskRecord, options: SpawnOptions): number {
	if (options.cwd !== undefined) {
		const place = resolve({ ...child.fs, credentials: child.credentials, task: child }, options.cwd);
		if (isError(place)) return place;
		child.fs.cwd = place;
	}
	if (!options.fds) return 0;
	const wanted = options.fds.map((fd) => child.files.get(fd));
	if (wanted.includes(undefined)) return -ERRNO.EBADF;
	for (const file of wanted) file!.hold();
	for (const [fd] of [...child.files.entries()]) child.files.close(fd);
	wanted.forEach((file, fd) => {
		child.files.set(fd, file!, false);
		file!.drop();
	});
	return 0;
}

function wait4(task: TaskRecord, pid: number, options: number): WaitResult | number | Blocked<WaitResult | number> {
	const report = waitFor(task, selectionOf(task, pid), options | WEXITED);
	if (report === undefined) return { pid: 0, status: 0 };
	if (typeof report === "number" || report instanceof Blocked) return report;
	return { pid: report.pid, status: report.status };
}
