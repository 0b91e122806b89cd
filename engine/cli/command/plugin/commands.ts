// docker plugin: what the daemon has (here mostly none) is listed, shown and changed; making and sending plugins is left to others.

import { parseFirstJson } from "../../../lib/json-problem";
import { isDirectory } from "../../../lib/linux";
import { join, resolve } from "../../../lib/path";
import { parseNormalized } from "../../../lib/reference";
import type { Cli } from "../../cli";
import { piece } from "../../client/objects";
import { encodeFilters } from "../../client/query";
import { describe } from "../../describe";
import { bool, int, type Options, string } from "../../flags/spec";
import { inspect as inspectAll } from "../../format/inspect";
import { naturalOrder } from "../../format/natural";
import { FORMAT_HELP, INSPECT_FORMAT_HELP, renderTable, row } from "../../format/table";
import { ellipsis } from "../../format/text";
import { atLeast, between, type Call, type Command, command, exactly, type Group, StatusError } from "../command";
import { eachInTurn } from "../container/each";
import { filterOption } from "../container/list";
import { findObject } from "../system/inspect";
import { NO_TRUST } from "../trust";

interface Plugin {
	Id: string;
	Name: string;
	Enabled: boolean;
	PluginReference?: string;
	Config: { Description: string };
}

const LIST_OPTIONS = {
	filter: filterOption('Show only those for which this is so ("enabled=true")'),
	format: string(FORMAT_HELP),
	"no-trunc": bool("Show everything at full length"),
	quiet: bool("Show ids only", "q"),
};
const list = command({
	name: "ls",
	aliases: ["list"],
	synopsis: "[OPTIONS]",
	summary: "List plugins",
	otherNames: ["docker plugin ls", "docker plugin list"],
	options: LIST_OPTIONS,
	run: async ({ cli, options }: Call<typeof LIST_OPTIONS>) => {
		const query = { filters: encodeFilters(options.filter) };
		const plugins = (await cli.client.json<Plugin[] | null>("GET", "/plugins", { query })) ?? [];
		plugins.sort((a, b) => naturalOrder(a.Name, b.Name));
		const whole = options["no-trunc"];
		const given = options.format || (options.quiet ? "" : String(cli.config.data.pluginsFormat ?? ""));
		const table = "table {{.ID}}\\t{{.Name}}\\t{{.Description}}\\t{{.Enabled}}";
		await cli.out.write(
			renderTable({
				format: given === "" || given === "table" ? (options.quiet ? "{{.ID}}" : table) : given,
				headers: { ID: "ID", Name: "NAME", Description: "DESCRIPTION", Enabled: "ENABLED" },
				rows: plugins.map((plugin) =>
					row("*plugin.pluginContext", {
						Description: () => {
							const plain = plugin.Config.Description.replaceAll("\n", "").replaceAll("\r", "");
							return whole ? plain : ellipsis(plain, 45);
						},
						Enabled: () => plugin.Enabled,
						ID: () => (whole ? plugin.Id : plugin.Id.slice(0, 12)),
						Name: () => plugin.Name,
						PluginReference: () => plugin.PluginReference ?? "",
					}),
				),
			}),
		);
	},
});

const INSPECT_OPTIONS = { format: string(INSPECT_FORMAT_HELP, "f") };
const inspect = command({
	name: "inspect",
	synopsis: "[OPTIONS] PLUGIN [PLUGIN...]",
	summary: "Display detailed information on one or more plugins",
	options: INSPECT_OPTIONS,
	args: atLeast(1),
	run: ({ cli, options, args }: Call<typeof INSPECT_OPTIONS>) =>
		inspectAll(cli, args, options.format, (name) => findObject(cli, "plugin", name)),
});

/** A change of one plugin by a POST. */
const change = (verb: string, synopsis: string, summary: string, options: Options): Command =>
	command({
		name: verb,
		synopsis,
		summary,
		options,
		args: exactly(1),
		run: async ({ cli, options: given, args }) => {
			const { force, timeout } = given as { force?: boolean; timeout?: number };
			if (timeout !== undefined && timeout < 0) throw new Error(`negative timeout ${timeout} is invalid`);
			await cli.client.done("POST", `/plugins/${piece(args[0]!)}/${verb}`, { query: { force, timeout } });
			await cli.out.line(args[0]!);
		},
	});

