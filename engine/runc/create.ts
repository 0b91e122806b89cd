// `runc create`: from a bundle to a process that waits to become the container's program.

import { exists, isErrno, makeDirectories, readJson, writeFile } from "../lib/files";
import { CLONE, S_IF, SIGNALS } from "../lib/linux";
import { join } from "../lib/path";
import type { Spec } from "../oci/runtime/spec";
import type { Sys } from "../sys";
import { createCgroup, joinCgroup, removeCgroup } from "./cgroup";
import type { RuncContext } from "./command";
import { connectConsole } from "./console";
import { doing, RuncError } from "./errors";
import { initMain, joinNamespace, NAMESPACE_FLAGS } from "./init";
import { directoryOf, fifoOf, forgetState, processStat, saveState } from "./state";
import { openSync, release } from "./sync";

const ID = /^[\w+.-]+$/;

export const create = (context: RuncContext): Promise<number> =>
	named("create", async () => {
		const spec = await loadSpec(context);
		const socket = context.options.get("console-socket");
		if (spec.process.terminal && !socket) throw new RuncError(NO_CONSOLE);
		await createContainer(context, spec, spec.process.terminal ? await connectConsole(context.sys, socket!) : undefined);
		return 0;
	});

/** Errors of create and run say whose they are. @throws RuncError */
export async function named(verb: "create" | "run", work: () => Promise<number>): Promise<number> {
	try {
		return await work();
	} catch (error) {
		throw new RuncError(`runc ${verb} failed: ${(error as Error).message}`);
	}
}

/** What a process with a terminal lacks when nobody takes the terminal's outer end. */
export const NO_CONSOLE = "cannot allocate tty if runc will detach without setting console socket";

/**
 * Its process waits to be started; it is the caller's child. Takes `console`, the socket that the terminal's outer end goes to.
 * @returns its PID
 * @throws RuncError, with nothing left behind
 */
export async function createContainer(
	{ sys, root, trace, options, args }: RuncContext,
	spec: Spec,
	console: number | undefined,
): Promise<number> {
	const id = args[0] ?? "";
	if (!ID.test(id) || id === "." || id === "..") throw new RuncError("invalid container ID format");
	const bundle = await bundleOf(sys, options);
	if (await exists(sys, directoryOf(root, id))) throw new RuncError("container with given ID already exists");
	trace.emit("runc", { type: "runc", verb: "create", container: id, pid: sys.getpid() });

	const rootfs = spec.root.path.startsWith("/") ? spec.root.path : `${bundle}/${spec.root.path}`;
	const cgroup = spec.linux.cgroupsPath ?? `/${id}`;
	await makeDirectories(sys, directoryOf(root, id), 0o711);
	try {
		await sys.mknod(fifoOf(root, id), S_IF.IFO | 0o622, 0);
		trace.emit("runc", { type: "runc.step", container: id, step: "cgroup", detail: cgroup });
		await doing("unable to apply cgroup configuration", () => createCgroup(sys, cgroup, spec.linux.resources));

		const pipes = await openSync(sys);
		const flags = await namespaceFlags(sys, spec);
		const kinds = spec.linux.namespaces.map(({ type }) => type).join(" ");
		trace.emit("runc", { type: "runc.step", container: id, step: "namespaces", detail: kinds });
		const pid = await sys.clone({
			flags,
			argv: ["runc", "init"],
			main: (child) => initMain(child, { id, spec, rootfs, fifo: fifoOf(root, id), pipes, console, trace }),
		});
		if (console !== undefined) await sys.close(console);
		try {
			await joinCgroup(sys, cgroup, pid);
			const stat = await processStat(sys, pid);
			await release(sys, pipes);
			const created = new Date(Number(sys.now() / 1_000_000n)).toISOString();
			await saveState(sys, root, { id, bundle, rootfs, initPid: pid, initStart: stat?.start ?? "", cgroup, created, spec });
			if (options.has("pid-file")) await writeFile(sys, options.get("pid-file")!, String(pid));
			return pid;
		} catch (error) {
			await sys.kill(pid, SIGNALS.SIGKILL).catch(() => {});
			await sys.wait4(pid).catch(() => {});
			await removeCgroup(sys, cgroup).catch(() => {});
			throw error;
		}
	} catch (error) {
		await forgetState(sys, root, id);
		throw new RuncError(`unable to start container process: ${(error as Error).message}`);
	}
}

/** Absolute: what is remembered must hold for who looks from elsewhere. */
async function bundleOf(sys: Sys, options: RuncContext["options"]): Promise<string> {
	const given = options.get("bundle") ?? ".";
	return given.startsWith("/") ? given : join(await sys.getcwd(), given);
}

/** @throws RuncError for a bundle without config.json, or with one that nothing can be made of */
export async function loadSpec({ sys, options }: RuncContext): Promise<Spec> {
	const spec = await readJson<Spec>(sys, `${await bundleOf(sys, options)}/config.json`).catch((error: unknown) => {
		throw isErrno(error, "ENOENT") ? new RuncError("JSON specification file config.json not found") : error;
	});
	if (!spec.process?.args?.length) throw new RuncError("args must not be empty");
	if (!spec.process.cwd?.startsWith("/")) throw new RuncError("Cwd must be an absolute path");
	return spec;
}

/** CLONE_NEW* of the namespaces to be made; a pid namespace to be joined is joined here, for the child to be born into. */
async function namespaceFlags(sys: Sys, spec: Spec): Promise<number> {
	let flags = 0;
	for (const { type, path } of spec.linux.namespaces) {
		// A cgroup namespace is rooted where its maker is: made when the process is in its cgroup (see init).
		if (type === "cgroup" && !path) continue;
		if (!path) flags |= NAMESPACE_FLAGS[type];
		else if (type === "pid") await doing(`joining pid namespace ${path}`, () => joinNamespace(sys, path, CLONE.NEWPID));
	}
	return flags;
}
