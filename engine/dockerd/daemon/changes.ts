// GET /containers/{id}/changes: what differs from the image.

import type { FilesystemChange } from "../../api/container";
import type { Container } from "../container/container";
import type { Daemon } from "./daemon";

export async function containerChanges(daemon: Daemon, { id }: Container): Promise<FilesystemChange[]> {
	const changes = await daemon.containerd["diff.changes"]({ key: id });
	return changes.map(({ path, kind }) => ({ Path: path, Kind: kind }));
}
