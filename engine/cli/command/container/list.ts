// docker ps.

import { addFilter, encodeFilters, type Filters, NO_FILTERS } from "../../client/query";
import { describe } from "../../describe";
import { bool, custom, int, string } from "../../flags/spec";
import { CONTAINER_HEADERS, type ContainerSummary, containerRow } from "../../format/container-row";
import { FORMAT_HELP, renderTable } from "../../format/table";
import { Template } from "../../format/template/execute";
import { command } from "../command";

export const filterOption = (usage: string) => custom<Filters>("filter", usage, () => NO_FILTERS, addFilter, { short: "f" });

const OPTIONS = {
	all: bool("Show all containers (default shows just running)", "a"),
	filter: filterOption("Show only those for which this is so"),
	format: string(FORMAT_HELP),
	last: int("Show the n last created, whatever their state", "n", -1),
	latest: bool("Show the last created, whatever its state", "l"),
	"no-trunc": bool("Show everything at full length"),
	quiet: bool("Show ids only", "q"),
	size: bool("Show sizes", "s"),
};

const TABLE = "table {{.ID}}\\t{{.Image}}\\t{{.Command}}\\t{{.RunningFor}}\\t{{.Status}}\\t{{.Ports}}\\t{{.Names}}";
const RAW = `container_id: {{.ID}}
image: {{.Image}}
command: {{.Command}}
created_at: {{.CreatedAt}}
state: {{- pad .State 1 0}}
status: {{- pad .Status 1 0}}
names: {{.Names}}
labels: {{- pad .Labels 1 0}}
ports: {{- pad .Ports 1 0}}
`;

export function containerFormat(source: string, quiet: boolean, size: boolean): string {
	if (source === "table" || source === "") return quiet ? "{{.ID}}" : TABLE + (size ? "\\t{{.Size}}" : "");
	if (source === "raw") return quiet ? "container_id: {{.ID}}" : RAW + (size ? "size: {{.Size}}\\n" : "");
	return quiet ? "{{.ID}}" : source;
}

export const list = command({
	name: "ls",
	aliases: ["ps", "list"],
	synopsis: "[OPTIONS]",
	summary: "List containers",
	otherNames: ["docker container ls", "docker container list", "docker container ps", "docker ps"],
	options: OPTIONS,
	run: async ({ cli, options, changed }) => {
		if (options.quiet && options.format)
			await cli.err.write("WARNING: Ignoring custom format, because both --format and --quiet are set.\n");
		const format = options.format || (options.quiet ? "table" : cli.config.data.psFormat) || "table";
		const last = options.latest && options.last === -1 ? 1 : options.last;
		// a template that shows the size must have it asked for; any is tried first, whether it matters or not
		const shown = usesSize(format);
		const size = options.size || (!changed.has("size") && shown);
		const containers = await cli.client.json<ContainerSummary[]>("GET", "/containers/json", {
			query: {
				all: options.all,
				limit: last > 0 ? last : undefined,
				size: size && !options.quiet,
				filters: encodeFilters(options.filter),
			},
		});
		const rows = containers.map((container) => containerRow(container, !options["no-trunc"], cli.now()));
		await cli.out.write(
			renderTable({ format: containerFormat(format, options.quiet, options.size), headers: CONTAINER_HEADERS, rows }),
		);
	},
});

/** Runs the template on an empty container, to see its mistakes early and whether it asks for the size. */
function usesSize(format: string): boolean {
	let template: Template;
	try {
		template = Template.parse(format);
	} catch (error) {
		throw new Error(`failed to parse template: ${describe(error)}`);
	}
	const empty = {
		Id: "",
		Names: [],
		Image: "",
		ImageID: "",
		Command: "",
		Created: 0,
		Ports: [],
		Labels: null,
		State: "",
		Status: "",
	};
	let used = false;
	const probe = containerRow(empty, true, 0, () => {
		used = true;
	});
	try {
		template.execute(probe);
	} catch (error) {
		throw new Error(`failed to execute template: ${describe(error)}`);
	}
	return used;
}
