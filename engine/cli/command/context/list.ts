// docker context ls, show and inspect.

import type { Cli } from "../../cli";
import { type ContextMetadata, dockerEndpoint } from "../../context/store";
import { describe } from "../../describe";
import { bool, string } from "../../flags/spec";
import { inspect as inspectAll } from "../../format/inspect";
import { naturalOrder } from "../../format/natural";
import { FORMAT_HELP, INSPECT_FORMAT_HELP, renderTable, row } from "../../format/table";
import { ellipsis } from "../../format/text";
import { type Call, command } from "../command";
import { contextMetadata, DEFAULT_DESCRIPTION } from "./lookup";

interface Line {
	name: string;
	description: string;
	endpoint: string;
	error: string;
}
function lineOf(meta: ContextMetadata): Line {
	const line = { name: meta.Name, description: String(meta.Metadata.Description ?? ""), endpoint: "", error: "" };
	if (meta.Name === "default") line.description = DEFAULT_DESCRIPTION;
	try {
		line.endpoint = dockerEndpoint(meta).Host ?? "";
	} catch (error) {
		line.error = describe(error);
	}
	return line;
}

async function linesOf(cli: Cli): Promise<Line[]> {
	const { store, current, standard } = cli.contexts;
	const lines = [...(await store.list()), standard()].map(lineOf);
	if (!lines.some(({ name }) => name === current))
		lines.push({
			name: current,
			description: "",
			endpoint: "",
			error: await store.get(current).then(() => "", describe),
		});
	return lines.sort((a, b) => naturalOrder(a.name, b.name));
}

const LIST_OPTIONS = { format: string(FORMAT_HELP), quiet: bool("Show names only", "q") };
const TABLE = "table {{.Name}}{{if .Current}} *{{end}}\\t{{.Description}}\\t{{.DockerEndpoint}}\\t{{.Error}}";
export const list = command({
	name: "ls",
	aliases: ["list"],
	synopsis: "[OPTIONS]",
	summary: "List contexts",
	otherNames: ["docker context ls", "docker context list"],
	options: LIST_OPTIONS,
	run: async ({ cli, options }: Call<typeof LIST_OPTIONS>) => {
		const rows = (await linesOf(cli)).map((line) =>
			row("*formatter.clientContextContext", {
				Current: () => line.name === cli.contexts.current,
				Description: () => line.description,
				DockerEndpoint: () => line.endpoint,
				Error: () => ellipsis(line.error, 45),
				Name: () => line.name,
			}),
		);
		const { format } = options;
		await cli.out.write(
			renderTable({
				format: options.quiet ? "{{.Name}}" : format === "" || format === "table" ? TABLE : format,
				headers: { Name: "NAME", Description: "DESCRIPTION", DockerEndpoint: "DOCKER ENDPOINT", Error: "ERROR" },
				rows,
			}),
		);
		if (cli.env.DOCKER_HOST)
			await cli.err.line(
				"Warning: DOCKER_HOST environment variable overrides the active context. To use a context, either set the global --context flag, or unset DOCKER_HOST environment variable.",
			);
	},
});

export const show = command({
	name: "show",
	summary: "Print the name of the current context",
	run: ({ cli }) => cli.out.line(cli.contexts.current),
});

/** As Go's encoder writes it, which shows in what inspect prints. */
const escapeHtml = (json: string): string => json.replace(/[<>&]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`);

const INSPECT_OPTIONS = { format: string(INSPECT_FORMAT_HELP, "f") };
export const inspect = command({
	name: "inspect",
	synopsis: "[OPTIONS] [CONTEXT] [CONTEXT...]",
	summary: "Display detailed information on one or more contexts",
	options: INSPECT_OPTIONS,
	args: () => undefined,
	run: async ({ cli, options, args }: Call<typeof INSPECT_OPTIONS>) => {
		const { store, current } = cli.contexts;
		await inspectAll(cli, args.length > 0 ? args : [current], options.format, async (name) => {
			const meta = await contextMetadata(cli, name);
			const TLSMaterial: Record<string, string[]> = {};
			for (const [endpoint, files] of Object.entries(await store.tlsFiles(name))) TLSMaterial[endpoint] = Object.keys(files);
			const own = name === "default" ? { MetadataPath: "<IN MEMORY>", TLSPath: "<IN MEMORY>" } : store.places(name);
			return { kind: "context", raw: escapeHtml(JSON.stringify({ ...meta, TLSMaterial, Storage: own })) };
		});
	},
});
