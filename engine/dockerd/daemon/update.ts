// POST /containers/{id}/update: limits and restart policy of a container, running or not.

import type { HostConfig } from "../../api/container";
import { conflict } from "../../lib/errors";
import type { Container } from "../container/container";
import { completeHostConfig, verifyHostConfig } from "../container/hostconfig";
import { buildResources } from "../spec/build";
import { containerEvent, type Daemon } from "./daemon";

export async function updateContainer(daemon: Daemon, container: Container, change: Partial<HostConfig>): Promise<void> {
	if (container.state.RemovalInProgress || container.state.Dead) {
		throw conflict(`Cannot update container ${container.id}: container is marked for removal and cannot be "update"`);
	}
	// What is zero or empty in an update is left as it is.
	const set = Object.entries(change).filter(([name, value]) =>
		name === "RestartPolicy" ? (value as { Name?: string })?.Name : value,
	);
	const updated = completeHostConfig({ ...container.hostConfig, ...Object.fromEntries(set) });
	verifyHostConfig(updated);
	container.hostConfig = updated;
	await daemon.containers.save(container);
	if (container.state.Running && !container.state.Restarting) {
		await daemon.containerd["tasks.update"]({ containerId: container.id, resources: buildResources(updated) });
	}
	containerEvent(daemon, container, "update");
}
