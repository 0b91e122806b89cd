// The structures that system calls take and give, as strace(1) writes them. Layouts are x86-64's.

import { text } from "../../../lib/bytes";
import { signalName } from "../../proc/signal/numbers";
import type { ShownCall } from "./call";
import { EPOLL_EVENTS, POLL_EVENTS, SIGNAL_ACTION, STACK } from "./names";
import { clipped, flagSet, hex, octal, pointer, quoted } from "./text";

const long = (view: DataView, at: number): number => Number(view.getBigInt64(at, true));

// ---- files
const FILE_TYPES = new Map([
	[0o140000, "S_IFSOCK"],
	[0o120000, "S_IFLNK"],
	[0o100000, "S_IFREG"],
	[0o060000, "S_IFBLK"],
	[0o040000, "S_IFDIR"],
	[0o020000, "S_IFCHR"],
	[0o010000, "S_IFIFO"],
]);
/** S_IFREG|S_ISUID|0755. */
export function fileMode(mode: number): string {
	const type = FILE_TYPES.get(mode & 0o170000);
	const bits = [
		[0o4000, "S_ISUID"],
		[0o2000, "S_ISGID"],
		[0o1000, "S_ISVTX"],
	] as const;
	const words = [type, ...bits.filter(([value]) => mode & value).map(([, name]) => name), octal(mode & 0o777)];
	return words.filter(Boolean).join("|");
}
export const device = (number: bigint): string => {
	const value = Number(number);
	const major = (value >>> 8) & 0xfff;
	const minor = (value & 0xff) | ((value >>> 12) & 0xfff00);
	return `makedev(${hex(major)}, ${hex(minor)})`;
};
export const stat = (call: ShownCall, address: number): string =>
	call.structure(address, 144, (view) => {
		const mode = view.getUint32(24, true);
		const type = mode & 0o170000;
		const special = type === 0o020000 || type === 0o060000;
		const size = special ? `st_rdev=${device(view.getBigUint64(40, true))}` : `st_size=${long(view, 48)}`;
		return `{st_mode=${fileMode(mode)}, ${size}, ...}`;
	});
export const statx = (call: ShownCall, address: number): string =>
	call.structure(
		address,
		256,
		(view) =>
			`{stx_mask=${hex(view.getUint32(0, true))}, stx_attributes=${view.getBigUint64(8, true)}, stx_mode=${fileMode(view.getUint16(28, true))}, stx_size=${view.getBigUint64(40, true)}, ...}`,
	);
const FILE_SYSTEMS: Readonly<Record<number, string>> = {
	2035054128: "OVERLAYFS_SUPER_MAGIC",
	16914836: "TMPFS_MAGIC",
	40864: "PROC_SUPER_MAGIC",
	1650812274: "SYSFS_MAGIC",
	7377: "DEVPTS_SUPER_MAGIC",
	1667723888: "CGROUP2_SUPER_MAGIC",
	1346981957: "PIPEFS_MAGIC",
};
export const statfs = (call: ShownCall, address: number): string =>
	call.structure(address, 120, (view) => {
		const type = long(view, 0);
		return `{f_type=${FILE_SYSTEMS[type] ?? hex(type)}, f_bsize=${long(view, 8)}, f_blocks=${long(view, 16)}, f_bfree=${long(view, 24)}, f_bavail=${long(view, 32)}, ...}`;
	});
/** How many struct linux_dirent64 there are. */
export function directoryEntries(call: ShownCall, address: number): string {
	const length = Number(call.result);
	const bytes = call.memory?.readable(address, length);
	if (!bytes) return pointer(address);
	const view = new DataView(bytes.buffer, bytes.byteOffset, length);
	let count = 0;
	for (let at = 0; at + 18 < length; at += view.getUint16(at + 16, true)) count++;
	return `${pointer(address)} /* ${count} entries */`;
}

// ---- time
const seconds = (view: DataView, unit: "nsec" | "usec", at = 0): string =>
	`{tv_sec=${view.getBigInt64(at, true)}, tv_${unit}=${view.getBigInt64(at + 8, true)}}`;
