// The system calls as a native program sees them: the only door from a program to the kernel.
//
// A native program is a TypeScript function in place of machine code. It is a process like any other: it has a PID,
// descriptors, credentials, namespaces and signals, and appears in `ps`. Names and meanings are those of man 2; a failing
// call throws SysError with the errno's name. Several calls of one process may be under way at once, as threads would have them.
// When a process is killed, its calls under way never settle: nothing of it runs any further.

import type { ErrnoName } from "./lib/errno";

export type NativeMain = (sys: Sys, argv: string[], env: string[]) => Promise<number>;

export class SysError extends Error {
	override readonly name = "SysError";
	constructor(
		readonly errno: ErrnoName,
		readonly call: string,
		readonly detail = "",
	) {
		const { stackTraceLimit } = errors;
		errors.stackTraceLimit = 0;
		super(detail ? `${call} ${detail}: ${errno}` : `${call}: ${errno}`);
		errors.stackTraceLimit = stackTraceLimit;
	}
}
/**
 * Programs ask whether a file is there by trying, so failing calls are many, and a stack costs more than most calls. It would
 * show the kernel, not who called: the promise is rejected from there. (Where an engine knows no such limit, nothing changes.)
 */
const errors = Error as unknown as { stackTraceLimit: number };

/** struct stat. Times are nanoseconds since 1970. */
export interface Stat {
	dev: number;
	ino: number;
	/** Type and permission bits, as S_IFMT | 07777. */
	mode: number;
	nlink: number;
	uid: number;
	gid: number;
	rdev: number;
	size: number;
	blksize: number;
	blocks: number;
	atime: bigint;
	mtime: bigint;
	ctime: bigint;
}
export interface DirEntry {
	name: string;
	ino: number;
	/** DT_* of readdir(3). */
	type: number;
}
export interface StatFs {
	type: number;
	bsize: number;
	blocks: number;
	bfree: number;
	/** As bfree when left out. */
	bavail?: number;
	files: number;
	ffree: number;
	namelen: number;
}
export interface WinSize {
	rows: number;
	cols: number;
}
export interface PollFd {
	fd: number;
	/** POLLIN | POLLOUT … */
	events: number;
	revents?: number;
}
export interface WaitResult {
	pid: number;
	/** As wait(2) encodes it: use exitStatus() and termSignal(). */
	status: number;
}
export type SocketFamily = "unix" | "inet" | "inet6" | "netlink";
/** `path` begins with NUL for an abstract name; `address` is the usual text; `scope` is the interface of a link-local address. */
export type SocketAddress =
	| { family: "unix"; path: string }
	| { family: "inet"; address: string; port: number }
	| { family: "inet6"; address: string; port: number; scope?: number }
	| { family: "netlink"; pid: number; groups: number };
/** A message and who sent it; without `from` where the other has no name. */
export interface Datagram {
	bytes: Uint8Array;
	from?: SocketAddress;
}
export interface Message {
	bytes: Uint8Array;
	/** Descriptors that came by SCM_RIGHTS, already in this process's table. */
	fds: number[];
}
/** What a watched process did: a line of JSON each, see watchCalls. `pid` is the task's number, `time` µs since 1970. */
export type Report = { pid: number; time: number } & (
	| { kind: "call"; name: string; args: string[]; result: string; began: number; ended: number }
	/** A call that has begun and waits; `args` as far as they are known, `whole` when these are all. */
	| { kind: "waits"; name: string; args: string[]; whole: boolean; began: number }
	/** `fields` as strace(1) writes a siginfo_t. */
	| { kind: "signal"; name: string; fields: string }
	| { kind: "attached" }
	/** `status` as wait(2) encodes it. */
	| { kind: "ended"; status: number }
	/** The reader was too slow. */
	| { kind: "lost"; count: number }
);
/** struct termios; the c_cc array is the kernel's order. */
export interface Termios {
	iflag: number;
	oflag: number;
	cflag: number;
	lflag: number;
	cc: Uint8Array;
}
export interface CloneOptions {
	/** CLONE_NEW* flags; 0 is a plain fork. */
	flags: number;
	/** The child begins here, with its own Sys. What it returns is its exit code. */
	main: (sys: Sys) => Promise<number>;
	/** What /proc/PID/cmdline shows; the parent's when left out. */
	argv?: string[];
}

/** A rule about devices, as config.json has them (linux.resources.devices). A number that is missing or -1 stands for all. */
export interface DeviceRule {
	allow: boolean;
	/** "a" (or none) all, "b" block, "c" character. */
	type?: string;
	major?: number;
	minor?: number;
	/** Letters of "rwm": read, write, mknod; all when left out. */
	access?: string;
}

