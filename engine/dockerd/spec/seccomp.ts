// Which system calls a container may make: Docker's default profile, and those of --security-opt seccomp=FILE.
// https://docs.docker.com/engine/security/seccomp/
//
// The default profile allows what it names. Here it is written the other way round, as the documentation explains it: what is
// not allowed, and what a capability makes allowed; all other calls that the kernel has are.

import { ERRNO } from "../../lib/errno";
import { invalidParameter } from "../../lib/errors";
import { CLONE, KERNEL_RELEASE } from "../../lib/linux";
import { allSyscalls } from "../../lib/syscalls";
import type { Seccomp, SeccompArgument, SeccompRule } from "../../oci/runtime/spec";

const words = (text: string): string[] => text.split(/\s+/).filter(Boolean);

/** Never allowed, whatever capabilities there are: obsolete, about the whole machine, or about memory and keys of others. */
const FORBIDDEN = words(`
	_sysctl add_key afs_syscall create_module get_kernel_syms getpmsg io_uring_enter io_uring_register io_uring_setup
	kexec_file_load kexec_load keyctl lsm_get_self_attr lsm_list_modules lsm_set_self_attr migrate_pages move_pages nfsservctl
	pivot_root putpmsg query_module request_key security swapoff swapon sysfs tuxcall userfaultfd uselib ustat vserver
`);
/** Allowed to who has the capability. */
const WITH_CAPABILITY: Readonly<Record<string, readonly string[]>> = {
	CAP_BPF: ["bpf"],
	CAP_DAC_READ_SEARCH: ["open_by_handle_at"],
	CAP_PERFMON: ["perf_event_open"],
	CAP_SYS_ADMIN: words(`
		bpf clone clone3 fanotify_init fsconfig fsmount fsopen fspick listmount lookup_dcookie mount mount_setattr move_mount
		open_tree perf_event_open quotactl quotactl_fd setdomainname sethostname setns statmount syslog umount umount2 unshare
	`),
	CAP_SYS_BOOT: ["reboot"],
	CAP_SYS_CHROOT: ["chroot"],
	CAP_SYS_MODULE: words("delete_module finit_module init_module"),
	CAP_SYS_NICE: words("get_mempolicy mbind set_mempolicy set_mempolicy_home_node"),
	CAP_SYS_PACCT: ["acct"],
	CAP_SYS_PTRACE: words("kcmp pidfd_getfd process_madvise process_vm_readv process_vm_writev ptrace"),
	CAP_SYS_RAWIO: words("ioperm iopl"),
	CAP_SYS_TIME: words("clock_settime settimeofday stime"),
	CAP_SYS_TTY_CONFIG: ["vhangup"],
	CAP_SYSLOG: ["syslog"],
};
/** Allowed to everybody since kernels (4.8) check traced processes against their filters. */
const PTRACE = words("process_vm_readv process_vm_writev ptrace");
const NEW_NAMESPACES = Object.values(CLONE).reduce((all, flag) => all | flag, 0);
/** personality(2): Linux, with ADDR_COMPAT_LAYOUT, UNAME26, both, and the question. */
const PERSONALITIES = [0x0, 0x0008, 0x20000, 0x20008, 0xffffffff];
const AF_VSOCK = 40;

const ALLOW = "SCMP_ACT_ALLOW";
const ERROR = "SCMP_ACT_ERRNO";
const argument = (index: number, value: number, op: string, valueTwo?: number): SeccompArgument => ({
	index,
	value,
	op,
	valueTwo,
});

