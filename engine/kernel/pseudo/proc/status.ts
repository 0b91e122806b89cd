// The texts about one process: status, stat, statm, limits and smaller ones (man 5 proc).

import { fromOutside } from "../../ns/user";
import { queuedFor } from "../../proc/kill";
import { RLIMIT } from "../../proc/limits";
import { recordOf, taskRecord } from "../../proc/process";
import type { Process, Task } from "../../task";
import { memorySums } from "./memory";

const PAGE = 4096;
/** USER_HZ: clock ticks are hundredths of a second. */
const TICK = 10;
const STATES: Record<Process["state"], string> = { R: "running", S: "sleeping", T: "stopped", t: "tracing stop", Z: "zombie" };

const kB = (bytes: number): string => `${String(Math.floor(bytes / 1024)).padStart(8)} kB`;
const mask = (bits: bigint): string => bits.toString(16).padStart(16, "0");

const threads = (process: Process): Task[] => [...process.tasks];
const leaderOf = (process: Process): Task | undefined => threads(process)[0];
/** comm: of the first thread, or of the program once none is left. */
export const commOf = (process: Process, task = leaderOf(process)): string =>
	task?.name ?? (process.executable || (process.argv[0] ?? "")).split("/").at(-1)!.slice(0, 15);

/** Of one thread; a leader that has ended while others go on is a zombie. */
function stateOf(process: Process, task: Task | undefined): Process["state"] {
	if (!task || process.state === "Z" || process.state === "T") return process.state;
	const record = taskRecord(task);
	if (record.dead) return "Z";
	if (record.trapped) return "t";
	return record.waiting ? "S" : "R";
}

/** `task` is the thread that is shown; a zombie has none. `reader` decides how numbers look. */
export function statusText(process: Process, task: Task | undefined, reader: Task): string {
	const { pid: pids, user } = reader.namespaces;
	const uid = (id: number): number => fromOutside(user, "uidMap", id);
	const gid = (id: number): number => fromOutside(user, "gidMap", id);
	const { identity, credentials, signalMasks } = task ?? {};
	const uids = identity ? [identity.ruid, identity.euid, identity.suid, credentials!.uid].map(uid) : [0, 0, 0, 0];
	const gids = identity ? [identity.rgid, identity.egid, identity.sgid, credentials!.gid].map(gid) : [0, 0, 0, 0];
	const visible = process.nspids.filter((_, level) => level >= pids.level);
	const lines: Array<[string, string | number]> = [
		["Name", commOf(process, task)],
		["Umask", (task?.fs.umask ?? 0).toString(8).padStart(4, "0")],
		["State", `${stateOf(process, task)} (${STATES[stateOf(process, task)]})`],
		["Tgid", process.pidIn(pids)],
		["Ngid", 0],
		["Pid", task?.tidIn(pids) ?? process.pidIn(pids)],
		["PPid", process.parent?.pidIn(pids) ?? 0],
		["TracerPid", (task && taskRecord(task).tracee?.tracer.process.pidIn(pids)) || 0],
		["Uid", uids.join("\t")],
		["Gid", gids.join("\t")],
		["FDSize", task?.files.capacity ?? 0],
		["Groups", (credentials?.groups ?? []).map((id) => `${gid(id)} `).join("") || " "],
		["NStgid", visible.join("\t")],
		["NSpid", visible.join("\t")],
		["NSpgid", reader.kernel.groupIn(process.pgid, pids)],
		["NSsid", reader.kernel.groupIn(process.sid, pids)],
		["Kthread", 0],
	];
	if (process.memorySize > 0) {
		const sums = memorySums(process);
		lines.push(
			["VmPeak", kB(process.memorySize)],
			["VmSize", kB(process.memorySize)],
			["VmLck", kB(process.mm?.locked ?? 0)],
			["VmPin", kB(0)],
			["VmHWM", kB(Math.max(sums.resident, process.mm?.peak ?? 0))],
			["VmRSS", kB(sums.resident)],
			["RssAnon", kB(sums.anonymous)],
			["RssFile", kB(sums.files)],
			["RssShmem", kB(sums.shared)],
			["VmData", kB(sums.data)],
			["VmStk", kB(sums.stack)],
			["VmExe", kB(sums.executable)],
			["VmLib", kB(sums.libraries)],
			["VmPTE", kB(sums.tables)],
			["VmSwap", kB(0)],
			["HugetlbPages", kB(0)],
			["CoreDumping", 0],
			["THP_enabled", 0],
		);
	}
	lines.push(
		["Threads", Math.max(1, threads(process).length)],
		["SigQ", `${queuedFor(recordOf(process))}/${process.limits.get(RLIMIT.SIGPENDING)?.soft ?? 0}`],
		["SigPnd", mask(signalMasks?.pending ?? 0n)],
		["ShdPnd", mask(process.pendingSignals)],
		["SigBlk", mask(signalMasks?.blocked ?? 0n)],
		["SigIgn", mask(signalMasks?.ignored ?? 0n)],
		["SigCgt", mask(signalMasks?.caught ?? 0n)],
		["CapInh", mask(identity?.inheritable ?? 0n)],
		["CapPrm", mask(identity?.permitted ?? 0n)],
		["CapEff", mask(credentials?.capabilities ?? 0n)],
		["CapBnd", mask(identity?.bounding ?? 0n)],
		["CapAmb", mask(identity?.ambient ?? 0n)],
		["NoNewPrivs", identity?.noNewPrivs ? 1 : 0],
		["Seccomp", task ? taskRecord(task).seccomp.mode : 0],
		["Seccomp_filters", task ? (taskRecord(task).seccomp.filter?.count ?? 0) : 0],
		["Speculation_Store_Bypass", "not vulnerable"],
		["SpeculationIndirectBranch", "unknown"],
		["Cpus_allowed", 1],
		["Cpus_allowed_list", 0],
		["Mems_allowed", 1],
		["Mems_allowed_list", 0],
		["voluntary_ctxt_switches", 0],
		["nonvoluntary_ctxt_switches", 0],
	);
	return lines.map(([name, value]) => `${name}:\t${value}\n`).join("");
}

