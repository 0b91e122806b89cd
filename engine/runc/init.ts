// What runs in the new process between clone and exec: `runc init`. It stands in its new namespaces, but still sees the
// host's files; it builds its own tree, gives up what it must not have, waits at exec.fifo, and becomes the program.

import { readText, writeFile } from "../lib/files";
import { CLONE, O } from "../lib/linux";
import { withNetlink } from "../lib/netlink/client";
import { IFF, RTM } from "../lib/netlink/constants";
import { body, ifinfomsg } from "../lib/netlink/route";
import type { NamespaceType, Spec } from "../oci/runtime/spec";
import type { Sys } from "../sys";
import type { Tracer } from "../trace/event";
import { setupConsole } from "./console";
import { doing, goErrno } from "./errors";
import { becomeUser, environment } from "./identity";
import { lookPath } from "./lookpath";
import { finalizeRootfs, pivotRoot, prepareRootfs } from "./rootfs";
import { awaitRelease, fail, type SyncPipes } from "./sync";

export const NAMESPACE_FLAGS: Record<NamespaceType, number> = {
	mount: CLONE.NEWNS,
	pid: CLONE.NEWPID,
	network: CLONE.NEWNET,
	ipc: CLONE.NEWIPC,
	uts: CLONE.NEWUTS,
	user: CLONE.NEWUSER,
	cgroup: CLONE.NEWCGROUP,
};

/** Exit code of an init whose exec failed after `runc create` had gone. */
const EXEC_FAILED = 255;

export interface InitArguments {
	id: string;
	spec: Spec;
	/** Absolute. */
	rootfs: string;
	fifo: string;
	pipes: SyncPipes;
	/** Connected, when the process has a terminal. */
	console?: number;
	trace: Tracer;
}

export async function initMain(sys: Sys, init: InitArguments): Promise<number> {
	const { spec, pipes, trace, id } = init;
	const step = (step: "mounts" | "pivot_root" | "capabilities" | "exec", detail?: string): void =>
		trace.emit("runc", { type: "runc.step", container: id, step, detail });
	await awaitRelease(sys, pipes);
	let gate: number;
	let program: string;
	let env: string[];
	try {
		const { oomScoreAdj } = spec.process;
		if (oomScoreAdj !== undefined) {
			await doing("write oom_score_adj", () => writeFile(sys, "/proc/self/oom_score_adj", `${oomScoreAdj}`));
		}
		await joinNamespaces(sys, spec);
		if (spec.linux.namespaces.some(({ type, path }) => type === "network" && !path)) await loopbackUp(sys);
		if (spec.linux.namespaces.some(({ type, path }) => type === "cgroup" && !path)) await sys.unshare(CLONE.NEWCGROUP);
		await sys.setsid();
		// The FIFO's path is the host's: keep a handle on it, to be opened when the host's tree is gone.
		gate = await sys.open(init.fifo, O.PATH | O.CLOEXEC);
		step("mounts", spec.mounts.map(({ destination }) => destination).join(" "));
		await prepareRootfs(sys, spec, init.rootfs);
		step("pivot_root", init.rootfs);
		await pivotRoot(sys, spec, init.rootfs);
		if (init.console !== undefined) await setupConsole(sys, spec.process, init.console, true);
		if (spec.hostname) await doing("sethostname", () => sys.sethostname(spec.hostname!));
		if (spec.domainname) await doing("setdomainname", () => sys.setdomainname(spec.domainname!));
		for (const [name, value] of Object.entries(spec.linux.sysctl ?? {})) {
			await doing(`write sysctl key ${name}`, () => writeFile(sys, `/proc/sys/${name.replaceAll(".", "/")}`, value));
		}
		await finalizeRootfs(sys, spec);
		await sys.umask(0o022);
		const passwd = await readText(sys, "/etc/passwd").catch(() => "");
		step("capabilities", spec.process.capabilities?.bounding?.join(" "));
		await becomeUser(sys, spec.process, spec.linux.seccomp);
		env = environment(spec.process, passwd);
		program = await lookPath(sys, spec.process.args[0]!, env);
	} catch (error) {
		return fail(sys, pipes, error);
	}
	// Closing the report says "created"; the writing end of the FIFO opens when `runc start` opens the reading end.
	await sys.close(pipes.report[1]);
	const fifo = await sys.open(`/proc/self/fd/${gate}`, O.WRONLY | O.CLOEXEC);
	await sys.write(fifo, Uint8Array.of(0x30));
	await sys.close(fifo);
	await sys.close(gate);
	step("exec", spec.process.args.join(" "));
	return executeOrReport(sys, program, spec.process.args, env);
}

async function joinNamespaces(sys: Sys, spec: Spec): Promise<void> {
	for (const { type, path } of spec.linux.namespaces) {
		// The pid namespace was joined before the clone: setns changes it for children alone.
		if (!path || type === "pid") continue;
		await doing(`joining ${type} namespace ${path}`, () => joinNamespace(sys, path, NAMESPACE_FLAGS[type]));
	}
}

/** A new network namespace has a loopback that is down; runc brings it up. */
const LOOPBACK_INDEX = 1;
const loopbackUp = (sys: Sys): Promise<unknown> =>
	doing("setting up the loopback interface", () =>
		withNetlink(sys, (client) =>
			client.change(RTM.NEWLINK, body(ifinfomsg, { index: LOOPBACK_INDEX, flags: IFF.UP, change: IFF.UP })),
		),
	);

export async function joinNamespace(sys: Sys, path: string, flag: number): Promise<void> {
	const fd = await sys.open(path, O.RDONLY | O.CLOEXEC);
	try {
		await sys.setns(fd, flag);
	} finally {
		await sys.close(fd);
	}
}

async function executeOrReport(sys: Sys, program: string, args: string[], env: string[]): Promise<number> {
	try {
		return await sys.execve(program, args, env);
	} catch (error) {
		// Nobody waits for a report any more: the container's own stderr is what is left.
		await sys.write(2, new TextEncoder().encode(`exec ${program}: ${goErrno(error)}\n`)).catch(() => {});
		return EXEC_FAILED;
	}
}
