// POST stop, kill, pause, unpause: signals and patience.

import { conflict, isKind, notModified, systemError } from "../../lib/errors";
import { parseSignal, SIGNALS } from "../../lib/linux";
import type { Container } from "../container/container";
import { containerEvent, type Daemon } from "./daemon";

const DEFAULT_TIMEOUT = 10;
/** After SIGKILL the end is a matter of moments. */
const KILL_PATIENCE = 10_000;

export interface StopOptions {
	signal?: string;
	/** Seconds; -1 for ever. The container's own, or ten, when left out. */
	timeout?: number;
}

/** @throws EngineError notModified when it does not run */
export async function stopContainer(daemon: Daemon, container: Container, options: StopOptions): Promise<void> {
	if (!container.state.Running) throw notModified("");
	await halt(daemon, container, options);
	containerEvent(daemon, container, "stop");
}

async function halt(daemon: Daemon, container: Container, options: StopOptions): Promise<void> {
	const { state, config, stored } = container;
	container.stopping = true;
	stored.HasBeenManuallyStopped = true;
	if (state.Restarting) {
		container.cancelRestart?.();
		Object.assign(state, { Restarting: false, Running: false });
		await daemon.containers.saveState(container);
		return;
	}
	const exited = container.waiters.wait("next-exit");
	const signal = parseSignal(options.signal ?? config.StopSignal ?? "SIGTERM") ?? SIGNALS.SIGTERM;
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
		throw systemError(`tried to kill container, but did not receive an exit event`);
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
	if (container.state.Paused && signal === SIGNALS.SIGKILL) {
		await daemon.containerd["tasks.resume"]({ containerId: container.id }).catch(() => {});
	}
}

/** @throws EngineError conflict when it does not run */
export async function killContainer(daemon: Daemon, container: Container, signal: number, typed: string): Promise<void> {
	if (!container.state.Running || container.state.Restarting) {
		throw conflict(`Cannot kill container: ${typed}: Container ${container.id} is not running`);
	}
	if (signal !== SIGNALS.SIGKILL && signal !== SIGNALS.SIGTERM && signal !== stopSignalOf(container)) {
		await signalTask(daemon, container, signal);
		return;
	}
	container.stopping = true;
	container.stored.HasBeenManuallyStopped = true;
	if (signal !== SIGNALS.SIGKILL) return signalTask(daemon, container, signal);
	const exited = container.waiters.wait("next-exit");
	await signalTask(daemon, container, signal);
	await within(daemon, exited, KILL_PATIENCE);
}

const stopSignalOf = ({ config }: Container): number => parseSignal(config.StopSignal ?? "SIGTERM") ?? SIGNALS.SIGTERM;

export function pauseContainer(daemon: Daemon, container: Container): Promise<void> {
	return container.lock.run(async () => {
		if (!container.state.Running) throw conflict(`Container ${container.id} is not running`);
		if (container.state.Paused) throw conflict(`Container ${container.id} is already paused`);
		await daemon.containerd["tasks.pause"]({ containerId: container.id });
		container.state.Paused = true;
		await daemon.containers.saveState(container);
		containerEvent(daemon, container, "pause");
	});
}

export function unpauseContainer(daemon: Daemon, container: Container): Promise<void> {
	return container.lock.run(async () => {
		if (!container.state.Paused) throw conflict(`Container ${container.id} is not paused`);
		await daemon.containerd["tasks.resume"]({ containerId: container.id });
		container.state.Paused = false;
		await daemon.containers.saveState(container);
		containerEvent(daemon, container, "unpause");
	});
}
