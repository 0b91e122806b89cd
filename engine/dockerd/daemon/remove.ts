// DELETE /containers/{id}.

import { conflict } from "../../lib/errors";
import { parseSignal } from "../../lib/linux";
import type { Container } from "../container/container";
import { containerEvent, type Daemon, step } from "./daemon";
import { killContainer } from "./stop";

export interface RemoveOptions {
	force: boolean;
	/** Anonymous volumes go, too. */
	volumes: boolean;
}

/** @throws EngineError conflict while it runs and force is not set */
export async function removeContainer(daemon: Daemon, container: Container, options: RemoveOptions): Promise<void> {
	const { state, stored } = container;
	if (state.RemovalInProgress) throw conflict(`removal of container ${container.name} is already in progress`);
	if (state.Running) {
		if (!options.force) {
			throw conflict(
				state.Paused
					? `You cannot remove a paused container ${container.id}. Unpause and then stop the container before attempting removal or force remove`
					: `You cannot remove a running container ${container.id}. Stop the container before attempting removal or force remove`,
			);
		}
		container.hostConfig.AutoRemove = false;
		container.cancelRestart?.();
		if (state.Restarting) Object.assign(state, { Running: false, Restarting: false });
		else await killContainer(daemon, container, parseSignal("KILL")!, container.name);
	}
	state.RemovalInProgress = true;
	await container.lock.run(async () => {
		try {
			await daemon.rootfs.remove(container.id);
		} catch (error) {
			Object.assign(state, { RemovalInProgress: false, Dead: true });
			throw error;
		}
		await daemon.containers.remove(container);
	});
	if (options.volumes) {
		for (const { Type, Name, Anonymous } of Object.values(stored.MountPoints)) {
			if (Type !== "volume" || !Anonymous || volumeUsers(daemon, Name).length > 0) continue;
			await daemon.volumes.remove(Name, []).catch(() => {});
			daemon.events.emit("volume", "destroy", Name, { driver: "local" });
		}
	}
	containerEvent(daemon, container, "destroy");
	step(daemon, container, "removed");
	container.waiters.removed({ code: state.ExitCode });
}

export const volumeUsers = (daemon: Daemon, volume: string): string[] =>
	daemon.containers
		.all()
		.filter(({ stored }) => Object.values(stored.MountPoints).some(({ Name }) => Name === volume))
		.map(({ id }) => id);
