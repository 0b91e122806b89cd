// docker search.

import { parseNormalized } from "../../../lib/reference";
import { authHeader } from "../../client/auth";
import { encodeFilters } from "../../client/query";
import { bool, int, string } from "../../flags/spec";
import { FORMAT_HELP, renderTable, row } from "../../format/table";
import type { GoStruct } from "../../format/template/value";
import { ellipsis } from "../../format/text";
import { type Call, command, exactly } from "../command";
import { filterOption } from "../container/list";

const SEARCH_OPTIONS = {
	filter: filterOption("Show only those for which this is so"),
	format: string(FORMAT_HELP),
	limit: int("Most results"),
	"no-trunc": bool("Show everything at full length"),
};
interface Found {
	name: string;
	description: string;
	star_count: number;
	is_official: boolean;
}
export const search = command({
	name: "search",
	synopsis: "[OPTIONS] TERM",
	summary: "Search Docker Hub for images",
	options: SEARCH_OPTIONS,
	args: exactly(1),
	run: async ({ cli, options, args }: Call<typeof SEARCH_OPTIONS>) => {
		const term = args[0]!;
		const first = term.split("/")[0]!;
		const domain = term.includes("/") && /[.:]|^localhost$/.test(first) ? parseNormalized(term).domain : "docker.io";
		const found = await cli.client.json<Found[]>("GET", "/images/search", {
			query: { term, limit: options.limit || undefined, filters: encodeFilters(options.filter) },
			headers: await authHeader(cli, domain),
		});
		found.sort((a, b) => b.star_count - a.star_count);
		await cli.out.write(
			renderTable({
				format:
					options.format === "" || options.format === "table"
						? "table {{.Name}}\\t{{.Description}}\\t{{.StarCount}}\\t{{.IsOfficial}}"
						: options.format,
				headers: {
					Name: "NAME",
					Description: "DESCRIPTION",
					StarCount: "STARS",
					IsOfficial: "OFFICIAL",
				},
				rows: found.map((one) => searchRow(one, !options["no-trunc"])),
			}),
		);
	},
});

function searchRow({ name, description, star_count, is_official }: Found, trunc: boolean): GoStruct {
	const plain = description.replaceAll("\n", " ").replaceAll("\r", " ");
	const columns = {
		Name: () => name,
		Description: () => (trunc ? ellipsis(plain, 45) : plain),
		StarCount: () => String(star_count),
		IsOfficial: () => (is_official ? "[OK]" : ""),
	};
	return row("*registry.searchContext", columns, { IsOfficial: String(is_official) });
}