export const timespec = (call: ShownCall, address: number): string =>
	call.structure(address, 16, (view) => seconds(view, "nsec"));
export const timeval = (call: ShownCall, address: number): string => call.structure(address, 16, (view) => seconds(view, "usec"));
const UTIME_NOW = 0x3fffffffn;
const UTIME_OMIT = 0x3ffffffen;
/** Two times, of access and modification. */
export const utimes = (call: ShownCall, address: number): string =>
	call.structure(address, 32, (view) => {
		const one = (at: number): string => {
			const nanos = view.getBigInt64(at + 8, true);
			return nanos === UTIME_NOW ? "UTIME_NOW" : nanos === UTIME_OMIT ? "UTIME_OMIT" : seconds(view, "nsec", at);
		};
		return `[${one(0)}, ${one(16)}]`;
	});
export const intervalTimer =
	(unit: "nsec" | "usec") =>
	(call: ShownCall, address: number): string =>
		call.structure(address, 32, (view) => `{it_interval=${seconds(view, unit, 0)}, it_value=${seconds(view, unit, 16)}}`);

// ---- processes
const INFINITY = 0xffffffffffffffffn;
export const rlimit = (call: ShownCall, address: number): string => {
	const limit = (value: bigint): string =>
		value === INFINITY ? "RLIM64_INFINITY" : value > 1024n && value % 1024n === 0n ? `${value / 1024n}*1024` : String(value);
	return call.structure(
		address,
		16,
		(view) => `{rlim_cur=${limit(view.getBigUint64(0, true))}, rlim_max=${limit(view.getBigUint64(8, true))}}`,
	);
};
export const rusage = (call: ShownCall, address: number): string =>
	call.structure(address, 144, (view) => `{ru_utime=${seconds(view, "usec", 0)}, ru_stime=${seconds(view, "usec", 16)}, ...}`);
/** [{WIFEXITED(s) && WEXITSTATUS(s) == 0}]. */
export function waitStatus(call: ShownCall, address: number): string {
	return call.structure(address, 4, (view) => {
		const status = view.getInt32(0, true);
		if ((status & 0xff) === 0x7f) return `[{WIFSTOPPED(s) && WSTOPSIG(s) == ${signalName((status >> 8) & 0xff)}}]`;
		if (status === 0xffff) return "[{WIFCONTINUED(s)}]";
		if ((status & 0x7f) === 0) return `[{WIFEXITED(s) && WEXITSTATUS(s) == ${(status >> 8) & 0xff}}]`;
		return `[{WIFSIGNALED(s) && WTERMSIG(s) == ${signalName(status & 0x7f)}${status & 0x80 ? " && WCOREDUMP(s)" : ""}}]`;
	});
}
export const utsname = (call: ShownCall, address: number): string =>
	call.structure(address, 130, (_view, bytes) => {
		const name = (at: number): string => text(bytes.subarray(at, bytes.indexOf(0, at)));
		return `{sysname="${name(0)}", nodename="${name(65)}", ...}`;
	});
export const sysinfo = (call: ShownCall, address: number): string =>
	call.structure(
		address,
		112,
		(view) =>
			`{uptime=${long(view, 0)}, loads=[${[8, 16, 24].map((at) => long(view, at)).join(", ")}], totalram=${long(view, 32)}, freeram=${long(view, 40)}, ...}`,
	);

// ---- signals
/** [CHLD], ~[KILL STOP], []. */
export function signals(mask: bigint): string {
	const all = Array.from({ length: 64 }, (_, index) => index + 1);
	const inside = all.filter((signal) => mask & (1n << BigInt(signal - 1)));
	const name = (signal: number): string =>
		signal < 32 ? signalName(signal).slice(3) : signal === 32 ? "RTMIN" : `RT_${signal - 32}`;
	if (inside.length <= 32) return `[${inside.map(name).join(" ")}]`;
	return `~[${all
		.filter((signal) => !inside.includes(signal))
		.map(name)
		.join(" ")}]`;
}
export const signalSet = (call: ShownCall, address: number): string =>
	call.structure(address, 8, (view) => signals(view.getBigUint64(0, true)));
