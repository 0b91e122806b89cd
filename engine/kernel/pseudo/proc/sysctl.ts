// /proc/sys: settings of the kernel (Documentation/admin-guide/sysctl). Some act (host names), most are kept and shown, since
// programs set them and read them back.

import { ERRNO, type Errno } from "../../../lib/errno";
import { type IpcLimits, ipcOf } from "../../ipc/namespace";
import type { Namespaces } from "../../ns/namespaces";
import { RELEASE, VERSION } from "../../ns/operations";
import { CAP, capableIn } from "../../proc/capability";
import { PID_MAX } from "../../proc/pid";
import type { Kernel, Task } from "../../task";
import { PseudoDirectory, type PseudoFs, type Sketch, type Text } from "../tree";
import { KEPT, type Kept, Shown } from "./kept";
import { netSettings, withInterfaces } from "./net/sysctl";

/** Who has values of their own: the machine, or each namespace of a kind. */
type Scope = "machine" | "ipc" | "uts" | "user";
const values = new WeakMap<object, Map<string, string>>();
function valuesOf(task: Task, scope: Scope): Map<string, string> {
	const owner: object = scope === "machine" ? task.kernel : task.namespaces[scope];
	let map = values.get(owner);
	if (!map) {
		map = new Map();
		values.set(owner, map);
	}
	return map;
}
const ownerOf = (task: Task, scope: Scope): Namespaces["user"] => {
	if (scope !== "machine") return scope === "user" ? task.namespaces.user : task.namespaces[scope].owner;
	let user = task.namespaces.user;
	while (user.parent) user = user.parent;
	return user;
};

/** Kept as written. `check` says whether a value makes sense (EINVAL). */
const setting = (name: string, initial: string | number, scope: Scope = "machine", check = isNumbers): Text => ({
	read: (task) => `${valuesOf(task, scope).get(name) ?? initial}\n`,
	write: (task, text) => {
		if (!capableIn(task, ownerOf(task, scope), CAP.SYS_ADMIN)) return -ERRNO.EPERM;
		const value = text.trim();
		if (!check(value)) return -ERRNO.EINVAL;
		valuesOf(task, scope).set(name, value.replace(/\s+/g, "\t"));
		return 0;
	},
});
const isNumbers = (text: string): boolean => /^-?\d+(\s+-?\d+)*$/.test(text);
const anyText = (): boolean => true;
const fixed = (value: string | number): Text => ({ read: () => `${value}\n` });

