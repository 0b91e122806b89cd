// DELETE /containers/{id}.

import { conflict, systemError } from "../../lib/errors";
import { SIGNALS } from "../../lib/linux";
import type { Container } from "../container/container";
import { statusOf } from "../container/state";
import { containerEvent, type Daemon, step } from "./daemon";
import { unlink } from "./links";
import { killContainer } from "./stop";

export interface RemoveOptions {
	force: boolean;
	/** Anonymous volumes go, too. */
	volumes: boolean;
	/** A client that is about to ask for the exit code still finds it. */
	patient?: boolean;
}
/** Milliseconds. dockerd takes longer to remove one, and clients that start a container and then wait for it live by that (dockerode's run). */
const PATIENCE = 10;

/** `docker rm --link /parent/alias`: the alias goes, the container stays. @throws EngineError */
export async function removeLink(daemon: Daemon, typed: string): Promise<void> {
	const name = typed.startsWith("/") ? typed : `/${typed}`;
	const parent = name.slice(0, name.lastIndexOf("/"));
	if (parent === "") {
		daemon.containers.get(typed);
		throw systemError("Conflict, cannot remove the default link name of the container");
	}
	const linker = daemon.containers.byName(parent);
	if (!linker) throw systemError(`Cannot get parent ${parent} for link name ${name}`);
	await unlink(daemon, linker, name.slice(parent.length + 1));
}

/** @throws EngineError conflict while it runs and force is not set */
export async function removeContainer(
	daemon: Daemon,
	container: Container,
	options: RemoveOptions,
	typed = container.name,
): Promise<void> {
	const { state } = container;
	if (state.RemovalInProgress) throw conflict(`removal of container ${typed} is already in progress`);
	if (state.Running) {
		if (!options.force) {
			throw conflict(
				state.Paused
					? `cannot remove container ${JSON.stringify(typed)}: container is paused and must be unpaused first`
					: `cannot remove container ${JSON.stringify(typed)}: container is ${statusOf(state)}: stop the container before removing or force remove`,
			);
		}
		container.hostConfig.AutoRemove = false;
		container.cancelRestart?.();
		if (state.Restarting) Object.assign(state, { Running: false, Restarting: false });
		else await killContainer(daemon, container, SIGNALS.SIGKILL);
	}
	state.RemovalInProgress = true;
	if (options.patient && !container.waiters.removalAwaited) await daemon.sys.nanosleep(PATIENCE);
	await container.lock.run(async () => {
		try {
			await daemon.rootfs.remove(container.id);
			await removeViews(daemon, container);
		} catch (error) {
			Object.assign(state, { RemovalInProgress: false, Dead: true });
			throw error;
		}
		await daemon.containers.remove(container);
	});
	daemon.execs.forget(container);
	if (options.volumes) await removeAnonymous(daemon, container);
	containerEvent(daemon, container, "destroy");
	step(daemon, container, "removed");
	container.waiters.removed({ code: state.ExitCode });
}

async function removeViews(daemon: Daemon, { stored }: Container): Promise<void> {
	for (const { SnapshotKey } of Object.values(stored.MountPoints)) if (SnapshotKey) await daemon.rootfs.remove(SnapshotKey);
}
async function removeAnonymous(daemon: Daemon, { stored }: Container): Promise<void> {
	for (const { Type, Name, Anonymous } of Object.values(stored.MountPoints)) {
		if (Type !== "volume" || !Anonymous || volumeUsers(daemon, Name).length > 0) continue;
		await daemon.volumes.remove(Name, []).catch(() => {});
		daemon.events.emit("volume", "destroy", Name, { driver: "local" });
	}
}
/** What was made for a container that did not come to be. */
export async function removeOwnMounts(daemon: Daemon, container: Container): Promise<void> {
	await removeViews(daemon, container).catch(() => {});
	await removeAnonymous(daemon, container);
}

export const volumeUsers = (daemon: Daemon, volume: string): string[] =>
	daemon.containers
		.all()
		.filter(({ stored }) => Object.values(stored.MountPoints).some(({ Name }) => Name === volume))
		.map(({ id }) => id);
