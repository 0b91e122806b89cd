// System calls on namespaces and the machine's names. Decoding only; ns/ acts.

import { nameFromBytes, utf8 } from "../../lib/bytes";
import { ERRNO } from "../../lib/errno";
import { namespaceOperations } from "../ns/operations";
import type { GuestTask, SyscallRow } from "./row";

/** struct new_utsname: six texts of 65 bytes. */
const FIELD = 65;

function writeNames(task: GuestTask, address: number): number {
	const bytes = task.memory.writable(address, FIELD * 6);
	if (!bytes) return -ERRNO.EFAULT;
	bytes.fill(0);
	const names = namespaceOperations.uname(task);
	const fields = [names.sysname, names.nodename, names.release, names.version, names.machine, task.namespaces.uts.domainname];
	fields.forEach((field, index) => {
		bytes.set(utf8(field).subarray(0, FIELD - 1), index * FIELD);
	});
	return 0;
}
function setName(task: GuestTask, address: number, length: number, which: "sethostname" | "setdomainname"): number {
	if (length < 0 || length > 64) return -ERRNO.EINVAL;
	const bytes = task.memory.readable(address, length);
	return bytes ? namespaceOperations[which](task, nameFromBytes(bytes.slice()).replace(/\0.*$/s, "")) : -ERRNO.EFAULT;
}

export const namespaceRows: SyscallRow[] = [
	{ number: 63, name: "uname", args: ["utsname"], handler: (task, [address]) => writeNames(task, address) },
	{
		number: 170,
		name: "sethostname",
		args: ["string", "int"],
		handler: (task, [address, length]) => setName(task, address, length | 0, "sethostname"),
	},
	{
		number: 171,
		name: "setdomainname",
		args: ["string", "int"],
		handler: (task, [address, length]) => setName(task, address, length | 0, "setdomainname"),
	},
	{
		number: 272,
		name: "unshare",
		args: ["cloneFlags"],
		handler: (task, [flags]) => namespaceOperations.unshare(task, flags | 0),
	},
	{
		number: 308,
		name: "setns",
		args: ["fd", "cloneFlags"],
		handler: (task, [fd, type]) => namespaceOperations.setns(task, fd | 0, type | 0),
	},
];