/** The default profile for who has these capabilities. */
function builtin(capabilities: ReadonlySet<string>): Seccomp {
	const bound = new Set([...FORBIDDEN, ...Object.values(WITH_CAPABILITY).flat(), "clone", "clone3", "personality", "socket"]);
	const granted = Object.entries(WITH_CAPABILITY).flatMap(([capability, names]) => (capabilities.has(capability) ? names : []));
	const syscalls: SeccompRule[] = [
		{ names: [...allSyscalls.values()].filter((name) => !bound.has(name)), action: ALLOW },
		{ names: PTRACE, action: ALLOW },
		{ names: ["socket"], action: ALLOW, args: [argument(0, AF_VSOCK, "SCMP_CMP_NE")] },
		...PERSONALITIES.map((value) => ({ names: ["personality"], action: ALLOW, args: [argument(0, value, "SCMP_CMP_EQ")] })),
	];
	if (granted.length > 0) syscalls.push({ names: [...new Set(granted)], action: ALLOW });
	if (!capabilities.has("CAP_SYS_ADMIN")) {
		syscalls.push({ names: ["clone"], action: ALLOW, args: [argument(0, NEW_NAMESPACES, "SCMP_CMP_MASKED_EQ", 0)] });
		// Its flags lie in memory, where a filter cannot see them: programs are to take clone(2).
		syscalls.push({ names: ["clone3"], action: ERROR, errnoRet: ERRNO.ENOSYS });
	}
	return { defaultAction: ERROR, defaultErrnoRet: ERRNO.EPERM, architectures: ARCHITECTURES, syscalls };
}
const ARCHITECTURES = ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"];

// ---- profiles of users

interface Filter {
	caps?: string[];
	arches?: string[];
	minKernel?: string;
}
interface ProfileRule extends Omit<SeccompRule, "names"> {
	names?: string[];
	/** The older form. */
	name?: string;
	includes?: Filter;
	excludes?: Filter;
}
/** The file: config.json's own form, with conditions at each rule. */
interface Profile extends Omit<Seccomp, "syscalls"> {
	archMap?: Array<{ architecture: string; subArchitectures?: string[] | null }> | null;
	syscalls?: ProfileRule[] | null;
}
const ARCH = "amd64";

/**
 * linux.seccomp of a container: undefined where nothing is filtered. `option` is what --security-opt seccomp= says.
 * @throws EngineError invalidParameter
 */
export function seccompOf(option: string | undefined, privileged: boolean, capabilities: readonly string[]): Seccomp | undefined {
	const held = new Set(capabilities);
	if (option === "unconfined" || (privileged && option === undefined)) return undefined;
	if (option === undefined || option === "" || option === "builtin") return builtin(held);
	return fromProfile(parse(option), held);
}
function parse(text: string): Profile {
	try {
		const profile = JSON.parse(text) as Profile;
		if (typeof profile === "object" && profile !== null) return profile;
	} catch {}
	throw invalidParameter(`decoding seccomp profile failed: ${text.slice(0, 40)}`);
}
function fromProfile(profile: Profile, capabilities: ReadonlySet<string>): Seccomp | undefined {
	const { defaultAction, defaultErrnoRet, flags, archMap, architectures } = profile;
	if (!defaultAction) return undefined;
	if (archMap?.length && architectures?.length)
		throw invalidParameter(
			"'architectures' and 'archMap' were specified in the seccomp profile, use either 'architectures' or 'archMap'",
		);
	const own = archMap?.find(({ architecture }) => architecture === ARCHITECTURES[0]);
	const mapped = own && [own.architecture, ...(own.subArchitectures ?? [])];
	const syscalls = (profile.syscalls ?? []).filter((rule) => applies(rule, capabilities)).map(plain);
	return { defaultAction, defaultErrnoRet, flags, architectures: mapped ?? architectures, syscalls };
}
function applies({ includes, excludes }: ProfileRule, capabilities: ReadonlySet<string>): boolean {
	if (excludes?.arches?.includes(ARCH) || excludes?.caps?.some((name) => capabilities.has(name))) return false;
	if (excludes?.minKernel && isKernel(excludes.minKernel)) return false;
	if (includes?.arches?.length && !includes.arches.includes(ARCH)) return false;
	if (includes?.caps?.some((name) => !capabilities.has(name))) return false;
	return !includes?.minKernel || isKernel(includes.minKernel);
}
function plain({ name, names, action, errnoRet, args }: ProfileRule): SeccompRule {
	if (name && names?.length)
		throw invalidParameter("'name' and 'names' were specified in the seccomp profile, use either 'name' or 'names'");
	return { names: name ? [name] : (names ?? []), action, errnoRet, args: args ?? undefined };
}
/** Is the kernel that or newer? "4.8" */
function isKernel(version: string): boolean {
	const [major = 0, minor = 0] = version.split(".").map(Number);
	const [ourMajor = 0, ourMinor = 0] = KERNEL_RELEASE.split(".").map(Number);
	return ourMajor > major || (ourMajor === major && ourMinor >= minor);
}