const REMOVE_OPTIONS = { force: bool("Remove one that is enabled, too", "f") };
const rm = command({
	name: "rm",
	aliases: ["remove"],
	synopsis: "[OPTIONS] PLUGIN [PLUGIN...]",
	summary: "Remove one or more plugins",
	otherNames: ["docker plugin rm", "docker plugin remove"],
	options: REMOVE_OPTIONS,
	args: atLeast(1),
	run: ({ cli, options, args }: Call<typeof REMOVE_OPTIONS>) =>
		eachInTurn(cli, args, (name) => cli.client.done("DELETE", `/plugins/${piece(name)}`, { query: { force: options.force } })),
});

const set = command({
	name: "set",
	synopsis: "PLUGIN KEY=VALUE [KEY=VALUE...]",
	summary: "Change settings for a plugin",
	args: atLeast(2),
	run: ({ cli, args }) => cli.client.done("POST", `/plugins/${piece(args[0]!)}/set`, { json: args.slice(1) }),
});

/** @throws Error for what is no name, or one that says a digest */
function checkName(name: string): void {
	if (parseNormalized(name).digest) throw new Error(`invalid name: ${name}`);
}
/** What a plugin is made of: a directory with its configuration. @throws Error */
async function checkData(cli: Cli, path: string): Promise<void> {
	const directory = resolve(await cli.sys.getcwd(), path);
	const { mode } = await cli.sys.lstat(directory).catch((error: unknown) => {
		throw new Error(describe(error));
	});
	if (!isDirectory(mode)) throw new Error("context must be a directory");
	parseFirstJson(await cli.readText(join(path, "config.json")));
}

/** The daemon is asked for the plugin first, which it most often does not have. */
const beyond = (
	name: string,
	synopsis: string,
	summary: string,
	options: Options,
	args: Command["args"],
	words = (said: string): string => said,
): Command =>
	command({
		name,
		synopsis,
		summary,
		options,
		args,
		run: async ({ cli, options: given, args, path }) => {
			const plugin = args[0]!;
			const { alias } = given as { alias?: string };
			if (alias) checkName(alias);
			if (name === "push") checkName(plugin);
			else if (name !== "upgrade") parseNormalized(plugin);
			if (name === "create") await checkData(cli, args[1]!);
			// the daemon asks the registry what the plugin wants to be allowed
			if (name === "install") await cli.client.text("GET", "/plugins/privileges", { query: { remote: plugin } });
			if (name === "push" || name === "upgrade") {
				const asked = name === "push" && !/:[^/]*$/.test(plugin) ? `${plugin}:latest` : plugin;
				await cli.client.text("GET", `/plugins/${piece(asked)}/json`).catch((error: Error) => {
					throw new Error(words(error.message));
				});
			}
			throw new StatusError(1, `${path}: this client does not make, fetch or send plugins`);
		},
	});
const GRANT = bool("Give it all that it asks for");

export const plugin: Group = {
	name: "plugin",
	summary: "Manage plugins",
	needs: { api: "1.25" },
	commands: [
		beyond(
			"create",
			"[OPTIONS] PLUGIN PLUGIN-DATA-DIR",
			"Create a plugin from a rootfs and configuration",
			{ compress: bool("Send it gzipped") },
			atLeast(2),
		),
		change("disable", "[OPTIONS] PLUGIN", "Disable a plugin", { force: bool("Disable one that is in use, too", "f") }),
		change("enable", "[OPTIONS] PLUGIN", "Enable a plugin", { timeout: int("Seconds to wait for it", undefined, 30) }),
		inspect,
		beyond(
			"install",
			"[OPTIONS] PLUGIN [KEY=VALUE...]",
			"Install a plugin",
			{
				...NO_TRUST,
				alias: string("Name to give it here"),
				disable: bool("Leave it disabled"),
				"grant-all-permissions": GRANT,
			},
			atLeast(1),
		),
		list,
		beyond("push", "[OPTIONS] PLUGIN[:TAG]", "Push a plugin to a registry", NO_TRUST, exactly(1)),
		rm,
		set,
		beyond(
			"upgrade",
			"[OPTIONS] PLUGIN [REMOTE]",
			"Upgrade an existing plugin",
			{ ...NO_TRUST, "grant-all-permissions": GRANT, "skip-remote-check": bool("Do not ask whether it is the same plugin") },
			between(1, 2),
			(said) => `error reading plugin data: ${said}`,
		),
	],
};
