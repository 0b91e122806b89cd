// POST /containers/{id}/restart.

import type { Container } from "../container/container";
import { containerEvent, type Daemon } from "./daemon";
import { startContainer } from "./start";
import { type StopOptions, stopContainer } from "./stop";

export async function restartContainer(daemon: Daemon, container: Container, options: StopOptions): Promise<void> {
	// Its removal, and its policy, must not come between.
	const { AutoRemove } = container.hostConfig;
	container.hostConfig.AutoRemove = false;
	try {
		if (container.state.Running) await stopContainer(daemon, container, options);
		await startContainer(daemon, container);
	} finally {
		container.hostConfig.AutoRemove = AutoRemove;
	}
	containerEvent(daemon, container, "restart");
}