/** One line of 52 fields; what is not known of a program here is 0. */
export function statText(process: Process, task: Task | undefined, reader: Task): string {
	const { kernel } = reader;
	const pids = reader.namespaces.pid;
	const group = (number: number): number => kernel.groupIn(number, pids);
	const { terminal } = process;
	const { nice, childrenCpuTime } = recordOf(process);
	const { signalMasks } = task ?? {};
	// As 31 bits: what came after them is in status.
	const low = (bits: bigint | undefined): string => String((bits ?? 0n) & 0x7fff_ffffn);
	const { resident } = memorySums(process);
	const fields: Array<number | string> = [
		task?.tidIn(pids) ?? process.pidIn(pids),
		`(${commOf(process, task)})`,
		stateOf(process, task),
		process.parent?.pidIn(pids) ?? 0,
		group(process.pgid),
		group(process.sid),
		terminal?.device ?? 0,
		terminal ? group(terminal.foreground) || -1 : -1,
		// flags, minflt, cminflt, majflt, cmajflt
		...[4194304, 0, 0, 0, 0],
		// utime, stime, cutime, cstime
		...[Math.floor((task ? taskTime(process, task) : process.cpuTime) / TICK), 0, Math.floor(childrenCpuTime / TICK), 0],
		// priority, nice, num_threads, itrealvalue
		...[20 + nice, nice, Math.max(1, threads(process).length), 0],
		Math.floor(process.startTime / TICK),
		process.memorySize,
		Math.floor(resident / PAGE),
		"18446744073709551615",
		// addresses
		...new Array<number>(5).fill(0),
		...[low(signalMasks?.pending), low(signalMasks?.blocked), low(signalMasks?.ignored), low(signalMasks?.caught)],
		// wchan, swapped pages
		...new Array<number>(3).fill(0),
		// exit_signal, processor, rt_priority, policy, delays, guest times, addresses, exit_code
		...[17, 0, 0, 0, 0, 0, 0],
		...new Array<number>(8).fill(0),
	];
	return `${fields.join(" ")}\n`;
}
/** The process's, seen by its first thread; a thread's own, seen by another. */
const taskTime = (process: Process, task: Task): number =>
	recordOf(process).leader === task ? process.cpuTime : taskRecord(task).cpuTime;
export function statmText(process: Process): string {
	const sums = memorySums(process);
	const pages = [process.memorySize, sums.resident, sums.files + sums.shared, sums.executable, 0, sums.data + sums.stack, 0];
	return `${pages.map((bytes) => Math.floor(bytes / PAGE)).join(" ")}\n`;
}

const LIMITS: ReadonlyArray<[resource: number, name: string, unit: string]> = [
	[0, "Max cpu time", "seconds"],
	[1, "Max file size", "bytes"],
	[2, "Max data size", "bytes"],
	[3, "Max stack size", "bytes"],
	[4, "Max core file size", "bytes"],
	[5, "Max resident set", "bytes"],
	[6, "Max processes", "processes"],
	[7, "Max open files", "files"],
	[8, "Max locked memory", "bytes"],
	[9, "Max address space", "bytes"],
	[10, "Max file locks", "locks"],
	[11, "Max pending signals", "signals"],
	[12, "Max msgqueue size", "bytes"],
	[13, "Max nice priority", ""],
	[14, "Max realtime priority", ""],
	[15, "Max realtime timeout", "us"],
];
export function limitsText({ limits }: Process): string {
	const show = (value: number | undefined): string =>
		value === undefined || !Number.isFinite(value) || value > 2 ** 62 ? "unlimited" : String(value);
	const line = (name: string, soft: string, hard: string, unit: string): string =>
		`${name.padEnd(25)} ${soft.padEnd(20)} ${hard.padEnd(20)} ${unit?.padEnd(10)}\n`;
	return (
		line("Limit", "Soft Limit", "Hard Limit", "Units") +
		LIMITS.map(([resource, name, unit]) => {
			const limit = limits.get(resource);
			return line(name, show(limit?.soft), show(limit?.hard), unit);
		}).join("")
	);
}
/** "0::" and the path as seen from the reader's cgroup namespace. */
export function cgroupText(process: Process, reader: Task): string {
	const { root } = reader.namespaces.cgroup;
	const { cgroup } = process;
	if (root === "/") return `0::${cgroup}\n`;
	if (cgroup === root) return "0::/\n";
	if (cgroup.startsWith(`${root}/`)) return `0::${cgroup.slice(root.length)}\n`;
	const up = root
		.split("/")
		.slice(1)
		.map(() => "..");
	return `0::/${up.join("/")}${cgroup === "/" ? "" : cgroup}\n`;
}
