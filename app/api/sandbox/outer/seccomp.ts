// The seccomp profile of the outer container: what Docker's default profile lets through, and what a daemon without root
// needs beside it (namespaces, mounts, chroot, pivot_root) inside its own user namespace. Everything else is EPERM.

import { allSyscalls } from "@/engine/lib/syscalls";

const EPERM = 1;
const ENOSYS = 38;

/** Refused: a row a reason. */
const REFUSED: ReadonlyArray<readonly [why: string, names: string]> = [
	[
		"loads code into the kernel",
		"init_module finit_module delete_module create_module get_kernel_syms query_module kexec_load kexec_file_load bpf",
	],
	["large and young parts of the kernel", "io_uring_setup io_uring_enter io_uring_register userfaultfd perf_event_open"],
	["opens files past mounts", "open_by_handle_at"],
	[
		"belongs to the whole machine",
		"reboot swapon swapoff acct syslog settimeofday clock_settime clock_adjtime adjtimex quotactl quotactl_fd",
	],
	["touches hardware", "iopl ioperm"],
	["looks at memory's place", "move_pages migrate_pages mbind get_mempolicy set_mempolicy set_mempolicy_home_node"],
	["watches whole file systems", "fanotify_init lookup_dcookie"],
	[
		"old, and without use",
		"uselib ustat sysfs _sysctl nfsservctl vserver afs_syscall tuxcall security getpmsg putpmsg epoll_ctl_old epoll_wait_old vhangup",
	],
];
/** Answered as by a kernel that has no keyrings: runc then goes on without one, and keys are not shared between sandboxes. */
const ABSENT = ["keyctl", "add_key", "request_key"];
/** Allowed for some arguments alone. */
const CONDITIONAL = ["socket", "personality"];
/** AF_UNIX to AF_CAIF: AF_ALG (38), AF_VSOCK (40) and AF_XDP (44) are not among them. */
const FIRST_REFUSED_FAMILY = 38;
/** Linux's own, and those that only fix what uname says or switch off randomised addresses. */
const PERSONALITIES = [0, 0x8, 0x20000, 0x20008, 0xffffffff];

const refused = new Set([...REFUSED.flatMap(([, names]) => names.split(" ")), ...ABSENT, ...CONDITIONAL]);

export const seccompProfile = {
	defaultAction: "SCMP_ACT_ERRNO",
	defaultErrnoRet: EPERM,
	archMap: [{ architecture: "SCMP_ARCH_X86_64" }, { architecture: "SCMP_ARCH_AARCH64" }],
	syscalls: [
		{ names: [...allSyscalls.values()].filter((name) => !refused.has(name)), action: "SCMP_ACT_ALLOW" },
		{ names: ABSENT, action: "SCMP_ACT_ERRNO", errnoRet: ENOSYS },
		{ names: ["socket"], action: "SCMP_ACT_ALLOW", args: [{ index: 0, value: FIRST_REFUSED_FAMILY, op: "SCMP_CMP_LT" }] },
		...PERSONALITIES.map((value) => ({
			names: ["personality"],
			action: "SCMP_ACT_ALLOW",
			args: [{ index: 0, value, op: "SCMP_CMP_EQ" }],
		})),
	],
} as const;
