// POST /containers/{id}/rename.

import { conflict, EngineError, invalidParameter, messageOf } from "../../lib/errors";
import type { Container } from "../container/container";
import { renameInNetworks } from "./connect";
import { containerEvent, type Daemon } from "./daemon";

export async function renameContainer(daemon: Daemon, container: Container, name: string): Promise<void> {
	const { containers } = daemon;
	const oldName = container.stored.Name;
	const full = name.startsWith("/") ? name : `/${name}`;
	if (oldName === full) {
		throw invalidParameter("Renaming a container with the same name as its current name");
	}
	let reserved: string;
	try {
		reserved = containers.reserveName(full, container.id);
	} catch (error) {
		throw error instanceof EngineError
			? new EngineError(error.kind, `Error when allocating new name: ${error.message}`)
			: conflict(messageOf(error));
	}
	container.stored.Name = reserved;
	containers.releaseName(oldName);
	await renameInNetworks(daemon, container);
	await containers.saveState(container);
	containerEvent(daemon, container, "rename", { oldName });
}
