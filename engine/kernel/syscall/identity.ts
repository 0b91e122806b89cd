// System calls on user and group ids and capabilities. Decoding only; proc/identity acts. Ids cross here between the caller's user
// namespace and the initial one.

import { ERRNO } from "../../lib/errno";
import type { UserNamespace } from "../ns/namespaces";
import { fromOutside, toOutside } from "../ns/user";
import { capset as setCapabilities } from "../proc/capset";
import * as identity from "../proc/identity";
import { taskRecord } from "../proc/process";
import type { TaskRecord } from "../proc/task";
import type { Arguments, GuestTask, SyscallRow } from "./row";

/** _LINUX_CAPABILITY_VERSION_3; version 1 has one word in place of two. */
const VERSION_1 = 0x19980330;
const VERSION_2 = 0x20071026;
const VERSION_3 = 0x20080522;

const idAsSeen = (task: GuestTask, kind: "uidMap" | "gidMap", id: number): number => fromOutside(task.namespaces.user, kind, id);
/** -1 stays -1; EINVAL for an id that the namespace does not map. */
function given(user: UserNamespace, kind: "uidMap" | "gidMap", id: number): number | undefined {
	const wanted = id | 0;
	return wanted === -1 ? -1 : toOutside(user, kind, wanted >>> 0);
}
function change(
	kind: "uidMap" | "gidMap",
	count: number,
	act: (task: TaskRecord, ...ids: number[]) => number,
): (task: GuestTask, args: Arguments) => number {
	return (task, args) => {
		const ids = args.slice(0, count).map((id) => given(task.namespaces.user, kind, id));
		if (ids.includes(undefined) || (count === 1 && ids[0] === -1)) return -ERRNO.EINVAL;
		return act(taskRecord(task), ...(ids as number[]));
	};
}
/** setfsuid(2) never fails: an id that cannot be had leaves all as it is. */
const setFileId =
	(kind: "uidMap" | "gidMap", act: (task: TaskRecord, id: number) => number) =>
	(task: GuestTask, [id]: Arguments): number =>
		idAsSeen(task, kind, act(taskRecord(task), given(task.namespaces.user, kind, id) ?? -1));
const writeThree = (task: GuestTask, [a, b, c]: Arguments, values: readonly number[]): number =>
	task.memory.setU32(a, values[0]!) && task.memory.setU32(b, values[1]!) && task.memory.setU32(c, values[2]!) ? 0 : -ERRNO.EFAULT;

function getgroups(task: GuestTask, size: number, address: number): number {
	const { groups } = task.credentials;
	if (size === 0) return groups.length;
	if (size < groups.length) return -ERRNO.EINVAL;
	const written = groups.every((gid, index) => task.memory.setU32(address + index * 4, idAsSeen(task, "gidMap", gid)));
	return written ? groups.length : -ERRNO.EFAULT;
}
function setgroups(task: GuestTask, size: number, address: number): number {
	if (size < 0 || size > 65536) return -ERRNO.EINVAL;
	const groups: number[] = [];
	for (let index = 0; index < size; index++) {
		const gid = task.memory.u32(address + index * 4);
		if (gid === undefined) return -ERRNO.EFAULT;
		const outside = toOutside(task.namespaces.user, "gidMap", gid);
		if (outside === undefined) return -ERRNO.EINVAL;
		groups.push(outside);
	}
	return identity.setgroups(taskRecord(task), groups);
}

