// Where the engine's answer is not this machine's, and why; and the calls that no case is about. Both lists are to be short.

export interface Difference {
	/** The case's name. */
	case: string;
	/** The lines of the native run, from the first that differs. */
	native: readonly string[];
	ours: readonly string[];
	why: string;
}

export const differences: readonly Difference[] = [
	{
		case: "truncation",
		native: ["truncate(too large): 0"],
		ours: ["truncate(too large): -1 EFBIG"],
		why: "a file has at most 16 TiB, and an offset at most 2^53-1",
	},
	{
		case: "lseek_whence",
		native: ["lseek(too far): 9223372036854775807", "lseek(overflow): -1 EINVAL"],
		ours: ["lseek(too far): -1 EOVERFLOW", "lseek(overflow): -1 EOVERFLOW"],
		why: "an offset is at most 2^53-1",
	},
	{
		case: "stats",
		native: ["  a hole: size 100000 blocks 8"],
		ours: ["  a hole: size 100000 blocks 200"],
		why: "a small gap at the end of a file is kept as zeros, and takes room as such",
	},
];

/** Calls of the table without a case. */
export const uncovered: Readonly<Record<string, string>> = {
	socket: "cases to come",
	socketpair: "cases to come",
	connect: "cases to come",
	accept: "cases to come",
	accept4: "cases to come",
	sendto: "cases to come",
	recvfrom: "cases to come",
	shutdown: "cases to come",
	bind: "cases to come",
	listen: "cases to come",
	getsockname: "cases to come",
	getpeername: "cases to come",
	setsockopt: "cases to come",
	getsockopt: "cases to come",
	sendmsg: "cases to come",
	recvmsg: "cases to come",
	sendmmsg: "cases to come",
	recvmmsg: "cases to come",
	getpid: "cases to come",
	gettid: "cases to come",
	getppid: "cases to come",
	clone: "cases to come",
	vfork: "cases to come",
	clone3: "cases to come",
	exit: "cases to come",
	exit_group: "cases to come",
	setpgid: "cases to come",
	getpgid: "cases to come",
	getpgrp: "cases to come",
	setsid: "cases to come",
	getsid: "cases to come",
	set_tid_address: "cases to come",
	set_robust_list: "cases to come",
	rt_sigreturn: "cases to come",
	clock_gettime: "cases to come",
	clock_getres: "cases to come",
	clock_settime: "cases to come",
	settimeofday: "cases to come",
	gettimeofday: "cases to come",
	time: "cases to come",
	getitimer: "cases to come",
	setitimer: "cases to come",
	alarm: "cases to come",
	sethostname: "cases to come",
	setdomainname: "cases to come",
	unshare: "cases to come",
	setns: "cases to come",
	rseq: "cases to come",
};
