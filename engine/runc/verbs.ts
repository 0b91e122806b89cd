// runc's smaller verbs, on a container that `create` made.

import { utf8 } from "../lib/bytes";
import { makeDirectories, readJson, writeAll } from "../lib/files";
import { O, parseSignal, SIGNALS } from "../lib/linux";
import { OCI_VERSION, type Resources, type RuntimeState } from "../oci/runtime/spec";
import type { Sys } from "../sys";
import { cgroupPids, freeze, killCgroup, removeCgroup, setLimits } from "./cgroup";
import type { RuncContext } from "./command";
import { RuncError } from "./errors";
import { fifoOf, forgetState, loadState, type StoredState, statusOf } from "./state";

const print = (sys: Sys, text: string): Promise<void> => writeAll(sys, 1, utf8(text));

/** Opens the gate that init waits at. */
export async function start({ sys, root, trace, args }: RuncContext): Promise<number> {
	const state = await loadState(sys, root, args[0] ?? "");
	const status = await statusOf(sys, root, state);
	if (status === "stopped") throw new RuncError("cannot start a container that has stopped");
	if (status !== "created") throw new RuncError("cannot start an already running container");
	trace.emit("runc", { type: "runc", verb: "start", container: state.id, pid: sys.getpid() });
	const fifo = await sys.open(fifoOf(root, state.id), O.RDONLY | O.CLOEXEC);
	await sys.read(fifo, 1);
	await sys.close(fifo);
	await sys.unlink(fifoOf(root, state.id));
	return 0;
}

export async function kill({ sys, root, trace, options, args }: RuncContext): Promise<number> {
	const state = await loadState(sys, root, args[0] ?? "");
	const signal = parseSignal(args[1] ?? "SIGTERM");
	if (signal === undefined) throw new RuncError(`unknown signal ${JSON.stringify(args[1])}`);
	trace.emit("runc", { type: "runc", verb: "kill", container: state.id, pid: sys.getpid() });
	if (options.has("all")) {
		for (const pid of await cgroupPids(sys, state.cgroup)) await sys.kill(pid, signal).catch(() => {});
		return 0;
	}
	if ((await statusOf(sys, root, state)) === "stopped") throw new RuncError("container not running");
	await sys.kill(state.initPid, signal);
	return 0;
}

/** `delete` is a word of the language. */
export async function remove({ sys, root, trace, options, args }: RuncContext): Promise<number> {
	const id = args[0] ?? "";
	let state: StoredState;
	try {
		state = await loadState(sys, root, id);
	} catch (error) {
		if (!options.has("force")) throw error;
		await forgetState(sys, root, id);
		return 0;
	}
	const status = await statusOf(sys, root, state);
	if (status !== "stopped") {
		if (!options.has("force") && status !== "created") {
			throw new RuncError(`cannot delete container ${id} that is not stopped: ${status}`);
		}
		await sys.kill(state.initPid, SIGNALS.SIGKILL).catch(() => {});
	}
	trace.emit("runc", { type: "runc", verb: "delete", container: id, pid: sys.getpid() });
	// Without a pid namespace of its own the first process leaves others behind.
	await killCgroup(sys, state.cgroup).catch(() => {});
	await removeCgroup(sys, state.cgroup);
	await forgetState(sys, root, id);
	return 0;
}

async function describe(sys: Sys, root: string, state: StoredState): Promise<RuntimeState> {
	const status = await statusOf(sys, root, state);
	return {
		ociVersion: OCI_VERSION,
		id: state.id,
		pid: status === "stopped" ? 0 : state.initPid,
		status,
		bundle: state.bundle,
		rootfs: state.rootfs,
		created: state.created,
		owner: "",
	};
}

export async function state({ sys, root, args }: RuncContext): Promise<number> {
	const stored = await loadState(sys, root, args[0] ?? "");
	await print(sys, `${JSON.stringify(await describe(sys, root, stored), null, 2)}\n`);
	return 0;
}

export async function list({ sys, root, options }: RuncContext): Promise<number> {
	await makeDirectories(sys, root, 0o711);
	const states: RuntimeState[] = [];
	for (const { name } of await sys.readdir(root)) {
		const stored = await loadState(sys, root, name).catch(() => undefined);
		if (stored) states.push(await describe(sys, root, stored));
	}
	if (options.get("format") === "json") await print(sys, `${JSON.stringify(states)}\n`);
	else if (options.has("quiet")) await print(sys, states.map(({ id }) => `${id}\n`).join(""));
	else await print(sys, table(states));
	return 0;
}

function table(states: RuntimeState[]): string {
	const head = ["ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"];
	const rows = [
		head,
		...states.map((one) => [one.id, String(one.pid), one.status, one.bundle, one.created, one.owner || "root"]),
	];
	const widths = head.map((_, column) => Math.max(11, ...rows.map((row) => row[column]!.length)) + 1);
	return rows
		.map(
			(row) =>
				`${row
					.map((cell, column) => cell.padEnd(widths[column]!))
					.join("")
					.trimEnd()}\n`,
		)
		.join("");
}

export async function ps({ sys, root, options, args }: RuncContext): Promise<number> {
	const stored = await loadState(sys, root, args[0] ?? "");
	const pids = await cgroupPids(sys, stored.cgroup);
	await print(sys, options.get("format") === "json" ? JSON.stringify(pids) : pids.map((pid) => `${pid}\n`).join(""));
	return 0;
}

export async function pause({ sys, root, args }: RuncContext): Promise<number> {
	const stored = await loadState(sys, root, args[0] ?? "");
	const status = await statusOf(sys, root, stored);
	if (status !== "running" && status !== "created") throw new RuncError(`container not running or created: ${status}`);
	await freeze(sys, stored.cgroup, true);
	return 0;
}

export async function resume({ sys, root, args }: RuncContext): Promise<number> {
	const stored = await loadState(sys, root, args[0] ?? "");
	if ((await statusOf(sys, root, stored)) !== "paused") throw new RuncError("container not paused");
	await freeze(sys, stored.cgroup, false);
	return 0;
}

export async function update({ sys, root, options, args }: RuncContext): Promise<number> {
	const stored = await loadState(sys, root, args[0] ?? "");
	await setLimits(sys, stored.cgroup, await readJson<Resources>(sys, options.get("resources") ?? ""));
	return 0;
}
