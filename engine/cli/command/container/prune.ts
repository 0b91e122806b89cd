// docker container prune.

import { humanSize } from "../../../lib/units";
import type { Cli } from "../../cli";
import { encodeFilters, type Filters } from "../../client/query";
import { bool } from "../../flags/spec";
import { type Call, command } from "../command";
import { filterOption } from "./list";

const OPTIONS = {
	filter: removeShort(filterOption('Remove only those for which this is so ("until=<timestamp>")')),
	force: bool("Ask nothing", "f"),
};
function removeShort<T extends { short?: string }>(option: T): T {
	return { ...option, short: undefined };
}

export const prune = command({
	name: "prune",
	synopsis: "[OPTIONS]",
	summary: "Remove all stopped containers",
	options: OPTIONS,
	run: async ({ cli, options }: Call<typeof OPTIONS>) => {
		if (
			!options.force &&
			!(await cli.confirm("WARNING! This will remove all stopped containers.\nAre you sure you want to continue?"))
		)
			return;
		const { output, reclaimed } = await pruneContainers(cli, options.filter);
		if (output !== "") await cli.out.line(output);
		await cli.out.line(`Total reclaimed space: ${humanSize(reclaimed)}`);
	},
});

export async function pruneContainers(cli: Cli, filters: Filters): Promise<{ output: string; reclaimed: number }> {
	const answer = await cli.client.json<{ ContainersDeleted: string[] | null; SpaceReclaimed: number }>(
		"POST",
		"/containers/prune",
		{
			query: { filters: encodeFilters(filters) },
		},
	);
	const deleted = answer.ContainersDeleted ?? [];
	if (deleted.length === 0) return { output: "", reclaimed: 0 };
	return { output: `Deleted Containers:\n${deleted.map((id) => `${id}\n`).join("")}`, reclaimed: answer.SpaceReclaimed };
}
