// A context by name, "default" among them.

import type { Cli } from "../../cli";
import type { ContextMetadata } from "../../context/store";

/** @throws ContextNotFound */
export const contextMetadata = async (cli: Cli, name: string): Promise<ContextMetadata> =>
	name === "default" ? cli.contexts.standard() : cli.contexts.store.get(name);

/** As list and copies of it show it: the one made of DOCKER_HOST says so of itself. */
export async function describedContext(cli: Cli, name: string): Promise<ContextMetadata> {
	const meta = await contextMetadata(cli, name);
	return name === "default" ? { ...meta, Metadata: { ...meta.Metadata, Description: DEFAULT_DESCRIPTION } } : meta;
}
export const DEFAULT_DESCRIPTION = "Current DOCKER_HOST based configuration";
