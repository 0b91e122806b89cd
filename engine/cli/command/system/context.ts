// docker context: there is one, "default", made of DOCKER_HOST or -H.

import { bool, string } from "../../flags/spec";
import { FORMAT_HELP, renderTable, row } from "../../format/table";
import { type Call, command } from "../command";

const OPTIONS = { format: string(FORMAT_HELP), quiet: bool("Show names only", "q") };

export const contextList = command({
	name: "ls",
	aliases: ["list"],
	synopsis: "[OPTIONS]",
	summary: "List contexts",
	otherNames: ["docker context ls", "docker context list"],
	options: OPTIONS,
	run: async ({ cli, options }: Call<typeof OPTIONS>) => {
		const only = row("*formatter.clientContextContext", {
			Name: () => "default",
			Current: () => true,
			Description: () => "Current DOCKER_HOST based configuration",
			DockerEndpoint: () => cli.client.host.url,
			Error: () => "",
		});
		const table = "table {{.Name}}{{if .Current}} *{{end}}\\t{{.Description}}\\t{{.DockerEndpoint}}\\t{{.Error}}";
		const format = options.quiet ? "{{.Name}}" : options.format === "" || options.format === "table" ? table : options.format;
		await cli.out.write(
			renderTable({
				format,
				headers: { Name: "NAME", Description: "DESCRIPTION", DockerEndpoint: "DOCKER ENDPOINT", Error: "ERROR" },
				rows: [only],
			}),
		);
		if (cli.env.DOCKER_HOST)
			await cli.err.line(
				"Warning: DOCKER_HOST environment variable overrides the active context. To use a context, either set the global --context flag, or unset DOCKER_HOST environment variable.",
			);
	},
});

export const contextShow = command({
	name: "show",
	summary: "Print the name of the current context",
	run: ({ cli }) => cli.out.line("default"),
});
