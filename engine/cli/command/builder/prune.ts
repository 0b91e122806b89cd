// docker builder prune: what builds have left for the next one.

import { humanSize, ramInBytes } from "../../../lib/units";
import { encodeFilters } from "../../client/query";
import { bool, custom } from "../../flags/spec";
import { type Call, command } from "../command";
import { filterOption } from "../container/list";

const OPTIONS = {
	all: bool("Remove all unused build cache, not just dangling ones", "a"),
	filter: { ...filterOption('Remove only those for which this is so ("until=24h")'), short: undefined },
	force: bool("Ask nothing", "f"),
	"keep-storage": custom<number>(
		"bytes",
		"Keep so much of the cache",
		() => 0,
		(text) => ramInBytes(text),
	),
};

export const prune = command({
	name: "prune",
	synopsis: "",
	summary: "Remove build cache",
	options: OPTIONS,
	needs: { api: "1.39" },
	run: async ({ cli, options }: Call<typeof OPTIONS>) => {
		const what = options.all ? "all build cache" : "all dangling build cache";
		const question = `WARNING! This will remove ${what}. Are you sure you want to continue?`;
		if (!options.force && !(await cli.confirm(question))) return;
		const answer = await cli.client.json<{ CachesDeleted: string[] | null; SpaceReclaimed: number }>("POST", "/build/prune", {
			query: { all: options.all, "keep-storage": options["keep-storage"] || undefined, filters: encodeFilters(options.filter) },
		});
		const deleted = answer.CachesDeleted ?? [];
		if (deleted.length > 0) await cli.out.write(`Deleted build cache objects:\n${deleted.map((id) => `${id}\n`).join("")}\n`);
		await cli.out.line(`Total reclaimed space: ${humanSize(answer.SpaceReclaimed)}`);
	},
});
