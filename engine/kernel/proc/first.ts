// The first task of a machine: PID 1, with everything that is inherited from it later.

import { DescriptorTable } from "../file/table";
import type { Machine } from "../machine";
import { setNamespaces } from "../ns/enter";
import { ALL_CAPABILITIES } from "./capability";
import { defaultLimits } from "./limits";
import { type PidNamespaceRecord, PidRecord } from "./pid";
import { ProcessRecord } from "./process";
import { SignalActions } from "./signal/actions";
import { TaskRecord } from "./task";

export function firstTask(machine: Machine): TaskRecord {
	const { initial, cgroups } = machine;
	const pid = initial.pid as PidNamespaceRecord;
	const record = PidRecord.create(pid)!.hold();
	const process = new ProcessRecord(
		machine,
		record,
		undefined,
		record,
		record,
		new SignalActions(),
		defaultLimits(machine.maxProcesses),
		cgroups.root,
		machine.uptime(),
	);
	const root = initial.mnt.root.place;
	const task = new TaskRecord(
		machine,
		process,
		record,
		{ uid: 0, gid: 0, groups: [], capabilities: ALL_CAPABILITIES },
		{
			ruid: 0,
			euid: 0,
			suid: 0,
			rgid: 0,
			egid: 0,
			sgid: 0,
			permitted: ALL_CAPABILITIES,
			inheritable: 0n,
			bounding: ALL_CAPABILITIES,
			ambient: 0n,
			noNewPrivs: false,
			securebits: 0,
		},
		{ root, cwd: root, umask: 0o022 },
		new DescriptorTable(),
		initial,
	);
	setNamespaces(task, initial);
	process.leader = task;
	process.tasks.add(task);
	pid.init = process;
	machine.init = process;
	machine.enlist(process);
	cgroups.join(process);
	return task;
}
