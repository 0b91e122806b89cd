// Setting a task's seccomp mode: seccomp(2), and prctl(2) with PR_SET_SECCOMP.

import { BPF_INSTRUCTION_SIZE, decodeBpf, SECCOMP_RET } from "../../lib/bpf";
import { ERRNO, type Errno } from "../../lib/errno";
import { CAP, capable } from "../proc/capability";
import type { TaskRecord } from "../proc/task";
import { isValid } from "./bpf";
import { SeccompFilter } from "./filter";

/** As PR_GET_SECCOMP and /proc/PID/status tell. */
export const MODE = { DISABLED: 0, STRICT: 1, FILTER: 2 } as const;
export const FLAG = { TSYNC: 1, LOG: 2, SPEC_ALLOW: 4, TSYNC_ESRCH: 16 } as const;
const FLAGS = FLAG.TSYNC | FLAG.LOG | FLAG.SPEC_ALLOW | FLAG.TSYNC_ESRCH;
/** Instructions on a way through all filters (MAX_INSNS_PER_PATH). */
const MOST_INSTRUCTIONS = (1 << 18) / 8;
const ACTIONS: ReadonlySet<number> = new Set([
	SECCOMP_RET.KILL_PROCESS,
	SECCOMP_RET.KILL_THREAD,
	SECCOMP_RET.TRAP,
	SECCOMP_RET.ERRNO,
	SECCOMP_RET.TRACE,
	SECCOMP_RET.LOG,
	SECCOMP_RET.ALLOW,
]);

/** SECCOMP_SET_MODE_STRICT. */
export function setStrict(task: TaskRecord): Errno | 0 {
	if (task.seccomp.mode === MODE.FILTER) return -ERRNO.EINVAL;
	task.seccomp = { mode: MODE.STRICT };
	return 0;
}

/**
 * SECCOMP_SET_MODE_FILTER with the bytes of its struct sock_filter. 0, the number of a thread that cannot follow (TSYNC), EINVAL,
 * EACCES without no_new_privs or CAP_SYS_ADMIN, ENOMEM for too many instructions in all, ESRCH.
 */
export function setFilter(task: TaskRecord, bytes: Uint8Array, flags = 0): number {
	// Nobody can listen to notifications here: the flags for it are as before they were known.
	if (flags & ~FLAGS) return -ERRNO.EINVAL;
	if (bytes.length === 0 || bytes.length > 4096 * BPF_INSTRUCTION_SIZE) return -ERRNO.EINVAL;
	if (!task.identity.noNewPrivs && !capable(task, CAP.SYS_ADMIN)) return -ERRNO.EACCES;
	const program = decodeBpf(bytes);
	if (!isValid(program) || task.seccomp.mode === MODE.STRICT) return -ERRNO.EINVAL;
	const filter = new SeccompFilter(program, task.seccomp.filter);
	if (filter.instructions > MOST_INSTRUCTIONS) return -ERRNO.ENOMEM;
	const followers = flags & FLAG.TSYNC ? [...task.process.tasks].filter((other) => other !== task && !other.dead) : [];
	for (const other of followers) {
		if (other.seccomp.mode !== MODE.STRICT && filter.includes(other.seccomp.filter)) continue;
		return flags & FLAG.TSYNC_ESRCH ? -ERRNO.ESRCH : other.tidIn(task.namespaces.pid);
	}
	for (const each of [task, ...followers]) each.seccomp = { mode: MODE.FILTER, filter };
	for (const other of followers) if (task.identity.noNewPrivs) other.identity.noNewPrivs = true;
	return 0;
}

/** SECCOMP_GET_ACTION_AVAIL. */
export const actionAvailable = (action: number): Errno | 0 => (ACTIONS.has(action >>> 0) ? 0 : -ERRNO.EOPNOTSUPP);
