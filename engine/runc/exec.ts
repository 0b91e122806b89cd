// `runc exec`: one more process in a container that runs. It joins the container's namespaces one by one (setns) and
// its cgroup, then gives up what the first process gave up too.

import { readJson, readText, writeFile } from "../lib/files";
import { CLONE, O, SIGNALS } from "../lib/linux";
import type { NamespaceType, Process, Seccomp } from "../oci/runtime/spec";
import { type Sys, SysError } from "../sys";
import { joinCgroup } from "./cgroup";
import type { RuncContext } from "./command";
import { connectConsole, setupConsole } from "./console";
import { doing, goErrno, RuncError } from "./errors";
import { becomeUser, environment } from "./identity";
import { NAMESPACE_FLAGS } from "./init";
import { lookPath } from "./lookpath";
import { loadState, type StoredState, statusOf } from "./state";
import { awaitRelease, fail, openSync, release, type SyncPipes } from "./sync";

/** In this order: the mount namespace last, since with it the host's /proc is out of sight. */
const KINDS: ReadonlyArray<readonly [type: NamespaceType, file: string]> = [
	["ipc", "ipc"],
	["uts", "uts"],
	["network", "net"],
	["cgroup", "cgroup"],
	["mount", "mnt"],
];

export async function exec(context: RuncContext): Promise<number> {
	const { sys, root, trace, options, args } = context;
	const state = await loadState(sys, root, args[0] ?? "");
	const status = await statusOf(sys, root, state);
	if (status === "stopped") throw new RuncError("exec failed: cannot exec in a stopped container");
	if (status === "paused") throw new RuncError("exec failed: cannot exec in a paused container");
	trace.emit("runc", { type: "runc", verb: "exec", container: state.id, pid: sys.getpid() });
	const process = await processOf(context, state.spec.process);
	const consoleSocket = options.get("console-socket");
	try {
		const pid = await startProcess(sys, state, process, consoleSocket);
		if (options.has("pid-file")) await writeFile(sys, options.get("pid-file")!, String(pid));
		if (options.has("detach")) return 0;
		return waitFor(sys, pid);
	} catch (error) {
		throw new RuncError(`exec failed: unable to start container process: ${(error as Error).message}`);
	}
}

/** From --process, or from the command line with the container's own process as its model. */
async function processOf({ sys, options, args }: RuncContext, model: Process): Promise<Process> {
	const file = options.get("process");
	if (file) return readJson<Process>(sys, file);
	if (args.length < 2) throw new RuncError("exec failed: process args cannot be empty");
	const env = [...model.env, ...options.all("env")];
	return { ...model, terminal: options.has("tty"), args: args.slice(1), env, cwd: options.get("cwd") ?? model.cwd };
}

async function startProcess(sys: Sys, state: StoredState, process: Process, consoleSocket?: string): Promise<number> {
	const { initPid: init, cgroup } = state;
	const { seccomp } = state.spec.linux;
	const namespaces: Array<[fd: number, flag: number]> = [];
	for (const [type, file] of KINDS) {
		namespaces.push([await openNamespace(sys, init, file), NAMESPACE_FLAGS[type]]);
	}
	const console = process.terminal && consoleSocket ? await connectConsole(sys, consoleSocket) : undefined;
	const pipes = await openSync(sys);
	// Takes effect for children: the new process is born into the container's pid namespace.
	await doing("setns pid", async () => sys.setns(await openNamespace(sys, init, "pid"), CLONE.NEWPID));
	const pid = await sys.clone({
		flags: 0,
		argv: ["runc", "init"],
		main: (child) => execMain(child, { process, seccomp, namespaces, pipes, console }),
	});
	if (console !== undefined) await sys.close(console);
	try {
		await joinCgroup(sys, cgroup, pid);
		await release(sys, pipes);
	} catch (error) {
		await sys.kill(pid, SIGNALS.SIGKILL).catch(() => {});
		await sys.wait4(pid).catch(() => {});
		throw error;
	}
	return pid;
}

const openNamespace = (sys: Sys, pid: number, file: string): Promise<number> =>
	sys.open(`/proc/${pid}/ns/${file}`, O.RDONLY | O.CLOEXEC);

interface ExecArguments {
	process: Process;
	/** The container's own. */
	seccomp: Seccomp | undefined;
	namespaces: Array<[fd: number, flag: number]>;
	pipes: SyncPipes;
	console?: number;
}

async function execMain(sys: Sys, { process, seccomp, namespaces, pipes, console }: ExecArguments): Promise<number> {
	await awaitRelease(sys, pipes);
	try {
		for (const [fd, flag] of namespaces) await doing("setns", () => sys.setns(fd, flag));
		await sys.setsid();
		if (console !== undefined) await setupConsole(sys, process, console, false);
		await sys.umask(0o022);
		const passwd = await readText(sys, "/etc/passwd").catch(() => "");
		await becomeUser(sys, process, seccomp);
		const env = environment(process, passwd);
		const program = await lookPath(sys, process.args[0]!, env);
		// The report closes by itself when this succeeds.
		return await sys.execve(program, process.args, env).catch((error: unknown) => {
			throw error instanceof SysError ? new RuncError(`exec ${program}: ${goErrno(error)}`) : error;
		});
	} catch (error) {
		return fail(sys, pipes, error);
	}
}

async function waitFor(sys: Sys, pid: number): Promise<number> {
	const { status } = await sys.wait4(pid);
	return (status & 0x7f) === 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f);
}
