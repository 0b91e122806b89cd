// POST /containers/{id}/resize and /exec/{id}/resize.

import { conflict } from "../../lib/errors";
import type { Container } from "../container/container";
import type { Exec } from "../exec/store";
import { containerEvent, type Daemon } from "./daemon";

export interface TerminalSize {
	height: number;
	width: number;
}

export async function resizeContainer(daemon: Daemon, container: Container, { height, width }: TerminalSize): Promise<void> {
	if (!container.state.Running) throw conflict(`Container ${container.id} is not running`);
	await daemon.containerd["tasks.resize"]({ containerId: container.id, height, width });
	containerEvent(daemon, container, "resize", { height: String(height), width: String(width) });
}

export async function resizeExec(daemon: Daemon, exec: Exec, { height, width }: TerminalSize): Promise<void> {
	await daemon.containerd["tasks.resize"]({ containerId: exec.container.id, execId: exec.id, height, width });
}
