// POST stop, kill, pause, unpause: signals and patience.

import { conflict, EngineError, invalidParameter, isKind, messageOf, notModified, systemError } from "../../lib/errors";
import { parseSignal, SIGNALS } from "../../lib/linux";
import type { Container } from "../container/container";
import { containerEvent, type Daemon } from "./daemon";
import { resumeHealthcheck, stopHealthcheck } from "./health";

const DEFAULT_TIMEOUT = 10;
/** After SIGKILL the end is a matter of moments. */
const KILL_PATIENCE = 10_000;

export interface StopOptions {
	signal?: number;
	/** Seconds; -1 for ever. The container's own, or ten, when left out. */
	timeout?: number;
}

/** @throws EngineError invalidParameter */
export function signalNumber(text: string): number {
	const signal = parseSignal(text);
	if (signal === undefined) throw invalidParameter(`Invalid signal: ${text}`);
	return signal;
}

/** @throws EngineError notModified when it does not run */
export async function stopContainer(daemon: Daemon, container: Container, options: StopOptions): Promise<void> {
	if (!container.state.Running) throw notModified("container is already stopped");
	await halt(daemon, container, options);
	containerEvent(daemon, container, "stop");
}

async function halt(daemon: Daemon, container: Container, options: StopOptions): Promise<void> {
	const { config } = container;
	container.stopping = true;
	if (await endRestarting(daemon, container)) return;
	// a start that was under way has forgotten it
	container.stopping = true;
	const exited = container.waiters.wait("next-exit");
	const signal = options.signal ?? stopSignalOf(container);
	const timeout = options.timeout ?? config.StopTimeout ?? DEFAULT_TIMEOUT;
	await signalTask(daemon, container, signal);
	if (timeout < 0) {
		await exited;
		return;
	}
	const inTime = await within(daemon, exited, timeout * 1000);
	if (inTime) return;
	await signalTask(daemon, container, SIGNALS.SIGKILL);
	if (!(await within(daemon, exited, KILL_PATIENCE)))
		throw systemError("tried to kill container, but did not receive an exit event");
}

/** One that waits for its next start starts no more. Answers whether it was so. */
async function endRestarting(daemon: Daemon, container: Container): Promise<boolean> {
	const { state, stored } = container;
	stored.HasBeenManuallyStopped = true;
	// it may be starting just now: then it is a running one that is stopped
	if (state.Restarting && !container.cancelRestart) await container.lock.run(async () => {});
	if (!state.Restarting) return !state.Running;
	container.cancelRestart?.();
	Object.assign(state, { Restarting: false, Running: false });
	await daemon.containers.saveState(container);
	container.waiters.exited({ code: state.ExitCode });
	return true;
}

const within = async (daemon: Daemon, event: Promise<unknown>, ms: number): Promise<boolean> =>
	Promise.race([event.then(() => true), daemon.sys.nanosleep(ms).then(() => false)]);

async function signalTask(daemon: Daemon, container: Container, signal: number): Promise<void> {
	try {
		await daemon.containerd["tasks.kill"]({ containerId: container.id, signal });
	} catch (error) {
		// It ended by itself meanwhile.
		if (!isKind(error, "notFound") && !/not running|already finished/.test(String(error))) throw error;
		return;
	}
	containerEvent(daemon, container, "kill", { signal: String(signal) });
	// A stopped process takes signals when it goes on; one in the freezer cannot die.
	if (container.state.Paused && (signal === SIGNALS.SIGKILL || signal === stopSignalOf(container))) {
		await daemon.containerd["tasks.resume"]({ containerId: container.id }).catch(() => {});
	}
}

/** POST /containers/{name}/kill. @param text the signal; SIGKILL when empty. @throws EngineError */
export async function killNamed(daemon: Daemon, name: string, text: string): Promise<void> {
	try {
		const signal = text === "" ? SIGNALS.SIGKILL : signalNumber(text);
		await killContainer(daemon, daemon.containers.get(name), signal);
	} catch (error) {
		// The signal is looked at by the client, too: its words stand alone.
		if (!(error instanceof EngineError) || error.kind === "invalidParameter") throw error;
		throw new EngineError(error.kind, `Cannot kill container: ${name}: ${messageOf(error)}`);
	}
}

/** @throws EngineError conflict when it does not run */
export async function killContainer(daemon: Daemon, container: Container, signal: number): Promise<void> {
	if (!container.state.Running) throw conflict(`Container ${container.id} is not running`);
	const ends = signal === SIGNALS.SIGKILL || !container.config.StopSignal || signal === stopSignalOf(container);
	if (ends) container.stopping = true;
	if (container.state.Restarting && (await endRestarting(daemon, container))) return;
	if (ends) container.stopping = true;
	container.stored.HasBeenManuallyStopped = true;
	if (signal !== SIGNALS.SIGKILL) return signalTask(daemon, container, signal);
	const exited = container.waiters.wait("next-exit");
	await signalTask(daemon, container, signal);
	await within(daemon, exited, KILL_PATIENCE);
}

const stopSignalOf = ({ config }: Container): number => parseSignal(config.StopSignal || "SIGTERM") ?? SIGNALS.SIGTERM;

export function pauseContainer(daemon: Daemon, container: Container): Promise<void> {
	return container.lock.run(async () => {
		if (!container.state.Running) throw conflict(`Container ${container.id} is not running`);
		if (container.state.Paused) throw conflict(`Container ${container.id} is already paused`);
		if (container.state.Restarting) {
			throw conflict(`Container ${container.id} is restarting, wait until the container is running`);
		}
		await daemon.containerd["tasks.pause"]({ containerId: container.id });
		container.state.Paused = true;
		stopHealthcheck(container);
		await daemon.containers.saveState(container);
		containerEvent(daemon, container, "pause");
	});
}

export function unpauseContainer(daemon: Daemon, container: Container): Promise<void> {
	return container.lock.run(async () => {
		if (!container.state.Paused) throw conflict(`Container ${container.id} is not paused`);
		await daemon.containerd["tasks.resume"]({ containerId: container.id });
		container.state.Paused = false;
		resumeHealthcheck(daemon, container);
		await daemon.containers.saveState(container);
		containerEvent(daemon, container, "unpause");
	});
}
