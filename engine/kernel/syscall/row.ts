// One row of the system call table, and what a handler is given. Dispatch, the trace of calls and the list of unsupported
// ones come from the rows: syscall/{process,memory,signal,time}.ts (proc) and syscall/{file,directory,socket,poll}.ts (file).
// A handler decodes guest arguments, then calls an operation (file/ops, proc/…) that native programs use as well.

import type { Task } from "../task";
import type { Blocked } from "../wait";

/** How an argument is shown in a trace (show/kinds.ts), and nothing more. */
export type ArgumentKind =
	| "int"
	| "uint"
	| "size"
	| "offset"
	| "pid"
	| "id"
	| "address"
	| "mode"
	| "fileMode"
	| "device"
	| "makeDevice"
	| "fd"
	| "dirfd"
	| "path"
	| "string"
	| "outPath"
	| "outString"
	| "buffer"
	| "outBuffer"
	| "randomBytes"
	| "vectors"
	| "outVectors"
	| "argv"
	| "envp"
	| "flags"
	| "openFlags"
	| "openMode"
	| "descriptorFlags"
	| "atFlags"
	| "accessMode"
	| "whence"
	| "prot"
	| "mapFlags"
	| "remapFlags"
	| "syncFlags"
	| "advice"
	| "fileAdvice"
	| "cloneFlags"
	| "mountFlags"
	| "umountFlags"
	| "renameFlags"
	| "xattrFlags"
	| "spliceFlags"
	| "allocateMode"
	| "closeFlags"
	| "memfdFlags"
	| "eventfdFlags"
	| "timerfdFlags"
	| "signalfdFlags"
	| "epollFlags"
	| "inotifyFlags"
	| "inotifyMask"
	| "lockOperation"
	| "randomFlags"
	| "timerFlags"
	| "clockid"
	| "itimer"
	| "resource"
	| "usageOf"
	| "priorityOf"
	| "scheduling"
	| "prctlOption"
	| "archOption"
	| "prctlArgument"
	| "futexOperation"
	| "futexArgument"
	| "fcntlCommand"
	| "fcntlArgument"
	| "ioctlRequest"
	| "ioctlArgument"
	| "stat"
	| "statx"
	| "statfs"
	| "directoryEntries"
	| "descriptorPair"
	| "timespec"
	| "outTimespec"
	| "timeval"
	| "outTimeval"
	| "utimes"
	| "itimerspec"
	| "outItimerspec"
	| "itimerval"
	| "outItimerval"
	| "idType"
	| "waitFlags"
	| "waitStatus"
	| "rlimit"
	| "outRlimit"
	| "rusage"
	| "utsname"
	| "sysinfo"
	| "outInt"
	| "outLong"
	| "signal"
	| "signalHow"
	| "sigset"
	| "outSigset"
	| "sigaction"
	| "outSigaction"
	| "signalStack"
	| "outSignalStack"
	| "pollfds"
	| "epollOperation"
	| "epollEvent"
	| "epollEvents"
	| "descriptors"
	| "domain"
	| "socketType"
	| "socketFlags"
	| "protocol"
	| "socketAddress"
	| "outSocketAddress"
	| "messageFlags"
	| "message"
	| "outMessage"
	| "shutdownHow"
	| "socketLevel"
	| "socketOption"
	| "optionValue"
	| "outOptionValue";

/** A task that runs machine code: it has memory. */
export interface GuestTask extends Task {
	readonly memory: GuestMemory;
}

/** System call arguments: low 53 bits as signed numbers (exact for addresses, sizes, descriptors, small negatives). */
export type Arguments = readonly [number, number, number, number, number, number];

export interface SyscallRow {
	readonly number: number;
	/** As in man 2. */
	readonly name: string;
	readonly args: readonly ArgumentKind[];
	/** The result for rax: a number, a negative errno, or Blocked to be called again. 64-bit results may be bigint. */
	readonly handler: (task: GuestTask, args: Arguments) => number | bigint | Blocked | Blocked<number | bigint>;
	/** Signals wait until it is done: clone(2) with CLONE_VFORK. */
	readonly uninterruptible?: boolean;
	/** When it succeeds it has set the registers itself: execve, rt_sigreturn. */
	readonly keepsRegisters?: boolean;
}

/** Guest memory as system calls may touch it: every access is checked against the page protections. */
export interface GuestMemory {
	/** A view of readable bytes (valid until the next call into memory management), or undefined: EFAULT. */
	readable(address: number, length: number): Uint8Array | undefined;
	/** A view to write to, or undefined: EFAULT. Writes to it are already seen to as far as decoded code goes. */
	writable(address: number, length: number): Uint8Array | undefined;
	/** A NUL-terminated string of at most 4096 bytes: UTF-8, with invalid bytes kept by lib/bytes' byte-string convention; or EFAULT, ENAMETOOLONG. */
	path(address: number): string | number;
	u32(address: number): number | undefined;
	i32(address: number): number | undefined;
	u64(address: number): bigint | undefined;
	setU32(address: number, value: number): boolean;
	setU64(address: number, value: bigint): boolean;
}
