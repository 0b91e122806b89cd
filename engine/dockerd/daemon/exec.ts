// POST /containers/{id}/exec and /exec/{id}/start: one more process in a running container.

import type { ExecCreateRequest, ExecInspect } from "../../api/container";
import { encodeBase64 } from "../../lib/base64";
import { hex, utf8 } from "../../lib/bytes";
import { conflict, EngineError, messageOf } from "../../lib/errors";
import { readText } from "../../lib/files";
import type { Duplex } from "../../lib/stream";
import { rootPath } from "../../oci/layer/root-path";
import type { Process, User } from "../../oci/runtime/spec";
import { processEnvironment, replaceOrAppend } from "../container/config";
import type { Container } from "../container/container";
import type { Exec } from "../exec/store";
import { capabilitySets, rlimits } from "../spec/build";
import { lookUpUser } from "../spec/user";
import { DEFAULT_DETACH_KEYS, parseDetachKeys } from "../stream/detach";
import type { OutputStream } from "../stream/frame";
import { StreamHub } from "../stream/hub";
import { join } from "./attach";
import { containerEvent, type Daemon, STREAMS } from "./daemon";
import { translate } from "./failure";
import { OUTPUT_PATIENCE } from "./task";

/** What an exec that could not begin is said to have ended with, whatever the reason. */
const CANNOT_START = 126;

function checkRunning(container: Container, typed = container.id): void {
	const { state, id } = container;
	if (!state.Running) throw conflict(`Container ${id} is not running`);
	if (state.Paused) throw conflict(`Container ${typed} is paused, unpause the container before exec`);
	if (state.Restarting) throw conflict(`Container ${id} is restarting, wait until the container is running`);
}

/** @param typed the container as it was named */
export function createExec(daemon: Daemon, container: Container, request: ExecCreateRequest, typed?: string): Exec {
	checkRunning(container, typed);
	const argv = request.Cmd ?? [];
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
		detachKeys: request.DetachKeys ? parseDetachKeys(request.DetachKeys, "escape") : undefined,
		consoleSize: request.ConsoleSize ?? undefined,
		running: false,
		exitCode: null,
		pid: 0,
		started: false,
	};
	daemon.execs.add(exec);
	containerEvent(daemon, container, `exec_create: ${shownArgv(argv)}`, { execID: exec.id });
	return exec;
}
/** A program and its arguments, with a space between even where there are none of the latter. */
const shownArgv = ([program, ...args]: readonly string[]): string => `${program} ${args.join(" ")}`;

/** Is its container there and running? @throws EngineError */
export const checkExec = ({ container }: Exec): void => checkRunning(container);

/** Who is told what the process prints. */
export interface ExecClient {
	send(stream: OutputStream, bytes: Uint8Array): Promise<void>;
	/** What is typed, where somebody types. */
	input?: Duplex;
	/** What becomes of an exec that could not begin: words in its output, or an error of the call. */
	failed: "tell" | "throw";
}

/** With a client: until its output has ended. Without (detached): until it has begun. */
export async function startExec(daemon: Daemon, exec: Exec, client?: ExecClient): Promise<void> {
	const { container, id } = exec;
	const fail = async (error: unknown): Promise<void> => {
		if (client?.failed !== "tell") throw error instanceof EngineError ? error : new EngineError("system", messageOf(error));
		await client.send("stdout", utf8(`${messageOf(error)}\r\n`)).catch(() => {});
	};
	if (exec.exitCode !== null) return fail(conflict(`exec command ${id} has already run`));
	if (exec.running || exec.started) return fail(conflict(`exec command ${id} is already running`));
	exec.started = true;
	containerEvent(daemon, container, `exec_start: ${shownArgv(exec.argv)}`, { execID: id });
	const send = async (stream: OutputStream, bytes: Uint8Array): Promise<void> => {
		if (client && (stream === "stdout" ? exec.openStdout : exec.openStderr)) await client.send(stream, bytes);
	};
	let joined: Promise<"detached" | "ended"> | undefined;
	try {
		const spec = await processOf(daemon, exec);
		const hub = await StreamHub.open(daemon.sys, {
			directory: `${STREAMS}/${container.id}`,
			name: id,
			stdin: exec.openStdin && client?.input !== undefined,
			terminal: exec.tty,
		});
		exec.streams = hub;
		await daemon.containerd["tasks.exec"]({ containerId: container.id, execId: id, io: hub.io, spec });
		await hub.start();
		if (client) {
			const options = { stdin: exec.openStdin && client.input !== undefined, detachKeys: exec.detachKeys ?? DEFAULT_DETACH_KEYS };
			joined = join(daemon, container, hub, client.input, options, send, id);
		}
		const { pid } = await daemon.containerd["tasks.start"]({ containerId: container.id, execId: id });
		exec.pid = pid;
		exec.running = true;
	} catch (error) {
		await forgetFailed(daemon, exec);
		await fail(translate(error).error);
		return;
	}
	const watched = watch(daemon, exec);
	// The client asks for the exit code when its connection closes: it should be there by then.
	if ((await joined) === "ended") await Promise.race([watched, daemon.sys.nanosleep(OUTPUT_PATIENCE)]);
}

async function forgetFailed(daemon: Daemon, exec: Exec): Promise<void> {
	exec.exitCode = CANNOT_START;
	exec.container.execs.delete(exec.id);
	await daemon.containerd["tasks.delete"]({ containerId: exec.container.id, execId: exec.id, force: true }).catch(() => {});
	await exec.streams?.close(0);
	exec.streams = undefined;
}

async function watch(daemon: Daemon, exec: Exec): Promise<void> {
	const about = { containerId: exec.container.id, execId: exec.id };
	const { exitStatus } = await daemon.containerd["tasks.wait"](about).catch(() => ({ exitStatus: 137 }));
	exec.exitCode = exitStatus;
	exec.running = false;
	exec.container.execs.delete(exec.id);
	await exec.streams?.close(OUTPUT_PATIENCE);
	exec.streams = undefined;
	await daemon.containerd["tasks.delete"](about).catch(() => {});
	containerEvent(daemon, exec.container, "exec_die", { execID: exec.id, exitCode: String(exitStatus) });
}

async function userOf(daemon: Daemon, container: Container, user: string): Promise<User> {
	const root = daemon.rootfs.path(container.id);
	const read = async (path: string): Promise<string> =>
		readText(daemon.sys, await rootPath(daemon.sys, root, path)).catch(() => "");
	return lookUpUser(user, await read("/etc/passwd"), await read("/etc/group"), container.hostConfig.GroupAdd ?? []);
}

async function processOf(daemon: Daemon, exec: Exec): Promise<Process> {
	const { container } = exec;
	const user = await userOf(daemon, container, exec.user);
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
	DetachKeys: encodeBase64(exec.detachKeys ?? new Uint8Array(0)),
	Pid: exec.pid,
});
