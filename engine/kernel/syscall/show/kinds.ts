// How each kind of argument is shown: what strace(1) prints for it. Kinds that only the finished call can show are `out`.

import { signalName } from "../../proc/signal/numbers";
import type { ArgumentKind } from "../row";
import type { Kind, ShownCall } from "./call";
import type { Flags, Values } from "./names";
import * as names from "./names";
import { message, socketAddress, socketLevel, socketOption, socketProtocol, socketType } from "./sockets";
import * as structures from "./structures";
import { clipped, clippedHex, flagSet, hex, octal, oneOf, pointer } from "./text";

const plain = (show: (value: number) => string): Kind => ({ show: (_call, value) => show(value) });
const values = (table: Values): Kind => plain((value) => oneOf(table)(value | 0));
const flags = (table: Flags, zero?: string): Kind => plain((value) => flagSet(table, value, zero));
/** Read from memory before the call. */
const given = (show: (call: ShownCall, address: number, index: number) => string): Kind => ({ show });
/** Read from memory when the call has succeeded; else its address. */
const filled = (show: (call: ShownCall, address: number, index: number) => string): Kind => ({
	out: true,
	show: (call, address, index) => (address !== 0 && call.succeeded ? show(call, address, index) : pointer(address)),
});

const AT_FDCWD = -100;
const DEVICES = new Set([0o020000, 0o060000]);
/** WAIT, LOCK_PI, WAIT_BITSET, WAIT_REQUEUE_PI, LOCK_PI2: the fourth argument is a time. */
const FUTEX_WITH_TIMEOUT = new Set([0, 6, 9, 11, 13]);
const O_CREATES = 0o20000100;
const GET_NAME = 16;
const SET_NAME = 15;
const F = { DUPFD: 0, SETFD: 2, GETFL: 3, SETFL: 4, DUPFD_CLOEXEC: 1030 };
/** Calls of fcntl(2) whose third argument is not there. */
const WITHOUT_ARGUMENT = new Set([1, 3, 9, 11, 1025, 1032, 1034]);

const bytes = (call: ShownCall, address: number, length: number, show = clipped): string => {
	if (address === 0) return "NULL";
	const there = call.memory?.readable(address, Math.min(length, call.limit + 1));
	return there ? show(there, call.limit, length) : pointer(address);
};
const string = (call: ShownCall, address: number, limit = call.limit): string => {
	if (address === 0) return "NULL";
	const there = call.string(address);
	return there ? clipped(there, limit) : pointer(address);
};
const resultOf = (call: ShownCall): number => Number(call.result ?? 0);
/** O_WRONLY|O_CREAT, of open(2). */
export const openFlags = (value: number): string => {
	const rest = flagSet(names.OPEN, value & ~3, "");
	return names.OPEN_ACCESS[value & 3] + (rest && `|${rest}`);
};
const cloneFlags = (value: number): string => {
	const signal = value & 0xff;
	const words = [flagSet(names.CLONE, value & ~0xff, ""), signal ? signalName(signal) : ""].filter(Boolean);
	return words.join("|") || "0";
};
const futexOperation = (value: number): string => {
	const { FUTEX_PRIVATE, FUTEX_REALTIME } = names;
	const name = oneOf(names.FUTEX)(value & ~(FUTEX_PRIVATE | FUTEX_REALTIME));
	return `${name}${value & FUTEX_PRIVATE ? "_PRIVATE" : ""}${value & FUTEX_REALTIME ? "|FUTEX_CLOCK_REALTIME" : ""}`;
};
function fcntlArgument(call: ShownCall, value: number, index: number): string {
	const command = call.argument(index - 1);
	if (command === F.SETFD) return value & 1 ? "FD_CLOEXEC" : "0";
	if (command === F.SETFL) return openFlags(value);
	if (command === F.DUPFD || command === F.DUPFD_CLOEXEC) return String(value | 0);
	return value > 0xffff ? hex(value) : String(value | 0);
}
const integerPointer = (call: ShownCall, address: number): string =>
	call.structure(address, 4, (view) => `[${view.getInt32(0, true)}]`);
const window = (call: ShownCall, address: number): string =>
	call.structure(
		address,
		8,
		(view) =>
			`{ws_row=${view.getUint16(0, true)}, ws_col=${view.getUint16(2, true)}, ws_xpixel=${view.getUint16(4, true)}, ws_ypixel=${view.getUint16(6, true)}}`,
	);
