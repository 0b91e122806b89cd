// docker context use and rm.

import { exists } from "../../../lib/files";
import type { Cli } from "../../cli";
import { checkContextName } from "../../context/store";
import { describe } from "../../describe";
import { bool } from "../../flags/spec";
import { atLeast, type Call, command, exactlyOf } from "../command";

/** An empty name is "default". The file is left alone when nothing changes. */
async function configure(cli: Cli, name: string): Promise<void> {
	const { data } = cli.config;
	if ((data.currentContext ?? "") === name) return;
	if (name === "") delete data.currentContext;
	else data.currentContext = name;
	await cli.config.save();
}

export const use = command({
	name: "use",
	synopsis: "CONTEXT",
	summary: "Set the current docker context",
	args: exactlyOf(1),
	run: async ({ cli, args }) => {
		const name = args[0]!;
		if (name !== "default") {
			checkContextName(name);
			await cli.contexts.store.get(name);
		}
		await configure(cli, name === "default" ? "" : name);
		await cli.out.line(name);
		await cli.err.line(`Current context is now ${JSON.stringify(name)}`);
		if (name !== "default" && cli.env.DOCKER_HOST)
			await cli.err.line(
				`Warning: DOCKER_HOST environment variable overrides the active context. To use ${JSON.stringify(name)}, either set the global --context flag, or unset DOCKER_HOST environment variable.`,
			);
	},
});

const REMOVE_OPTIONS = { force: bool("Remove a context that is in use, too", "f") };
export const rm = command({
	name: "rm",
	aliases: ["remove"],
	synopsis: "CONTEXT [CONTEXT...]",
	summary: "Remove one or more contexts",
	otherNames: ["docker context rm", "docker context remove"],
	options: REMOVE_OPTIONS,
	args: atLeast(1),
	run: async ({ cli, options, args }: Call<typeof REMOVE_OPTIONS>) => {
		const failures: string[] = [];
		for (const name of args)
			try {
				await remove(cli, name, options.force);
				await cli.out.line(name);
			} catch (error) {
				failures.push(describe(error));
			}
		if (failures.length > 0) throw new Error(failures.join("\n"));
	},
});

async function remove(cli: Cli, name: string, force: boolean): Promise<void> {
	if (name === "default") throw new Error('context "default" cannot be removed');
	const { store, current } = cli.contexts;
	if (name === current) {
		if (!force) throw new Error(`context ${JSON.stringify(name)} is in use, set -f flag to force remove`);
		await configure(cli, "");
	}
	if (!force && !(await exists(cli.sys, store.places(name).MetadataPath)))
		throw new Error(`context ${JSON.stringify(name)} does not exist`);
	await store.remove(name);
}