/** How many words each set has, by the version in the header; 0: not known, and the version that is is written back. EFAULT. */
function capabilityWords(task: GuestTask, header: number): number {
	const version = task.memory.u32(header);
	if (version === undefined) return -ERRNO.EFAULT;
	if (version === VERSION_1) return 1;
	if (version === VERSION_2 || version === VERSION_3) return 2;
	task.memory.setU32(header, VERSION_3);
	return 0;
}
function capget(task: GuestTask, header: number, data: number): number {
	const words = capabilityWords(task, header);
	if (words < 0) return words;
	if (words === 0) return data === 0 ? 0 : -ERRNO.EINVAL;
	const pid = task.memory.i32(header + 4);
	if (pid === undefined) return -ERRNO.EFAULT;
	if (pid < 0) return -ERRNO.EINVAL;
	const target = pid === 0 ? task : task.kernel.findTask(pid, task.namespaces.pid);
	if (!target) return -ERRNO.ESRCH;
	if (data === 0) return 0;
	const sets = [target.credentials.capabilities, target.identity.permitted, target.identity.inheritable];
	for (let word = 0; word < words; word++) {
		for (let set = 0; set < 3; set++) {
			const value = Number((sets[set]! >> BigInt(word * 32)) & 0xffffffffn);
			if (!task.memory.setU32(data + word * 12 + set * 4, value)) return -ERRNO.EFAULT;
		}
	}
	return 0;
}
function capset(task: GuestTask, header: number, data: number): number {
	const words = capabilityWords(task, header);
	if (words <= 0) return words || -ERRNO.EINVAL;
	const pid = task.memory.i32(header + 4);
	if (pid !== 0 && pid !== task.tidIn(task.namespaces.pid)) return -ERRNO.EPERM;
	const sets = [0n, 0n, 0n];
	for (let word = 0; word < words; word++) {
		for (let set = 0; set < 3; set++) {
			const value = task.memory.u32(data + word * 12 + set * 4);
			if (value === undefined) return -ERRNO.EFAULT;
			sets[set]! |= BigInt(value) << BigInt(word * 32);
		}
	}
	return setCapabilities(taskRecord(task), { effective: sets[0]!, permitted: sets[1]!, inheritable: sets[2]! });
}

export const identityRows: SyscallRow[] = [
	{ number: 102, name: "getuid", args: [], handler: (task) => idAsSeen(task, "uidMap", task.identity.ruid) },
	{ number: 104, name: "getgid", args: [], handler: (task) => idAsSeen(task, "gidMap", task.identity.rgid) },
	{ number: 107, name: "geteuid", args: [], handler: (task) => idAsSeen(task, "uidMap", task.identity.euid) },
	{ number: 108, name: "getegid", args: [], handler: (task) => idAsSeen(task, "gidMap", task.identity.egid) },
	{ number: 105, name: "setuid", args: ["id"], handler: change("uidMap", 1, identity.setuid) },
	{ number: 106, name: "setgid", args: ["id"], handler: change("gidMap", 1, identity.setgid) },
	{ number: 113, name: "setreuid", args: ["id", "id"], handler: change("uidMap", 2, identity.setreuid) },
	{ number: 114, name: "setregid", args: ["id", "id"], handler: change("gidMap", 2, identity.setregid) },
	{ number: 117, name: "setresuid", args: ["id", "id", "id"], handler: change("uidMap", 3, identity.setresuid) },
	{ number: 119, name: "setresgid", args: ["id", "id", "id"], handler: change("gidMap", 3, identity.setresgid) },
	{
		number: 118,
		name: "getresuid",
		args: ["address", "address", "address"],
		handler: (task, args) => {
			const ids = [task.identity.ruid, task.identity.euid, task.identity.suid];
			return writeThree(
				task,
				args,
				ids.map((id) => idAsSeen(task, "uidMap", id)),
			);
		},
	},
	{
		number: 120,
		name: "getresgid",
		args: ["address", "address", "address"],
		handler: (task, args) => {
			const ids = [task.identity.rgid, task.identity.egid, task.identity.sgid];
			return writeThree(
				task,
				args,
				ids.map((id) => idAsSeen(task, "gidMap", id)),
			);
		},
	},
	{ number: 122, name: "setfsuid", args: ["int"], handler: setFileId("uidMap", identity.setfsuid) },
	{ number: 123, name: "setfsgid", args: ["int"], handler: setFileId("gidMap", identity.setfsgid) },
	{
		number: 115,
		name: "getgroups",
		args: ["int", "address"],
		handler: (task, [size, address]) => getgroups(task, size | 0, address),
	},
	{
		number: 116,
		name: "setgroups",
		args: ["int", "address"],
		handler: (task, [size, address]) => setgroups(task, size | 0, address),
	},
	{ number: 125, name: "capget", args: ["address", "address"], handler: (task, [header, data]) => capget(task, header, data) },
	{ number: 126, name: "capset", args: ["address", "address"], handler: (task, [header, data]) => capset(task, header, data) },
];