export const signalAction = (call: ShownCall, address: number): string =>
	call.structure(address, 32, (view) => {
		const handler = view.getBigUint64(0, true);
		const flags = view.getUint32(8, true);
		const shown = handler === 0n ? "SIG_DFL" : handler === 1n ? "SIG_IGN" : hex(handler);
		const restorer = flags & 0x4000000 ? `, sa_restorer=${hex(view.getBigUint64(16, true))}` : "";
		return `{sa_handler=${shown}, sa_mask=${signals(view.getBigUint64(24, true))}, sa_flags=${flagSet(SIGNAL_ACTION, flags)}${restorer}}`;
	});
export const signalStack = (call: ShownCall, address: number): string =>
	call.structure(
		address,
		24,
		(view) =>
			`{ss_sp=${pointer(Number(view.getBigUint64(0, true)))}, ss_flags=${flagSet(STACK, view.getUint32(8, true))}, ss_size=${long(view, 16)}}`,
	);

// ---- waiting for several
export const pollRequests = (call: ShownCall, address: number, count: number): string =>
	call.array(
		address,
		count,
		8,
		(view) => `{fd=${view.getInt32(0, true)}, events=${flagSet(POLL_EVENTS, view.getUint16(4, true))}}`,
	);
/** What poll(2) answered, for behind its result: ([{fd=3, revents=POLLIN}]). */
export function pollAnswers(call: ShownCall, address: number, count: number): string {
	const bytes = call.memory?.readable(address, count * 8);
	if (!bytes) return "";
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const ready: string[] = [];
	for (let at = 0; at < bytes.length; at += 8) {
		const events = view.getUint16(at + 6, true);
		if (events) ready.push(`{fd=${view.getInt32(at, true)}, revents=${flagSet(POLL_EVENTS, events)}}`);
	}
	return `[${ready.join(", ")}]`;
}
const epollEventShown = (view: DataView): string => {
	const data = view.getBigUint64(4, true);
	return `{events=${flagSet(EPOLL_EVENTS, view.getUint32(0, true))}, data={u32=${data & 0xffffffffn}, u64=${data}}}`;
};
export const epollEvent = (call: ShownCall, address: number): string => call.structure(address, 12, epollEventShown);
export const epollEvents = (call: ShownCall, address: number, count: number): string =>
	call.array(address, count, 12, epollEventShown);
/** fd_set: [0 3]. */
export const descriptorSet = (call: ShownCall, address: number, count: number): string =>
	call.structure(address, Math.ceil(count / 64) * 8, (_view, bytes) => {
		const inside: number[] = [];
		for (let fd = 0; fd < count; fd++) if (bytes[fd >> 3]! & (1 << (fd & 7))) inside.push(fd);
		return `[${inside.join(" ")}]`;
	});

// ---- bytes
export const vectors = (call: ShownCall, address: number, count: number, most: number): string => {
	let left = most;
	return call.array(address, count, 16, (view) => {
		const base = Number(view.getBigUint64(0, true));
		const length = Number(view.getBigUint64(8, true));
		const present = Math.min(length, left);
		left -= present;
		const bytes = call.memory?.readable(base, Math.min(present, call.limit));
		return `{iov_base=${bytes ? clipped(bytes, call.limit, present) : pointer(base)}, iov_len=${length}}`;
	});
};
export const stringArray = (call: ShownCall, address: number): string => {
	if (address === 0) return "NULL";
	const words: string[] = [];
	for (let at = address; ; at += 8) {
		const each = call.memory?.u64(at);
		if (!each) break;
		if (words.length === call.limit) return `[${words.join(", ")}, ...]`;
		const bytes = call.string(Number(each));
		words.push(bytes ? clipped(bytes, call.limit) : hex(each));
	}
	return `[${words.join(", ")}]`;
};
export function countedPointer(call: ShownCall, address: number): string {
	if (address === 0) return "NULL";
	let count = 0;
	while (call.memory?.u64(address + 8 * count)) count++;
	return `${pointer(address)} /* ${count} var${count === 1 ? "" : "s"} */`;
}
export const threadName = (bytes: Uint8Array): string => quoted(bytes.subarray(0, 15));
