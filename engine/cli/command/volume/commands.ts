// docker volume.

import { humanSize } from "../../../lib/units";
import type { Cli } from "../../cli";
import { isNotFound } from "../../client/client";
import { piece } from "../../client/objects";
import { encodeFilters, type Filters, withFilter } from "../../client/query";
import { describe } from "../../describe";
import { bool, list as listOption, map, string } from "../../flags/spec";
import { naturalOrder } from "../../format/natural";
import { FORMAT_HELP, renderTable } from "../../format/table";
import { VOLUME_HEADERS, type Volume, volumeFormat, volumeRow } from "../../format/volume-row";
import { checkLabel, keyValues } from "../../opts/env";
import { atLeast, atMost, type Call, command } from "../command";
import { failed } from "../container/each";
import { filterOption } from "../container/list";
import { CLUSTER_OPTIONS, clusterSpec } from "./cluster";

const CREATE_OPTIONS = {
	...CLUSTER_OPTIONS,
	driver: string("Driver of the volume", "d", "local"),
	label: listOption("Label (key=value)", undefined, checkLabel),
	name: string("Name of the volume", undefined, "", { hidden: true }),
	opt: map("Option of the driver", "o", { shownDefault: "map[]" }),
};
export const create = command({
	name: "create",
	synopsis: "[OPTIONS] [VOLUME]",
	summary: "Create a volume",
	options: CREATE_OPTIONS,
	args: atMost(1),
	run: async ({ cli, options, args, changed }: Call<typeof CREATE_OPTIONS>) => {
		if (args.length === 1 && options.name)
			throw new Error("conflicting options: cannot specify a volume-name through both --name and as a positional arg");
		const volume = await cli.client.json<Volume>("POST", "/volumes/create", {
			json: {
				Driver: options.driver,
				...(options.opt.size > 0 ? { DriverOpts: Object.fromEntries(options.opt) } : {}),
				...(options.label.length > 0 ? { Labels: keyValues(options.label) } : {}),
				Name: args[0] ?? options.name,
				...clusterSpec(options, changed),
			},
		});
		await cli.out.line(volume.Name);
	},
});

const CLUSTER_TABLE = "table {{.Name}}\\t{{.Group}}\\t{{.Driver}}\\t{{.Availability}}\\t{{.Status}}";
const LIST_OPTIONS = {
	cluster: bool("Show cluster volumes only", undefined, false, { needs: { api: "1.42", swarm: "manager" } }),
	filter: filterOption("Show only those for which this is so"),
	format: string(FORMAT_HELP),
	quiet: bool("Show names only", "q"),
};
export const list = command({
	name: "ls",
	aliases: ["list"],
	synopsis: "[OPTIONS]",
	summary: "List volumes",
	otherNames: ["docker volume ls", "docker volume list"],
	options: LIST_OPTIONS,
	run: async ({ cli, options }: Call<typeof LIST_OPTIONS>) => {
		const answer = await cli.client.json<{ Volumes: Volume[] | null }>("GET", "/volumes", {
			query: { filters: encodeFilters(options.filter) },
		});
		const { cluster, quiet } = options;
		const volumes = (answer.Volumes ?? [])
			.filter((volume) => !cluster || volume.ClusterVolume)
			.sort((a, b) => naturalOrder(a.Name, b.Name));
		const own = cluster && !quiet ? CLUSTER_TABLE : cluster ? "table" : options.format;
		const given = own || (quiet ? "" : cli.config.data.volumesFormat) || "table";
		await cli.out.write(
			renderTable({ format: volumeFormat(given, quiet), headers: VOLUME_HEADERS, rows: volumes.map(volumeRow) }),
		);
	},
});

const RM_OPTIONS = { force: bool("Have no complaint where there is no such volume", "f") };
export const rm = command({
	name: "rm",
	aliases: ["remove"],
	synopsis: "[OPTIONS] VOLUME [VOLUME...]",
	summary: "Remove one or more volumes",
	description: "Remove one or more volumes. A volume that a container uses cannot be removed.",
	otherNames: ["docker volume rm", "docker volume remove"],
	options: RM_OPTIONS,
	args: atLeast(1),
	run: async ({ cli, options, args }: Call<typeof RM_OPTIONS>) => {
		const failures: string[] = [];
		for (const name of args) {
			try {
				await cli.client.done("DELETE", `/volumes/${piece(name)}`, { query: { force: options.force } });
				await cli.out.line(name);
			} catch (error) {
				if (options.force && isNotFound(error)) await cli.out.line(name);
				else failures.push(describe(error));
			}
		}
		failed(failures);
	},
});

const PRUNE_OPTIONS = {
	all: bool("Remove all unused volumes, not just anonymous ones", "a", false, { needs: { api: "1.42" } }),
	filter: { ...filterOption('Remove only those for which this is so ("label=<label>")'), short: undefined },
	force: bool("Ask nothing", "f"),
};
export const prune = command({
	name: "prune",
	synopsis: "[OPTIONS]",
	summary: "Remove unused local volumes",
	options: PRUNE_OPTIONS,
	run: async ({ cli, options }: Call<typeof PRUNE_OPTIONS>) => {
		if (options.all && options.filter.has("all"))
			throw new Error("conflicting options: cannot specify both --all and --filter all=1");
		const what = options.all
			? "all local volumes not used by at least one container"
			: "anonymous local volumes not used by at least one container";
		if (!options.force && !(await cli.confirm(`WARNING! This will remove ${what}.\nAre you sure you want to continue?`))) return;
		const { output, reclaimed } = await pruneVolumes(cli, options.all, options.filter);
		if (output !== "") await cli.out.line(output);
		await cli.out.line(`Total reclaimed space: ${humanSize(reclaimed)}`);
	},
});

export async function pruneVolumes(cli: Cli, all: boolean, given: Filters): Promise<{ output: string; reclaimed: number }> {
	// up to 1.41 all unused volumes were removed; since then it must be said
	const filters = all && (await cli.client.speaks("1.42")) ? withFilter(given, "all", "true") : given;
	const answer = await cli.client.json<{ VolumesDeleted: string[] | null; SpaceReclaimed: number }>("POST", "/volumes/prune", {
		query: { filters: encodeFilters(filters) },
	});
	const deleted = answer.VolumesDeleted ?? [];
	if (deleted.length === 0) return { output: "", reclaimed: 0 };
	return { output: `Deleted Volumes:\n${deleted.map((name) => `${name}\n`).join("")}`, reclaimed: answer.SpaceReclaimed };
}
