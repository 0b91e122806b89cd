// What a starting dockerd does with the containers that are on the disk.
//
//     task runs   → take its streams up again, and wait for its end as before (dockerd was restarted)
//     task ended  → tidy up, with its exit code
//     no task     → the machine was switched off under it: exit code 255
//     then        → restart policies

import type { ProcessState } from "../../containerd/api";
import { isKind, messageOf } from "../../lib/errors";
import type { Container } from "../container/container";
import { now } from "../time";
import type { Daemon } from "./daemon";
import { LOST, watchTask } from "./exit";
import { startHealthcheck } from "./health";
import { removeContainer } from "./remove";
import { restartsAtBoot } from "./restart-policy";
import { launch, startContainer } from "./start";
import { cleanUp, openStreams } from "./task";

export async function restoreContainers(daemon: Daemon): Promise<void> {
	await daemon.networks.discard((id) => daemon.containers.has(id) && daemon.containers.get(id).state.Running);
	for (const container of daemon.containers.all()) {
		try {
			await restore(daemon, container);
		} catch (error) {
			console.error(`failed to restore container ${container.id}: ${messageOf(error)}`);
		}
	}
}

async function restore(daemon: Daemon, container: Container): Promise<void> {
	const { state, stored, hostConfig } = container;
	const wasRunning = state.Running;
	if (state.RemovalInProgress || state.Dead) {
		state.RemovalInProgress = false;
		await removeContainer(daemon, container, { force: true, volumes: true });
		return;
	}
	if (wasRunning) {
		const task = await taskOf(daemon, container.id);
		if (task && task.status !== "stopped") return resume(daemon, container, task);
		await adoptMounts(daemon, container).catch(() => {});
		await cleanUp(daemon, container);
		Object.assign(state, {
			Running: false,
			Paused: false,
			Restarting: false,
			ExitCode: task ? task.exitStatus : LOST,
			FinishedAt: task?.exitedAt || now(daemon.sys),
		});
		await daemon.containers.saveState(container);
	}
	if (hostConfig.AutoRemove && (wasRunning || stored.HasBeenStartedBefore)) {
		await removeContainer(daemon, container, { force: true, volumes: true });
	} else if (stored.HasBeenStartedBefore && restartsAtBoot(hostConfig.RestartPolicy, stored, wasRunning)) {
		void startContainer(daemon, container).catch((error) => console.error(messageOf(error)));
	}
}

/** What of its mounts the dockerd before this one has made. */
async function adoptMounts(daemon: Daemon, { id, stored }: Container): Promise<void> {
	daemon.rootfs.adopt(id);
	for (const { Type, Name, SnapshotKey } of Object.values(stored.MountPoints)) {
		if (Type === "volume") await daemon.volumes.mount(Name, id);
		else if (SnapshotKey) daemon.rootfs.adopt(SnapshotKey);
	}
}

async function taskOf(daemon: Daemon, containerId: string): Promise<ProcessState | undefined> {
	try {
		return await daemon.containerd["tasks.state"]({ containerId });
	} catch (error) {
		if (isKind(error, "notFound")) return undefined;
		throw error;
	}
}

/** Its streams, its published ports and its name server ended with the dockerd before. */
async function resume(daemon: Daemon, container: Container, task: ProcessState): Promise<void> {
	await adoptMounts(daemon, container);
	const hub = await openStreams(daemon, container);
	await hub.start();
	await daemon.networks.sandboxOf(container.id)?.adopt();
	container.state.Pid = task.pid;
	container.state.Paused = task.status === "paused";
	startHealthcheck(daemon, container);
	watchTask(daemon, container, launch);
}