export interface Sys {
	// ---- files (man 2 open, read, …). Relative paths are seen from the working directory.
	open(path: string, flags: number, mode?: number): Promise<number>;
	/** At most `count` bytes; an empty array at the end of the file. */
	read(fd: number, count: number): Promise<Uint8Array>;
	/** Returns how many bytes were taken, which may be fewer. */
	write(fd: number, bytes: Uint8Array): Promise<number>;
	pread(fd: number, count: number, offset: number): Promise<Uint8Array>;
	pwrite(fd: number, bytes: Uint8Array, offset: number): Promise<number>;
	lseek(fd: number, offset: number, whence: number): Promise<number>;
	close(fd: number): Promise<void>;
	dup(fd: number): Promise<number>;
	dup3(fd: number, to: number, flags: number): Promise<number>;
	/** F_GETFL, F_SETFL, F_GETFD, F_SETFD. */
	fcntl(fd: number, command: number, argument?: number): Promise<number>;
	pipe2(flags: number): Promise<[read: number, write: number]>;
	stat(path: string): Promise<Stat>;
	lstat(path: string): Promise<Stat>;
	fstat(fd: number): Promise<Stat>;
	statfs(path: string): Promise<StatFs>;
	/** The whole directory, without . and .., in the file system's order. */
	readdir(path: string): Promise<DirEntry[]>;
	access(path: string, mode: number): Promise<void>;
	mkdir(path: string, mode: number): Promise<void>;
	rmdir(path: string): Promise<void>;
	unlink(path: string): Promise<void>;
	rename(from: string, to: string): Promise<void>;
	link(from: string, to: string): Promise<void>;
	symlink(target: string, path: string): Promise<void>;
	readlink(path: string): Promise<string>;
	mknod(path: string, mode: number, rdev: number): Promise<void>;
	chmod(path: string, mode: number): Promise<void>;
	chown(path: string, uid: number, gid: number): Promise<void>;
	lchown(path: string, uid: number, gid: number): Promise<void>;
	/** Nanoseconds since 1970; does not follow a symlink when `nofollow`. */
	utimens(path: string, atime: bigint, mtime: bigint, nofollow?: boolean): Promise<void>;
	truncate(path: string, size: number): Promise<void>;
	ftruncate(fd: number, size: number): Promise<void>;
	fsync(fd: number): Promise<void>;
	lgetxattr(path: string, name: string): Promise<Uint8Array>;
	lsetxattr(path: string, name: string, value: Uint8Array, flags?: number): Promise<void>;
	llistxattr(path: string): Promise<string[]>;
	lremovexattr(path: string, name: string): Promise<void>;
	umask(mask: number): Promise<number>;
	chdir(path: string): Promise<void>;
	fchdir(fd: number): Promise<void>;
	getcwd(): Promise<string>;
	chroot(path: string): Promise<void>;
	ioctl(fd: number, request: number, argument?: number): Promise<number>;
	poll(fds: PollFd[], timeoutMs: number): Promise<PollFd[]>;

	// ---- terminals
	isatty(fd: number): Promise<boolean>;
	tcgetattr(fd: number): Promise<Termios>;
	tcsetattr(fd: number, termios: Termios): Promise<void>;
	getwinsize(fd: number): Promise<WinSize>;
	setwinsize(fd: number, size: WinSize): Promise<void>;
	/** TIOCSCTTY. */
	setctty(fd: number): Promise<void>;
	tcsetpgrp(fd: number, pgid: number): Promise<void>;
	/** Opens /dev/ptmx (or `ptmx`), unlocks it; the other end's path is seen from this mount namespace. */
	openpt(ptmx?: string): Promise<{ fd: number; path: string; number: number }>;

	// ---- sockets
	/** `protocol` is IPPROTO_* or NETLINK_*; left out it is the usual one. Raw sockets need CAP_NET_RAW. */
	socket(family: SocketFamily, type: "stream" | "dgram" | "raw", flags?: number, protocol?: number): Promise<number>;
	/** Two that are connected to each other; only "unix" has them. */
	socketpair(family: SocketFamily, type: "stream" | "dgram", flags?: number): Promise<[number, number]>;
	bind(fd: number, address: SocketAddress): Promise<void>;
	listen(fd: number, backlog: number): Promise<void>;
	accept(fd: number): Promise<number>;
	connect(fd: number, address: SocketAddress): Promise<void>;
	shutdown(fd: number, how: "read" | "write" | "both"): Promise<void>;
	getsockname(fd: number): Promise<SocketAddress>;
	getpeername(fd: number): Promise<SocketAddress>;
	/** Without an address to whom the socket is connected to, with MSG_ZEROCOPY: nobody may change the bytes any more. */
	sendto(fd: number, bytes: Uint8Array, address?: SocketAddress): Promise<number>;
	recvfrom(fd: number, count: number): Promise<Datagram>;
	/** `value` is the option's structure as man 7 socket (ip, tcp, netlink …) has it, mostly an int of 4 bytes. */
	setsockopt(fd: number, level: number, option: number, value: Uint8Array): Promise<void>;
	/** At most `length` bytes. `before` is what the buffer holds at first: some options read their question from it. */
	getsockopt(fd: number, level: number, option: number, length: number, before?: Uint8Array): Promise<Uint8Array>;
	sendmsg(fd: number, bytes: Uint8Array, fds: number[]): Promise<number>;
	recvmsg(fd: number, count: number): Promise<Message>;