const IOCTL_WINDOW = new Set([0x5413, 0x5414]);
const IOCTL_NUMBER = new Set([0x540f, 0x5410, 0x541b, 0x5421, 0x5429, 0x80045430, 0x40045431]);
function ioctlArgument(call: ShownCall, value: number, index: number): string {
	const request = call.argument(index - 1) >>> 0;
	if (!call.succeeded) return pointer(value);
	if (IOCTL_WINDOW.has(request)) return window(call, value);
	if (IOCTL_NUMBER.has(request)) return integerPointer(call, value);
	return pointer(value);
}

/** A trailing argument that this call does not use is left out: its kind answers this. */
export const ABSENT = "";

export const kinds: Readonly<Record<ArgumentKind, Kind>> = {
	// ---- numbers
	int: plain((value) => String(value | 0)),
	uint: plain((value) => String(value >>> 0)),
	size: plain(String),
	offset: plain(String),
	pid: plain((value) => String(value | 0)),
	id: plain((value) => String(value | 0)),
	address: plain(pointer),
	mode: plain(octal),
	fileMode: plain(structures.fileMode),
	device: plain(hex),
	/** Only where the mode before it is a device's. */
	makeDevice: {
		show: (call, value, index) => (DEVICES.has(call.argument(index - 1) & 0o170000) ? structures.device(BigInt(value)) : ABSENT),
	},
	// ---- descriptors and paths
	fd: plain((value) => String(value | 0)),
	dirfd: plain((value) => ((value | 0) === AT_FDCWD ? "AT_FDCWD" : String(value | 0))),
	path: given((call, address) => string(call, address, 4096)),
	string: given((call, address) => string(call, address)),
	outPath: filled((call, address) => bytes(call, address, resultOf(call))),
	outString: filled((call, address) => string(call, address)),
	// ---- bytes: the length is the next argument
	buffer: given((call, address, index) => bytes(call, address, call.argument(index + 1))),
	outBuffer: filled((call, address) => bytes(call, address, resultOf(call))),
	randomBytes: filled((call, address) => bytes(call, address, resultOf(call), clippedHex)),
	vectors: given((call, address, index) => structures.vectors(call, address, call.argument(index + 1), Infinity)),
	outVectors: filled((call, address, index) => structures.vectors(call, address, call.argument(index + 1), resultOf(call))),
	argv: given(structures.stringArray),
	envp: given(structures.countedPointer),
	// ---- flags and choices
	flags: plain((value) => (value === 0 ? "0" : hex(value >>> 0))),
	openFlags: plain(openFlags),
	/** Only where the flags before it create a file. */
	openMode: { show: (call, value, index) => (call.argument(index - 1) & O_CREATES ? octal(value) : ABSENT) },
	descriptorFlags: flags(names.OPEN),
	atFlags: flags(names.AT),
	accessMode: flags(names.ACCESS, "F_OK"),
	whence: values(names.WHENCE),
	prot: flags(names.PROT, "PROT_NONE"),
	mapFlags: flags(names.MAP),
	remapFlags: flags(names.MREMAP),
	syncFlags: flags(names.MSYNC),
	advice: values(names.MADVISE),
	fileAdvice: values(names.FADVISE),
	cloneFlags: plain(cloneFlags),
	mountFlags: flags(names.MOUNT),
	umountFlags: flags(names.UMOUNT),
	renameFlags: flags(names.RENAME),
	xattrFlags: flags(names.XATTR),
	spliceFlags: flags(names.SPLICE),
	allocateMode: flags(names.FALLOCATE),
	closeFlags: flags(names.CLOSE_RANGE),
	memfdFlags: flags(names.MEMFD),
	eventfdFlags: flags(names.EVENTFD),
	timerfdFlags: flags(names.TIMERFD),
	signalfdFlags: flags(names.SIGNALFD),
	epollFlags: flags(names.EPOLL_CREATE),
	inotifyFlags: flags(names.INOTIFY_INIT),
	inotifyMask: flags(names.INOTIFY_EVENTS),
	lockOperation: flags(names.FLOCK),
	randomFlags: flags(names.RANDOM),
	timerFlags: flags(names.TIMER),
	clockid: values(names.CLOCK),
	itimer: values(names.ITIMER),
	resource: values(names.RLIMIT),
	usageOf: values(names.RUSAGE),
	priorityOf: values(names.PRIORITY),
	scheduling: values(names.SCHEDULING),
	prctlOption: values(names.PRCTL),
	archOption: values(names.ARCH_PRCTL),
	prctlArgument: {
		out: true,
		show(call, value, index) {
			const option = call.argument(index - 1);
			if (option === SET_NAME || (option === GET_NAME && call.succeeded)) return string(call, value);
			return value > 0xffff ? hex(value) : String(value);
		},
	},
	futexOperation: plain(futexOperation),
	futexArgument: {
		show: (call, value) => (FUTEX_WITH_TIMEOUT.has(call.argument(1) & 0x7f) ? structures.timespec(call, value) : pointer(value)),
	},
	// ---- fcntl and ioctl
	fcntlCommand: values(names.FCNTL),
	fcntlArgument: {
		show: (call, value, index) => (WITHOUT_ARGUMENT.has(call.argument(index - 1)) ? ABSENT : fcntlArgument(call, value, index)),
	},
	ioctlRequest: plain((value) => oneOf(names.IOCTL)(value >>> 0)),
	ioctlArgument: { out: true, show: ioctlArgument },
	// ---- what files are
	stat: filled(structures.stat),
	statx: filled(structures.statx),
	statfs: filled(structures.statfs),
	directoryEntries: filled(structures.directoryEntries),
	descriptorPair: filled((call, address) =>
		call.structure(address, 8, (view) => `[${view.getInt32(0, true)}, ${view.getInt32(4, true)}]`),
	),
	// ---- time
	timespec: given(structures.timespec),
	outTimespec: filled(structures.timespec),
	timeval: given(structures.timeval),
	outTimeval: filled(structures.timeval),
	utimes: given(structures.utimes),
	itimerspec: given(structures.intervalTimer("nsec")),
	outItimerspec: filled(structures.intervalTimer("nsec")),
	itimerval: given(structures.intervalTimer("usec")),
	outItimerval: filled(structures.intervalTimer("usec")),
	// ---- processes
	idType: values(names.ID_TYPE),
	waitFlags: flags(names.WAIT),
	waitStatus: filled((call, address) => (resultOf(call) > 0 ? structures.waitStatus(call, address) : pointer(address))),
	rlimit: given(structures.rlimit),
	outRlimit: filled(structures.rlimit),
	rusage: filled(structures.rusage),
	utsname: filled(structures.utsname),
	sysinfo: filled(structures.sysinfo),
	outInt: filled(integerPointer),
	outLong: filled((call, address) => call.structure(address, 8, (view) => `[${view.getBigInt64(0, true)}]`)),
	// ---- signals
	signal: plain((value) => (value === 0 ? "0" : signalName(value | 0))),
	signalHow: values(names.SIGNAL_HOW),
	sigset: given(structures.signalSet),
	outSigset: filled(structures.signalSet),
	sigaction: given(structures.signalAction),
	outSigaction: filled(structures.signalAction),
	signalStack: given(structures.signalStack),
	outSignalStack: filled(structures.signalStack),
	// ---- waiting for several: the count is the next argument, for select the first
	pollfds: given((call, address, index) => structures.pollRequests(call, address, call.argument(index + 1))),
	epollOperation: values(names.EPOLL_CTL),
	epollEvent: given(structures.epollEvent),
	epollEvents: filled((call, address) => structures.epollEvents(call, address, resultOf(call))),
	descriptors: given((call, address) => structures.descriptorSet(call, address, call.argument(0))),
	// ---- sockets
	domain: values(names.DOMAIN),
	socketType: plain((value) => socketType(value | 0)),
	socketFlags: flags(names.SOCKET_FLAGS),
	protocol: { show: (call, value, index) => socketProtocol(call.argument(index - 2), value | 0) },
	socketAddress: given((call, address, index) => socketAddress(call, address, call.argument(index + 1))),
	outSocketAddress: filled((call, address, index) => {
		const length = call.memory?.u32(call.argument(index + 1));
		return length === undefined ? pointer(address) : socketAddress(call, address, length);
	}),
	messageFlags: flags(names.MESSAGE),
	message: given((call, address) =>
		message(call, address, Infinity, (at, count, most) => structures.vectors(call, at, count, most)),
	),
	outMessage: filled((call, address) =>
		message(call, address, resultOf(call), (at, count, most) => structures.vectors(call, at, count, most)),
	),
	shutdownHow: values(names.SHUTDOWN),
	socketLevel: plain((value) => socketLevel(value | 0)),
	socketOption: { show: (call, value, index) => socketOption(call.argument(index - 1), value | 0) },
	optionValue: given((call, address, index) =>
		call.argument(index + 1) === 4 ? integerPointer(call, address) : bytes(call, address, call.argument(index + 1)),
	),
	outOptionValue: filled((call, address, index) => {
		const length = call.memory?.u32(call.argument(index + 1)) ?? 0;
		return length === 4 ? integerPointer(call, address) : bytes(call, address, length);
	}),
};
