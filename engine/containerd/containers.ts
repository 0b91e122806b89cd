// The container service: records of what is to run. What runs are tasks.

import { alreadyExists, notFound } from "../lib/errors";
import type { Handlers } from "../lib/rpc/types";
import type { Sys } from "../sys";
import type { Container, ContainerdApi } from "./api";
import type { Bucket } from "./metadata/bucket";
import { timestamp } from "./metadata/database";

type ContainerMethods = Pick<ContainerdApi, Extract<keyof ContainerdApi, `containers.${string}`>>;

/** @throws EngineError notFound */
export function containerOf(containers: Bucket<Container>, id: string): Container {
	const container = containers.get(id);
	if (!container) throw notFound(`container ${JSON.stringify(id)} in namespace "moby": not found`);
	return container;
}

export function containerHandlers(sys: Sys, containers: Bucket<Container>): Handlers<ContainerMethods> {
	return {
		"containers.create": async ({ container }) => {
			if (containers.has(container.id)) throw alreadyExists(`container ${JSON.stringify(container.id)}: already exists`);
			const created: Container = { ...container, createdAt: timestamp(sys) };
			await containers.put(container.id, created);
			return created;
		},
		"containers.get": async ({ id }) => containerOf(containers, id),
		"containers.list": async () => containers.values(),
		"containers.delete": async ({ id }) => {
			containerOf(containers, id);
			await containers.delete(id);
			return {};
		},
	};
}
