// docker system prune.

import { humanSize } from "../../../lib/units";
import type { Cli } from "../../cli";
import { encodeFilters } from "../../client/query";
import { bool } from "../../flags/spec";
import { type Call, command } from "../command";
import { filterOption } from "../container/list";
import { pruneContainers } from "../container/prune";
import { pruneImages } from "../image/verbs";
import { pruneNetworks } from "../network/commands";
import { pruneVolumes } from "../volume/commands";

const OPTIONS = {
	all: bool("Remove all unused images, not just untagged ones", "a"),
	filter: { ...filterOption('Remove only those for which this is so ("label=<key>=<value>")'), short: undefined },
	force: bool("Ask nothing", "f"),
	volumes: bool("Remove anonymous volumes too"),
};

export const prune = command({
	name: "prune",
	synopsis: "[OPTIONS]",
	summary: "Remove unused data",
	options: OPTIONS,
	run: async ({ cli, options }: Call<typeof OPTIONS>) => {
		if (options.volumes && options.filter.has("until"))
			throw new Error(`ERROR: The "until" filter is not supported with "--volumes"`);
		if (!options.force && !(await cli.confirm(warning(options)))) return;
		const results = [
			await pruneContainers(cli, options.filter),
			await pruneNetworks(cli, options.filter),
			...(options.volumes ? [await pruneVolumes(cli, false, options.filter)] : []),
			await pruneImages(cli, options.all, options.filter),
			await pruneCache(cli, options.all),
		];
		for (const { output } of results) if (output !== "") await cli.out.line(output);
		await cli.out.line(`Total reclaimed space: ${humanSize(results.reduce((sum, { reclaimed }) => sum + reclaimed, 0))}`);
	},
});

function warning({ all, volumes, filter }: Call<typeof OPTIONS>["options"]): string {
	const what = [
		"all stopped containers",
		"all networks not used by at least one container",
		...(volumes ? ["all anonymous volumes not used by at least one container"] : []),
		all ? "all images without at least one container associated to them" : "all dangling images",
		all ? "all build cache" : "unused build cache",
	];
	const filters = [...filter].flatMap(([name, values]) => values.map((value) => `${name}=${value}`));
	const limited =
		filters.length > 0 ? `\n  Items to be pruned will be filtered with:\n${filters.map((one) => `  - ${one}\n`).join("")}` : "";
	return `WARNING! This will remove:\n${what.map((one) => `  - ${one}\n`).join("")}${limited}\nAre you sure you want to continue?`;
}

async function pruneCache(cli: Cli, all: boolean): Promise<{ output: string; reclaimed: number }> {
	if (!(await cli.client.speaks("1.39"))) return { output: "", reclaimed: 0 };
	const answer = await cli.client.json<{ CachesDeleted: string[] | null; SpaceReclaimed: number }>("POST", "/build/prune", {
		query: { all, filters: encodeFilters(new Map()) },
	});
	const deleted = answer.CachesDeleted ?? [];
	if (deleted.length === 0) return { output: "", reclaimed: 0 };
	return { output: `Deleted build cache objects:\n${deleted.map((id) => `${id}\n`).join("")}`, reclaimed: answer.SpaceReclaimed };
}
