// docker inspect: an object of any kind, the first kind that knows the name.

import type { Cli } from "../../cli";
import { DaemonError, isNotFound } from "../../client/client";
import { piece } from "../../client/objects";
import { bool, string } from "../../flags/spec";
import { type Inspected, inspect as inspectAll } from "../../format/inspect";
import { INSPECT_FORMAT_HELP } from "../../format/table";
import { platformJson } from "../../opts/platform";
import { atLeast, type Call, command } from "../command";

/** Kinds in the order in which they are tried; swarm's only where they are asked for by name. */
const KINDS: Array<{ kind: string; path: (name: string) => string; swarm?: boolean }> = [
	{ kind: "container", path: (name) => `/containers/${name}/json` },
	{ kind: "image", path: (name) => `/images/${name}/json` },
	{ kind: "network", path: (name) => `/networks/${name}` },
	{ kind: "volume", path: (name) => `/volumes/${name}` },
	{ kind: "service", path: (name) => `/services/${name}`, swarm: true },
	{ kind: "task", path: (name) => `/tasks/${name}`, swarm: true },
	{ kind: "node", path: (name) => `/nodes/${name}`, swarm: true },
	{ kind: "plugin", path: (name) => `/plugins/${name}/json` },
	{ kind: "secret", path: (name) => `/secrets/${name}`, swarm: true },
	{ kind: "config", path: (name) => `/configs/${name}`, swarm: true },
];

type Query = Record<string, boolean | string>;

/** @throws DaemonError */
export async function findObject(cli: Cli, kind: string, name: string, query: Query = {}): Promise<Inspected> {
	const { path } = KINDS.find((one) => one.kind === kind)!;
	if (name.trim() === "") throw new Error(`invalid ${kind} name or ID: value is empty`);
	return { kind, raw: await cli.client.text("GET", path(piece(name)), { query }) };
}

const OPTIONS = {
	format: string(INSPECT_FORMAT_HELP, "f"),
	size: bool("Show a container's sizes too", "s"),
	type: string("Only objects of this type"),
};

export const inspect = command({
	name: "inspect",
	synopsis: "[OPTIONS] NAME|ID [NAME|ID...]",
	summary: "Return low-level information on Docker objects",
	options: OPTIONS,
	args: atLeast(1),
	run: ({ cli, options, args, changed }: Call<typeof OPTIONS>) => {
		const { type, size } = options;
		const types = KINDS.map(({ kind }) => kind).sort();
		if (changed.has("type") && !types.includes(type)) {
			const what = type === "" ? "type is empty" : `unknown type: ${JSON.stringify(type)}`;
			throw new Error(`${what}: must be one of ${types.map((one) => `"${one}"`).join(", ")}`);
		}
		return inspectAll(cli, args, options.format, (name) => findAny(cli, name, type, size));
	},
});

async function findAny(cli: Cli, name: string, type: string, size: boolean): Promise<Inspected> {
	for (const { kind, swarm } of KINDS) {
		if (type !== "" ? kind !== type : swarm) continue;
		try {
			const found = await findObject(cli, kind, name, kind === "container" ? { size } : {});
			if (size && kind !== "container") await cli.err.line(`WARNING: --size ignored for ${kind}`);
			return found;
		} catch (error) {
			if (type !== "" || !mayBeAnother(error)) throw error;
		}
	}
	throw new Error(`Error: No such object: ${name}`);
}

/** Not found here, or no such kind in this daemon, or no name of this kind. */
const mayBeAnother = (error: unknown): boolean =>
	isNotFound(error) || (error instanceof DaemonError && /not supported|invalid reference format/.test(error.detail));

/** What may be asked of one kind beyond its description. */
const MORE = {
	container: { size: bool("Show its sizes too", "s") },
	image: {
		platform: string("Show the image of this platform (os/arch[/variant])", undefined, "", { needs: { api: "1.49" } }),
	},
	network: { verbose: bool("Tell more, to find what is wrong", "v") },
	volume: {},
};

/** docker container inspect and its like. */
export const inspectOf = (kind: keyof typeof MORE, synopsis: string, summary: string) => {
	const own = { format: OPTIONS.format, ...MORE[kind] };
	return command({
		name: "inspect",
		synopsis,
		summary,
		options: own,
		args: atLeast(1),
		run: ({ cli, options, args }: Call<typeof own>) => {
			const { format, ...query } = options as { format: string; platform?: string };
			const platform = platformJson(query.platform ?? "", "");
			return inspectAll(cli, args, format, (name) => findObject(cli, kind, name, { ...query, platform } as Query));
		},
	});
};
