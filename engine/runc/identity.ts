// Turns root into the container's user: bounding set, groups, ids, capabilities, rlimits, working directory, in the order
// in which each step is still permitted. (libcontainer's finalizeNamespace)

import { CAPABILITIES, capabilityBits, PR, RLIMIT } from "../lib/linux";
import type { Process, Seccomp } from "../oci/runtime/spec";
import type { Sys } from "../sys";
import { doing, goErrno, RuncError } from "./errors";
import { compileSeccomp } from "./seccomp";

const PR_SET_KEEPCAPS = 8;
const SECCOMP_LOG = 2;

export async function becomeUser(sys: Sys, process: Process, seccomp?: Seccomp): Promise<void> {
	const filter = seccomp && compileSeccomp(seccomp);
	const flags = seccomp?.flags?.includes("SECCOMP_FILTER_FLAG_LOG") ? SECCOMP_LOG : 0;
	const applyFilter = async (): Promise<void> => {
		if (filter) await doing("unable to init seccomp", () => sys.seccomp(filter, flags));
	};
	for (const limit of process.rlimits ?? []) {
		const resource = RLIMIT[limit.type];
		if (resource === undefined) throw new RuncError(`invalid rlimit type: ${limit.type}`);
		await doing(`error setting rlimit type ${resource}`, () => sys.setrlimit(resource, limit.soft, limit.hard));
	}
	if (process.noNewPrivileges) await sys.prctl(PR.SET_NO_NEW_PRIVS, 1);
	// Without no_new_privs it takes CAP_SYS_ADMIN, which goes now; with it, as late as possible.
	else await applyFilter();

	const sets = process.capabilities ?? {};
	const bounding = capabilityBits(sets.bounding ?? []);
	for (let capability = 0; capability < CAPABILITIES.length; capability++) {
		if (!((bounding >> BigInt(capability)) & 1n)) await sys.prctl(PR.CAPBSET_DROP, capability);
	}
	// A working directory that only root may enter must still do, as with `docker run -w /root -u 1000`.
	const cwd = process.cwd || "/";
	const early = await sys.chdir(cwd).then(
		() => true,
		() => false,
	);
	await doing("unable to setup user", async () => {
		await sys.prctl(PR_SET_KEEPCAPS, 1);
		await sys.setgroups(process.user.additionalGids ?? []);
		await sys.setgid(process.user.gid);
		await sys.setuid(process.user.uid);
	});
	if (!early) {
		await sys.chdir(cwd).catch((error) => {
			throw new RuncError(`chdir to cwd (${JSON.stringify(cwd)}) set in config.json failed: ${goErrno(error)}`);
		});
	}
	await doing("unable to apply caps", () =>
		sys.capset({
			effective: capabilityBits(sets.effective ?? []),
			permitted: capabilityBits(sets.permitted ?? []),
			inheritable: capabilityBits(sets.inheritable ?? []),
			bounding,
			ambient: capabilityBits(sets.ambient ?? []),
		}),
	);
	await sys.prctl(PR_SET_KEEPCAPS, 0);
	if (process.noNewPrivileges) await applyFilter();
	if (process.user.umask !== undefined) await sys.umask(process.user.umask);
}

/** The environment that is executed with: HOME of the user when config.json gives none. */
export function environment(process: Process, passwd: string): string[] {
	if (process.env.some((entry) => entry.startsWith("HOME=") && entry.length > "HOME=".length)) return process.env;
	const rest = process.env.filter((entry) => !entry.startsWith("HOME="));
	return [...rest, `HOME=${homeOf(passwd, process.user.uid)}`];
}

/** The sixth field of the first line of passwd(5) with this uid; "/" without one. */
export function homeOf(passwd: string, uid: number): string {
	for (const line of passwd.split("\n")) {
		const fields = line.split(":");
		if (fields.length >= 6 && fields[2] !== "" && Number(fields[2]) === uid) return fields[5] || "/";
	}
	return "/";
}
