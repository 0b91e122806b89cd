// `runc create`: from a bundle to a process that waits to become the container's program.

import { exists, makeDirectories, readJson, writeFile } from "../lib/files";
import { CLONE, S_IF, SIGNALS } from "../lib/linux";
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

export async function create({ sys, root, trace, options, args }: RuncContext): Promise<number> {
	const id = args[0] ?? "";
	if (!ID.test(id) || id === "." || id === "..") throw new RuncError("invalid container ID format");
	const bundle = options.get("bundle") ?? (await sys.getcwd());
	const spec = await loadSpec(sys, bundle);
	if (await exists(sys, directoryOf(root, id))) throw new RuncError("container with given ID already exists");
	trace.emit("runc", { type: "runc", verb: "create", container: id, pid: sys.getpid() });

	const rootfs = spec.root.path.startsWith("/") ? spec.root.path : `${bundle}/${spec.root.path}`;
	const cgroup = spec.linux.cgroupsPath ?? `/${id}`;
	const consoleSocket = options.get("console-socket");
	if (spec.process.terminal && !consoleSocket) {
		throw new RuncError("cannot allocate tty if runc will detach without setting console socket");
	}
	await makeDirectories(sys, directoryOf(root, id), 0o711);
	try {
		await sys.mknod(fifoOf(root, id), S_IF.IFO | 0o622, 0);
		const console = spec.process.terminal ? await connectConsole(sys, consoleSocket!) : undefined;
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
		} catch (error) {
			await sys.kill(pid, SIGNALS.SIGKILL).catch(() => {});
			await sys.wait4(pid).catch(() => {});
			await removeCgroup(sys, cgroup).catch(() => {});
			throw error;
		}
	} catch (error) {
		await forgetState(sys, root, id);
		throw new RuncError(`runc create failed: unable to start container process: ${(error as Error).message}`);
	}
	return 0;
}

async function loadSpec(sys: Sys, bundle: string): Promise<Spec> {
	const spec = await readJson<Spec>(sys, `${bundle}/config.json`).catch(() => {
		throw new RuncError(`JSON specification file config.json not found in ${bundle}`);
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
