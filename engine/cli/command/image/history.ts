// docker history.

import { humanDuration, humanSize } from "../../../lib/units";
import { piece } from "../../client/objects";
import { bool, string } from "../../flags/spec";
import { FORMAT_HELP, renderTable, row } from "../../format/table";
import type { GoStruct } from "../../format/template/value";
import { ellipsis, rfc3339, truncateId } from "../../format/text";
import { platformJson } from "../../opts/platform";
import { type Call, command, exactly } from "../command";

interface Layer {
	Id: string;
	Created: number;
	CreatedBy: string;
	Size: number;
	Comment: string;
}

const OPTIONS = {
	format: string(FORMAT_HELP),
	human: bool("Show sizes and dates for people", "H", true),
	"no-trunc": bool("Show everything at full length"),
	platform: string("Show the history of this platform's image (os/arch[/variant])", undefined, "", { needs: { api: "1.48" } }),
	quiet: bool("Show ids only", "q"),
};

const HEADERS = {
	ID: "IMAGE",
	CreatedSince: "CREATED",
	CreatedAt: "CREATED AT",
	CreatedBy: "CREATED BY",
	Size: "SIZE",
	Comment: "COMMENT",
};
const tableOf = (human: boolean): string =>
	`table {{.ID}}\\t{{.${human ? "CreatedSince" : "CreatedAt"}}}\\t{{.CreatedBy}}\\t{{.Size}}\\t{{.Comment}}`;
/** The year 2000: what claims to be older has no date. */
const EPOCH = 946684800;

export const history = command({
	name: "history",
	synopsis: "[OPTIONS] IMAGE",
	summary: "Show the history of an image",
	otherNames: ["docker image history", "docker history"],
	options: OPTIONS,
	args: exactly(1),
	run: async ({ cli, options, args }: Call<typeof OPTIONS>) => {
		const layers = await cli.client.json<Layer[]>("GET", `/images/${piece(args[0]!)}/history`, {
			query: { platform: platformJson(options.platform) },
		});
		const given = options.format || "table";
		const format = given !== "table" ? given : options.quiet ? "{{.ID}}" : tableOf(options.human);
		const rows = layers.map((layer) => layerRow(layer, !options["no-trunc"], options.human, cli.now()));
		await cli.out.write(renderTable({ format, headers: HEADERS, rows }));
	},
});

function layerRow(layer: Layer, trunc: boolean, human: boolean, now: number): GoStruct {
	const by = layer.CreatedBy.replaceAll("\t", " ");
	const since = layer.Created <= EPOCH ? "N/A" : `${humanDuration(now / 1000 - layer.Created)} ago`;
	return row("*image.historyContext", {
		ID: () => (trunc ? truncateId(layer.Id) : layer.Id),
		CreatedAt: () => rfc3339(layer.Created),
		CreatedSince: () => (human ? since : rfc3339(layer.Created)),
		CreatedBy: () => (trunc ? ellipsis(by, 45) : by),
		Size: () => (human ? humanSize(layer.Size, 3) : String(layer.Size)),
		Comment: () => layer.Comment,
	});
}