const utsName = (which: "hostname" | "domainname"): Text => ({
	read: (task) => `${task.namespaces.uts[which]}\n`,
	write: (task, text): Errno | 0 => {
		const { uts } = task.namespaces;
		if (!capableIn(task, uts.owner, CAP.SYS_ADMIN)) return -ERRNO.EPERM;
		uts[which] = text.replace(/\n.*$/s, "").slice(0, 64);
		return 0;
	},
});
function uuid(kernel: Kernel): string {
	const bytes = kernel.random(new Uint8Array(16));
	bytes[6] = (bytes[6]! & 0x0f) | 0x40;
	bytes[8] = (bytes[8]! & 0x3f) | 0x80;
	const digits = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
	return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
const bootIds = new WeakMap<Kernel, string>();
function bootId(kernel: Kernel): string {
	let id = bootIds.get(kernel);
	if (!id) {
		id = uuid(kernel);
		bootIds.set(kernel, id);
	}
	return id;
}

/** A limit of the reader's ipc namespace. */
const ipcLimit = (name: Exclude<keyof IpcLimits, "sem">): Text => ({
	// Numbers near 2^64 are kept as doubles, and shown with the digits that Linux has.
	read: (task) => {
		const value = ipcOf(task.namespaces).limits[name];
		return `${value > 2 ** 63 ? "18446744073692774399" : value}\n`;
	},
	write: (task, text) => {
		if (!capableIn(task, task.namespaces.ipc.owner, CAP.SYS_ADMIN)) return -ERRNO.EPERM;
		if (!/^\s*\d+\s*$/.test(text)) return -ERRNO.EINVAL;
		ipcOf(task.namespaces).limits[name] = Number(text);
		return 0;
	},
});

const kernelSettings: Sketch = {
	cap_last_cap: fixed(40),
	core_pattern: setting("core_pattern", "core", "machine", anyText),
	core_uses_pid: setting("core_uses_pid", 0),
	domainname: utsName("domainname"),
	hostname: utsName("hostname"),
	keys: {
		maxbytes: setting("maxbytes", 20000),
		maxkeys: setting("maxkeys", 200),
		root_maxkeys: setting("root_maxkeys", 1000000),
	},
	msgmax: ipcLimit("msgmax"),
	msgmnb: ipcLimit("msgmnb"),
	msgmni: ipcLimit("msgmni"),
	ngroups_max: fixed(65536),
	osrelease: fixed(RELEASE),
	ostype: fixed("Linux"),
	overflowgid: setting("overflowgid", 65534),
	overflowuid: setting("overflowuid", 65534),
	panic: setting("panic", 0),
	pid_max: setting("pid_max", PID_MAX),
	printk: setting("printk", "4\t4\t1\t7"),
	random: {
		boot_id: { read: (task: Task) => `${bootId(task.kernel)}\n` },
		entropy_avail: fixed(256),
		poolsize: fixed(256),
		uuid: { read: (task: Task) => `${uuid(task.kernel)}\n` },
	},
	randomize_va_space: setting("randomize_va_space", 2),
	sem: {
		read: (task: Task) => `${ipcOf(task.namespaces).limits.sem.join("\t")}\n`,
		write(task: Task, text: string): Errno | 0 {
			const numbers = text.trim().split(/\s+/).map(Number);
			if (!capableIn(task, task.namespaces.ipc.owner, CAP.SYS_ADMIN)) return -ERRNO.EPERM;
			if (numbers.length > 4 || numbers.some((number) => !(number >= 0))) return -ERRNO.EINVAL;
			const { limits } = ipcOf(task.namespaces);
			limits.sem = limits.sem.map((before, index) => numbers[index] ?? before) as typeof limits.sem;
			return 0;
		},
	},
	shmall: ipcLimit("shmall"),
	shmmax: ipcLimit("shmmax"),
	shmmni: ipcLimit("shmmni"),
	"threads-max": setting("threads-max", 32768),
	unprivileged_userns_clone: setting("unprivileged_userns_clone", 1),
	version: fixed(VERSION),
};
const fsSettings: Sketch = {
	"file-max": setting("file-max", "9223372036854775807"),
	"file-nr": { read: (task: Task) => `${openFiles(task)}\t0\t9223372036854775807\n` },
	mqueue: {
		msg_default: ipcLimit("msg_default"),
		msg_max: ipcLimit("msg_max"),
		msgsize_default: ipcLimit("msgsize_default"),
		msgsize_max: ipcLimit("msgsize_max"),
		queues_max: ipcLimit("queues_max"),
	},
	nr_open: setting("nr_open", 1048576),
	"pipe-max-size": setting("pipe-max-size", 1048576),
	protected_hardlinks: setting("protected_hardlinks", 0),
	protected_symlinks: setting("protected_symlinks", 0),
	suid_dumpable: setting("suid_dumpable", 0),
};
function openFiles({ kernel }: Task): number {
	const seen = new Set<unknown>();
	for (const process of kernel.processes())
		for (const task of process.tasks) for (const [, file] of task.files.entries()) seen.add(file);
	return seen.size;
}
const vmSettings: Sketch = {
	drop_caches: setting("drop_caches", 0),
	max_map_count: setting("max_map_count", 65530),
	overcommit_memory: setting("overcommit_memory", 0),
	overcommit_ratio: setting("overcommit_ratio", 50),
	swappiness: setting("swappiness", 60),
};
const userSettings: Sketch = Object.fromEntries(
	["cgroup", "ipc", "mnt", "net", "pid", "user", "uts"].map((kind) => [
		`max_${kind}_namespaces`,
		setting(`max_${kind}`, 15000, "user"),
	]),
);

/** What is kept alone, with what acts or has limits of its own. */
function withKept(kept: Kept, own: Sketch, path = "", scope: Scope = "machine"): Sketch {
	const all: Record<string, Sketch[string]> = { ...own };
	for (const [name, value] of Object.entries(kept)) {
		const at = path === "" ? name : `${path}/${name}`;
		if (value instanceof Shown) all[name] ??= fixed(value.value);
		else if (typeof value === "object")
			all[name] = withKept(value, (own[name] ?? {}) as Sketch, at, name === "user" ? "user" : scope);
		else all[name] ??= setting(at, value, scope, typeof value === "number" || /^[-\d]/.test(value) ? isNumbers : anyText);
	}
	return all;
}
/** The same for every procfs, of which each container has one: made once. */
let settings: Sketch | undefined;
export const sysctls = (fs: PseudoFs): PseudoDirectory =>
	new PseudoDirectory(fs, () => {
		settings ??= withKept(KEPT, {
			fs: fsSettings,
			kernel: kernelSettings,
			net: netSettings(),
			user: userSettings,
			vm: vmSettings,
		});
		return Object.entries({ ...settings, net: withInterfaces(fs, settings.net as Sketch) });
	});
