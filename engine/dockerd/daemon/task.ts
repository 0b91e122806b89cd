// What a container has around it while it has a task: streams and log; and how that is tidied up.

import { makeDirectories } from "../../lib/files";
import { dirname } from "../../lib/path";
import type { Container } from "../container/container";
import { openLog } from "../logs/driver";
import { StreamHub } from "../stream/hub";
import { type Daemon, STREAMS } from "./daemon";
import { unmountPoints } from "./mounts";
import { releaseNetwork } from "./network";

/** How long the rest of a dead process's output is waited for. */
export const OUTPUT_PATIENCE = 2000;

/** FIFOs, log, and the clients that attached before the start. */
export async function openStreams(daemon: Daemon, container: Container): Promise<StreamHub> {
	const { id, config } = container;
	const log = openLog(daemon.sys, container);
	const hub = await StreamHub.open(daemon.sys, {
		directory: `${STREAMS}/${id}`,
		name: "init",
		stdin: config.OpenStdin,
		terminal: config.Tty,
	});
	container.streams = hub;
	if (log) {
		await makeDirectories(daemon.sys, dirname(log.path), 0o710);
		await log.open();
		container.log = log;
		hub.addSink((stream, bytes) => log.append(stream, bytes));
	}
	return hub;
}

/** What is left of a start that failed, or of a process that ended. */
export async function cleanUp(daemon: Daemon, container: Container): Promise<void> {
	const { id, state } = container;
	await daemon.containerd["tasks.delete"]({ containerId: id, force: true }).catch(() => {});
	await daemon.containerd["containers.delete"]({ id }).catch(() => {});
	await container.streams?.close(OUTPUT_PATIENCE);
	await container.log?.close();
	container.streams = undefined;
	container.log = undefined;
	container.execs.clear();
	await releaseNetwork(daemon, container);
	await unmountPoints(daemon, container);
	await daemon.rootfs.release(id);
	state.Pid = 0;
}
