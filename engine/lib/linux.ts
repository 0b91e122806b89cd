// Numbers of Linux x86-64's headers that programs use with the calls of sys.ts: open flags, mount flags, signals and the like.

/** Flags of open(2), x86-64. */
export const O = {
	RDONLY: 0,
	WRONLY: 1,
	RDWR: 2,
	ACCMODE: 3,
	CREAT: 0o100,
	EXCL: 0o200,
	NOCTTY: 0o400,
	TRUNC: 0o1000,
	APPEND: 0o2000,
	NONBLOCK: 0o4000,
	DSYNC: 0o10000,
	ASYNC: 0o20000,
	DIRECT: 0o40000,
	LARGEFILE: 0o100000,
	DIRECTORY: 0o200000,
	NOFOLLOW: 0o400000,
	NOATIME: 0o1000000,
	CLOEXEC: 0o2000000,
	PATH: 0o10000000,
	TMPFILE: 0o20200000,
} as const;

export const S_IF = {
	MT: 0o170000,
	SOCK: 0o140000,
	LNK: 0o120000,
	REG: 0o100000,
	BLK: 0o060000,
	DIR: 0o040000,
	CHR: 0o020000,
	IFO: 0o010000,
} as const;
export const isDirectory = (mode: number): boolean => (mode & S_IF.MT) === S_IF.DIR;
export const isSymlink = (mode: number): boolean => (mode & S_IF.MT) === S_IF.LNK;
export const isRegular = (mode: number): boolean => (mode & S_IF.MT) === S_IF.REG;

/** makedev(3): the kernel's 64-bit encoding, of which device numbers here use the low 32 bits. */
export const makedev = (major: number, minor: number): number =>
	((minor & 0xff) | ((major & 0xfff) << 8) | ((minor & ~0xff) << 12)) >>> 0;
export const majorOf = (rdev: number): number => (rdev >>> 8) & 0xfff;
export const minorOf = (rdev: number): number => (rdev & 0xff) | ((rdev >>> 12) & 0xfff00);

export const R_OK = 4;
export const W_OK = 2;
export const X_OK = 1;
export const F_OK = 0;

export const F = { GETFD: 1, SETFD: 2, GETFL: 3, SETFL: 4, FD_CLOEXEC: 1 } as const;
export const SEEK = { SET: 0, CUR: 1, END: 2 } as const;
export const WAIT = { NOHANG: 1, UNTRACED: 2 } as const;
export const POLL = { IN: 1, PRI: 2, OUT: 4, ERR: 8, HUP: 16, NVAL: 32 } as const;

/** mount(2). */
export const MS = {
	RDONLY: 1,
	NOSUID: 2,
	NODEV: 4,
	NOEXEC: 8,
	SYNCHRONOUS: 16,
	REMOUNT: 32,
	NOSYMFOLLOW: 256,
	NOATIME: 1024,
	NODIRATIME: 2048,
	BIND: 4096,
	MOVE: 8192,
	REC: 16384,
	SILENT: 32768,
	UNBINDABLE: 1 << 17,
	PRIVATE: 1 << 18,
	SLAVE: 1 << 19,
	SHARED: 1 << 20,
	RELATIME: 1 << 21,
	STRICTATIME: 1 << 24,
} as const;
export const MNT = { FORCE: 1, DETACH: 2 } as const;

/** clone(2), unshare(2), setns(2). */
export const CLONE = {
	NEWNS: 0x00020000,
	NEWCGROUP: 0x02000000,
	NEWUTS: 0x04000000,
	NEWIPC: 0x08000000,
	NEWUSER: 0x10000000,
	NEWPID: 0x20000000,
	NEWNET: 0x40000000,
} as const;

/** uname -r. */
export const KERNEL_RELEASE = "6.18.0-drydock";

/** prctl(2). */
export const PR = {
	SET_PDEATHSIG: 1,
	SET_NAME: 15,
	CAPBSET_DROP: 24,
	SET_CHILD_SUBREAPER: 36,
	SET_NO_NEW_PRIVS: 38,
} as const;

/** signal(7), x86-64. */
export const SIGNALS = {
	SIGHUP: 1,
	SIGINT: 2,
	SIGQUIT: 3,
	SIGILL: 4,
	SIGTRAP: 5,
	SIGABRT: 6,
	SIGBUS: 7,
	SIGFPE: 8,
	SIGKILL: 9,
	SIGUSR1: 10,
	SIGSEGV: 11,
	SIGUSR2: 12,
	SIGPIPE: 13,
	SIGALRM: 14,
	SIGTERM: 15,
	SIGSTKFLT: 16,
	SIGCHLD: 17,
	SIGCONT: 18,
	SIGSTOP: 19,
	SIGTSTP: 20,
	SIGTTIN: 21,
	SIGTTOU: 22,
	SIGURG: 23,
	SIGXCPU: 24,
	SIGXFSZ: 25,
	SIGVTALRM: 26,
	SIGPROF: 27,
	SIGWINCH: 28,
	SIGIO: 29,
	SIGPWR: 30,
	SIGSYS: 31,
} as const;
export type SignalName = keyof typeof SIGNALS;

const aliases: Record<string, number> = { SIGIOT: 6, SIGCLD: 17, SIGPOLL: 29, SIGRTMIN: 34, SIGRTMAX: 64 };

/** "KILL", "SIGKILL", "kill", "9", "RTMIN+3" → number, or undefined. */
export function parseSignal(text: string): number | undefined {
	if (/^\d+$/.test(text)) {
		const value = Number(text);
		return value >= 1 && value <= 64 ? value : undefined;
	}
	const upper = text.toUpperCase();
	const name = upper.startsWith("SIG") ? upper : `SIG${upper}`;
	const realtime = /^SIGRT(MIN\+|MAX-)(\d+)$/.exec(name);
	if (realtime) {
		const value = realtime[1] === "MIN+" ? 34 + Number(realtime[2]) : 64 - Number(realtime[2]);
		return value >= 34 && value <= 64 ? value : undefined;
	}
	return SIGNALS[name as SignalName] ?? aliases[name];
}

/** setrlimit(2). */
export const RLIMIT: Record<string, number> = {
	RLIMIT_CPU: 0,
	RLIMIT_FSIZE: 1,
	RLIMIT_DATA: 2,
	RLIMIT_STACK: 3,
	RLIMIT_CORE: 4,
	RLIMIT_RSS: 5,
	RLIMIT_NPROC: 6,
	RLIMIT_NOFILE: 7,
	RLIMIT_MEMLOCK: 8,
	RLIMIT_AS: 9,
	RLIMIT_LOCKS: 10,
	RLIMIT_SIGPENDING: 11,
	RLIMIT_MSGQUEUE: 12,
	RLIMIT_NICE: 13,
	RLIMIT_RTPRIO: 14,
	RLIMIT_RTTIME: 15,
};

/** capabilities(7), in order of number: bit n is the n-th. */
export const CAPABILITIES = (
	"CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE " +
	"NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN " +
	"SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE " +
	"MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE"
)
	.split(" ")
	.map((name) => `CAP_${name}`);

/** Names (with CAP_) → the set as bits; unknown names are left out. */
export const capabilityBits = (names: readonly string[]): bigint =>
	names.reduce((bits, name) => {
		const at = CAPABILITIES.indexOf(name);
		return at < 0 ? bits : bits | (1n << BigInt(at));
	}, 0n);
