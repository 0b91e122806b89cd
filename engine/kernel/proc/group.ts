// Process groups and sessions (man 2 setpgid, setsid; man 7 credentials). Numbers are those that the caller sees.

import { ERRNO } from "../../lib/errno";
import type { Task } from "../task";
import type { PidNamespaceRecord } from "./pid";
import { type ProcessRecord, taskRecord } from "./process";

const find = (task: Task, pid: number): ProcessRecord | undefined => {
	if (pid === 0) return taskRecord(task).process;
	const found = (task.namespaces.pid as PidNamespaceRecord).records.get(pid)?.task;
	return found && found.process.leader === found ? found.process : undefined;
};

export function setpgid(task: Task, pid: number, pgid: number): number {
	if (pgid < 0) return -ERRNO.EINVAL;
	const self = taskRecord(task).process;
	const target = find(task, pid);
	if (!target || (target !== self && target.parent !== self)) return -ERRNO.ESRCH;
	if (target !== self) {
		if (target.session !== self.session) return -ERRNO.EPERM;
		if (target.executed) return -ERRNO.EACCES;
	}
	if (target.session === target.record) return -ERRNO.EPERM;
	if (pgid === 0 || pgid === target.pidIn(task.namespaces.pid)) {
		target.setGroup(target.record);
		return 0;
	}
	const group = (task.namespaces.pid as PidNamespaceRecord).records.get(pgid);
	const member = group && [...self.kernel.members(group.number)][0];
	if (!member || member.session !== self.session) return -ERRNO.EPERM;
	target.setGroup(member.group);
	return 0;
}

export function getpgid(task: Task, pid: number): number {
	const target = find(task, pid);
	return target ? target.group.in(task.namespaces.pid) : -ERRNO.ESRCH;
}

export function getsid(task: Task, pid: number): number {
	const target = find(task, pid);
	return target ? target.session.in(task.namespaces.pid) : -ERRNO.ESRCH;
}

export function setsid(task: Task): number {
	const { process } = taskRecord(task);
	if (process.group === process.record) return -ERRNO.EPERM;
	if (process.kernel.members(process.pid).next().value) return -ERRNO.EPERM;
	process.setSession(process.record);
	process.setGroup(process.record);
	process.terminal = undefined;
	return process.pidIn(task.namespaces.pid);
}
