// POST /containers/{id}/exec and /exec/{id}/start: one more process in a running container.

import type { ExecCreateRequest, ExecInspect } from "../../api/container";
import { hex, utf8 } from "../../lib/bytes";
import { conflict, EngineError, invalidParameter, messageOf } from "../../lib/errors";
import { readText } from "../../lib/files";
import type { Duplex } from "../../lib/stream";
import { rootPath } from "../../oci/layer/root-path";
import type { Process } from "../../oci/runtime/spec";
import { processEnvironment, replaceOrAppend } from "../container/config";
import type { Container } from "../container/container";
import type { Exec } from "../exec/store";
import { capabilitySets, rlimits } from "../spec/build";
import { lookUpUser } from "../spec/user";
import { parseDetachKeys } from "../stream/detach";
import { frame, type OutputStream } from "../stream/frame";
import { StreamHub } from "../stream/hub";
import { join } from "./attach";
import { containerEvent, type Daemon, STREAMS } from "./daemon";
import { OUTPUT_PATIENCE } from "./task";

/** What an exec that could not begin is said to have ended with, whatever the reason. */
const CANNOT_START = 126;

function checkRunning(container: Container): void {
	const { state, id } = container;
	if (!state.Running) throw conflict(`Container ${id} is not running`);
	if (state.Paused) throw conflict(`Container ${id} is paused, unpause the container before exec`);
	if (state.Restarting) throw conflict(`Container ${id} is restarting, wait until the container is running`);
}

export function createExec(daemon: Daemon, container: Container, request: ExecCreateRequest): Exec {
	checkRunning(container);
	const argv = request.Cmd ?? [];
	if (argv.length === 0) throw invalidParameter("No exec command specified");
	parseDetachKeys(request.DetachKeys);
	const exec: Exec = {
		id: hex(daemon.sys.getrandom(32)),
		container,
		argv,
		env: request.Env ?? [],
		user: request.User || container.config.User,
		workingDir: request.WorkingDir || container.config.WorkingDir || "/",
		tty: request.Tty ?? false,
		privileged: request.Privileged ?? false,
		openStdin: request.AttachStdin ?? false,
		openStdout: request.AttachStdout ?? false,
		openStderr: request.AttachStderr ?? false,
		detachKeys: request.DetachKeys ?? "",
		consoleSize: request.ConsoleSize ?? undefined,
		running: false,
		exitCode: null,
		pid: 0,
		started: false,
	};
	daemon.execs.add(exec);
	containerEvent(daemon, container, `exec_create: ${argv.join(" ")}`, { execID: exec.id });
	return exec;
}

/** @throws EngineError conflict, before the connection is taken over */
export function checkExec({ container, running, exitCode, id, started }: Exec): void {
	if (exitCode !== null) throw conflict(`Error: Exec command ${id} has already run`);
	if (running || started) throw conflict(`Error: Exec command ${id} is already running`);
	checkRunning(container);
}

/** With a connection: until its output has ended. Without (detached): until it has begun. */
export async function startExec(daemon: Daemon, exec: Exec, connection?: Duplex): Promise<void> {
	checkExec(exec);
	exec.started = true;
	const { container, id } = exec;
	containerEvent(daemon, container, `exec_start: ${exec.argv.join(" ")}`, { execID: id });
	const send = (stream: OutputStream, bytes: Uint8Array): Promise<void> => {
		if (!connection || !(stream === "stdout" ? exec.openStdout : exec.openStderr)) return Promise.resolve();
		return connection.write(exec.tty ? bytes : frame(stream, bytes));
	};
	let joined: Promise<"detached" | "ended"> | undefined;
	try {
		const spec = await processOf(daemon, exec);
		const hub = await StreamHub.open(daemon.sys, {
			directory: `${STREAMS}/${container.id}`,
			name: id,
			stdin: exec.openStdin && connection !== undefined,
			terminal: exec.tty,
		});
		exec.streams = hub;
		await daemon.containerd["tasks.exec"]({ containerId: container.id, execId: id, io: hub.io, spec });
		await hub.start();
		if (connection) {
			const options = { stdin: exec.openStdin, detachKeys: parseDetachKeys(exec.detachKeys) };
			joined = join(daemon, container, hub, connection, options, send, id);
		}
		const { pid } = await daemon.containerd["tasks.start"]({ containerId: container.id, execId: id });
		exec.pid = pid;
		exec.running = true;
	} catch (error) {
		await failed(daemon, exec, error, connection ? send : undefined);
		return;
	}
	const watched = watch(daemon, exec);
	// The client asks for the exit code when its connection closes: it should be there by then.
	if ((await joined) === "ended") await Promise.race([watched, daemon.sys.nanosleep(OUTPUT_PATIENCE)]);
}

/** What could not begin: the client, whose connection is taken over already, reads why. */
async function failed(
	daemon: Daemon,
	exec: Exec,
	error: unknown,
	send: ((stream: OutputStream, bytes: Uint8Array) => Promise<void>) | undefined,
): Promise<void> {
	exec.exitCode = CANNOT_START;
	await daemon.containerd["tasks.delete"]({ containerId: exec.container.id, execId: exec.id, force: true }).catch(() => {});
	await exec.streams?.close(0);
	exec.streams = undefined;
	if (!send) throw error instanceof EngineError ? error : new EngineError("system", messageOf(error));
	await send("stdout", utf8(`${messageOf(error)}\r\n`)).catch(() => {});
}

async function watch(daemon: Daemon, exec: Exec): Promise<void> {
	const about = { containerId: exec.container.id, execId: exec.id };
	const { exitStatus } = await daemon.containerd["tasks.wait"](about).catch(() => ({ exitStatus: 137 }));
	exec.exitCode = exitStatus;
	exec.running = false;
	await exec.streams?.close(OUTPUT_PATIENCE);
	exec.streams = undefined;
	await daemon.containerd["tasks.delete"](about).catch(() => {});
	containerEvent(daemon, exec.container, "exec_die", { execID: exec.id, exitCode: String(exitStatus) });
}

async function processOf(daemon: Daemon, exec: Exec): Promise<Process> {
	const { container } = exec;
	const root = daemon.rootfs.path(container.id);
	const read = async (path: string): Promise<string> =>
		readText(daemon.sys, await rootPath(daemon.sys, root, path)).catch(() => "");
	const user = lookUpUser(exec.user, await read("/etc/passwd"), await read("/etc/group"), container.hostConfig.GroupAdd ?? []);
	const env = processEnvironment({ ...container.config, Tty: exec.tty });
	return {
		terminal: exec.tty,
		consoleSize: exec.consoleSize ? { height: exec.consoleSize[0], width: exec.consoleSize[1] } : undefined,
		user,
		args: exec.argv,
		env: replaceOrAppend(env, exec.env),
		cwd: exec.workingDir,
		capabilities: capabilitySets(container.hostConfig, user, exec.privileged || container.hostConfig.Privileged),
		rlimits: rlimits(container.hostConfig),
	};
}

export const inspectExec = (exec: Exec): ExecInspect => ({
	ID: exec.id,
	Running: exec.running,
	ExitCode: exec.exitCode,
	ProcessConfig: {
		tty: exec.tty,
		entrypoint: exec.argv[0] ?? "",
		arguments: exec.argv.slice(1),
		privileged: exec.privileged,
		...(exec.user ? { user: exec.user } : {}),
	},
	OpenStdin: exec.openStdin,
	OpenStderr: exec.openStderr,
	OpenStdout: exec.openStdout,
	CanRemove: false,
	ContainerID: exec.container.id,
	DetachKeys: exec.detachKeys,
	Pid: exec.pid,
});