	// ---- processes
	getpid(): number;
	getppid(): Promise<number>;
	getuid(): number;
	getgid(): number;
	clone(options: CloneOptions): Promise<number>;
	/** Never returns when it succeeds. */
	execve(path: string, argv: string[], env: string[]): Promise<never>;
	/** fork + execve in one, as posix_spawn(3): `fds[i]` becomes descriptor i of the child, all others are closed. */
	spawn(path: string, argv: string[], env: string[], options?: SpawnOptions): Promise<number>;
	exit(code: number): never;
	/** pid > 0, -1 (any) or -pgid. With WNOHANG and nothing to report: pid 0. */
	wait4(pid: number, options?: number): Promise<WaitResult>;
	kill(pid: number, signal: number): Promise<void>;
	/** A handler of this program, or the default, or ignoring. */
	sigaction(signal: number, action: (() => void) | "default" | "ignore"): Promise<void>;
	/**
	 * A descriptor to read what the process does, as lines of JSON (Report); with `follow` its children as well. It stands in
	 * for ptrace(2). `limit`: so many bytes of strings are shown. Errors: ESRCH, EPERM.
	 */
	watchCalls(pid: number, options?: { follow?: boolean; limit?: number }): Promise<number>;
	setpgid(pid: number, pgid: number): Promise<void>;
	setsid(): Promise<number>;
	setuid(uid: number): Promise<void>;
	setgid(gid: number): Promise<void>;
	setgroups(gids: number[]): Promise<void>;
	setrlimit(resource: number, soft: number, hard: number): Promise<void>;
	/** PR_SET_CHILD_SUBREAPER, PR_SET_NAME (as text), PR_SET_NO_NEW_PRIVS, PR_SET_PDEATHSIG, PR_CAPBSET_DROP. */
	prctl(option: number, argument: number | string): Promise<number>;
	/** seccomp(2) with SECCOMP_SET_MODE_FILTER: instructions of classic BPF (lib/bpf). Counts for the program that is executed next. */
	seccomp(filter: Uint8Array, flags?: number): Promise<void>;
	/**
	 * What devices the processes of a control group, and of those below, may use: its directory, and rules of which later ones
	 * change what earlier ones said. It stands for bpf(2) with a program of BPF_CGROUP_DEVICE. Errors: EPERM, EINVAL.
	 */
	attachDeviceRules(directory: string, rules: readonly DeviceRule[]): Promise<void>;
	/** Effective = permitted = the set; bounding as given; bit n is capability n. */
	capset(sets: { effective: bigint; permitted: bigint; inheritable: bigint; bounding: bigint; ambient: bigint }): Promise<void>;
	nanosleep(ms: number): Promise<void>;

	// ---- namespaces and mounts
	unshare(flags: number): Promise<void>;
	/** `fd` of a /proc/PID/ns/* file; `type` as CLONE_NEW*, or 0 for any. */
	setns(fd: number, type: number): Promise<void>;
	mount(source: string, target: string, type: string, flags: number, data: string): Promise<void>;
	umount2(target: string, flags: number): Promise<void>;
	pivotRoot(newRoot: string, putOld: string): Promise<void>;
	sethostname(name: string): Promise<void>;
	setdomainname(name: string): Promise<void>;
	uname(): Promise<{ sysname: string; nodename: string; release: string; version: string; machine: string }>;

	// ---- time and chance
	/** Nanoseconds since 1970. */
	now(): bigint;
	/** Milliseconds since boot, with fractions. */
	monotonic(): number;
	getrandom(count: number): Uint8Array;
}

export interface SpawnOptions {
	fds?: number[];
	cwd?: string;
	/** Starts a session of its own, with descriptor 0 as its terminal when that is a tty. */
	setsid?: boolean;
	/** A process group of its own. */
	setpgid?: boolean;
}

/** The exit code when it exited, else undefined. */
export const exitStatus = (status: number): number | undefined => ((status & 0x7f) === 0 ? (status >> 8) & 0xff : undefined);
/** The signal that ended it, else undefined. */
export const termSignal = (status: number): number | undefined =>
	(status & 0x7f) !== 0 && (status & 0xff) !== 0x7f ? status & 0x7f : undefined;
/** As a shell reports it: the exit code, or 128 + signal. */
export const shellCode = (status: number): number => exitStatus(status) ?? 128 + (termSignal(status) ?? 0);
