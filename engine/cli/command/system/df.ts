// docker system df.

import type { Usage } from "../../../api/usage";
import { humanSize } from "../../../lib/units";
import { bool, string } from "../../flags/spec";
import { FORMAT_HELP, renderTable, row } from "../../format/table";
import type { GoStruct } from "../../format/template/value";
import { type Call, command } from "../command";
import { type Current, counted, type Legacy } from "./df-usage";
import { verbose } from "./df-verbose";

const OPTIONS = { format: string(FORMAT_HELP), verbose: bool("Show what each thing takes", "v") };
const TABLE = "table {{.Type}}\\t{{.TotalCount}}\\t{{.Active}}\\t{{.Size}}\\t{{.Reclaimable}}";
const RAW = "type: {{.Type}}\\ntotal: {{.TotalCount}}\\nactive: {{.Active}}\\nsize: {{.Size}}\\nreclaimable: {{.Reclaimable}}\\n";
const HEADERS = { Type: "TYPE", TotalCount: "TOTAL", Active: "ACTIVE", Size: "SIZE", Reclaimable: "RECLAIMABLE" };

export const df = command({
	name: "df",
	synopsis: "[OPTIONS]",
	summary: "Show docker disk usage",
	options: OPTIONS,
	run: async ({ cli, options }: Call<typeof OPTIONS>) => {
		const query = { verbose: options.verbose || undefined };
		const answer = await cli.client.json<Current & Legacy>("GET", "/system/df", { query });
		const usage = (await cli.client.speaks("1.52")) ? answer : counted(answer);
		const given = options.format || "table";
		if (options.verbose) return cli.out.write(verbose(usage, given, cli.now()));
		const format = given === "table" ? TABLE : given === "raw" ? RAW : given;
		const rows = [
			line("Images", usage.ImageUsage),
			line("Containers", usage.ContainerUsage),
			line("Local Volumes", usage.VolumeUsage),
			line("Build Cache", usage.BuildCacheUsage, false),
		];
		await cli.out.write(renderTable({ format, headers: HEADERS, rows }));
	},
});

/** What an error of a template calls each line. */
const TYPES: Record<string, string> = {
	Images: "Images",
	Containers: "Containers",
	"Local Volumes": "Volumes",
	"Build Cache": "Builder",
};

function line(type: string, usage: Usage<unknown> = {}, percent = true): GoStruct {
	const { TotalCount = 0, ActiveCount = 0, TotalSize: size = 0, Reclaimable: free = 0 } = usage;
	const share = percent && size > 0 ? ` (${Math.trunc((free * 100) / size)}%)` : "";
	return row(`*formatter.diskUsage${TYPES[type]}Context`, {
		Type: () => type,
		TotalCount: () => String(TotalCount),
		Active: () => String(ActiveCount),
		Size: () => humanSize(size),
		Reclaimable: () => humanSize(free) + share,
	});
}
