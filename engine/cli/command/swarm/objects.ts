// docker node, docker secret and docker config.

import { encodeBase64 } from "../../../lib/base64";
import { readAll, readFile } from "../../../lib/files";
import { humanDuration } from "../../../lib/units";
import type { Cli } from "../../cli";
import { piece } from "../../client/objects";
import { describe } from "../../describe";
import { bool, list as listOption, type Options, string } from "../../flags/spec";
import { naturalOrder } from "../../format/natural";
import { FORMAT_HELP, renderTable, row } from "../../format/table";
import { labelsText } from "../../format/text";
import { keyValues } from "../../opts/env";
import { atLeast, between, type Call, type Command, command, exactly, type Group } from "../command";
import { filterOption } from "../container/list";
import { beyond, inspectOf, type Kind, listOf, removerOf } from "./kit";

const NODE: Kind = { kind: "node", path: "/nodes" };
const LIST_OPTIONS = {
	filter: filterOption("Show only those for which this is so"),
	format: string(FORMAT_HELP),
	quiet: bool("Show ids only", "q"),
};

interface Node {
	ID: string;
	Spec: { Availability: string; Role: string };
	Description: { Hostname: string; Engine?: { EngineVersion: string } };
	Status: { State: string };
	ManagerStatus?: { Leader?: boolean; Reachability: string };
}
const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
const nodeRow = (node: Node, self: string) =>
	row("*node.nodeContext", {
		Availability: () => capital(node.Spec.Availability),
		EngineVersion: () => node.Description.Engine?.EngineVersion ?? "",
		Hostname: () => node.Description.Hostname,
		ID: () => node.ID,
		ManagerStatus: () => (node.ManagerStatus?.Leader ? "Leader" : capital(node.ManagerStatus?.Reachability ?? "")),
		Self: () => node.ID === self,
		Status: () => capital(node.Status.State),
	});
const nodes = command({
	name: "ls",
	aliases: ["list"],
	synopsis: "[OPTIONS]",
	summary: "List nodes in the swarm",
	otherNames: ["docker node ls", "docker node list"],
	options: LIST_OPTIONS,
	run: async ({ cli, options }: Call<typeof LIST_OPTIONS>) => {
		const found = await listOf<Node>(cli, NODE, options.filter);
		const self = (await cli.client.json<{ Swarm?: { NodeID?: string } }>("GET", "/info")).Swarm?.NodeID ?? "";
		found.sort((a, b) => naturalOrder(a.Description.Hostname, b.Description.Hostname));
		const given = options.format || String(cli.config.data.nodesFormat ?? "");
		const table =
			"table {{.ID}} {{if .Self}}*{{else}} {{ end }}\\t{{.Hostname}}\\t{{.Status}}\\t{{.Availability}}\\t{{.ManagerStatus}}\\t{{.EngineVersion}}";
		await cli.out.write(
			renderTable({
				format: given === "" || given === "table" ? (options.quiet ? "{{.ID}}" : table) : given,
				headers: {
					ID: "ID",
					Self: "",
					Hostname: "HOSTNAME",
					Status: "STATUS",
					Availability: "AVAILABILITY",
					ManagerStatus: "MANAGER STATUS",
					EngineVersion: "ENGINE VERSION",
				},
				rows: found.map((node) => nodeRow(node, self)),
			}),
		);
	},
});
const ofNode = ([name]: readonly string[]): string => `/nodes/${piece(name!)}`;
const promoting = (name: string, summary: string): Command =>
	beyond({ name, synopsis: "NODE [NODE...]", summary, args: atLeast(1), ask: ofNode });

export const node: Group = {
	name: "node",
	summary: "Manage Swarm nodes",
	needs: { api: "1.24", swarm: "manager" },
	commands: [
		promoting("demote", "Demote one or more nodes from manager in the swarm"),
		inspectOf(NODE, "[OPTIONS] self|NODE [NODE...]"),
		nodes,
		promoting("promote", "Promote one or more nodes to manager in the swarm"),
		beyond({
			name: "ps",
			synopsis: "[OPTIONS] [NODE...]",
			summary: "List tasks running on one or more nodes, defaults to current node",
			options: {
				filter: LIST_OPTIONS.filter,
				format: string("Format the tasks with a Go template"),
				"no-resolve": bool("Leave ids instead of names"),
				"no-trunc": bool("Show everything at full length"),
				quiet: LIST_OPTIONS.quiet,
			},
			args: () => undefined,
			check: async ({ cli, args }) => {
				const wrong: string[] = [];
				for (const name of args)
					await cli.client.text("GET", `/nodes/${piece(name)}`).catch((error) => wrong.push(describe(error)));
				if (wrong.length > 0) throw new Error(wrong.join("\n"));
			},
			ask: () => "/nodes",
		}),
		removerOf(NODE, "[OPTIONS] NODE [NODE...]", "Remove one or more nodes from the swarm", {
			force: bool("Remove one that is active, too", "f"),
		}),
		beyond({
			name: "update",
			synopsis: "[OPTIONS] NODE",
			summary: "Update a node",
			options: {
				availability: string('Availability ("active", "pause", "drain")'),
				"label-add": listOption("Label to add or change (key=value)"),
				"label-rm": listOption("Label to take away"),
				role: string('Role ("worker", "manager")'),
			},
			args: exactly(1),
			ask: ofNode,
		}),
	],
};

interface Stored {
	ID: string;
	CreatedAt: string;
	UpdatedAt: string;
	Spec: { Name: string; Driver?: { Name: string }; Labels?: Record<string, string> | null };
}
/** Secrets and configs: contents by name. */
function storedGroup(kind: "secret" | "config", api: string, synopsis: string, options: Options): Group {
	const where: Kind = { kind, path: `/${kind}s` };
	const upper = kind.toUpperCase();
	const driver = kind === "secret" ? "{{.Driver}}\\t" : "";
	const ago = (cli: Cli, time: string) => `${humanDuration((cli.now() - Date.parse(time)) / 1000)} ago`;
	const list = command({
		name: "ls",
		aliases: ["list"],
		synopsis: "[OPTIONS]",
		summary: `List ${kind}s`,
		otherNames: [`docker ${kind} ls`, `docker ${kind} list`],
		options: LIST_OPTIONS,
		run: async ({ cli, options: { filter, format, quiet } }: Call<typeof LIST_OPTIONS>) => {
			const found = await listOf<Stored>(cli, where, filter);
			found.sort((a, b) => naturalOrder(a.Spec.Name, b.Spec.Name));
			const given = format || String(cli.config.data[`${kind}Format`] ?? "");
			const table = `table {{.ID}}\\t{{.Name}}\\t${driver}{{.CreatedAt}}\\t{{.UpdatedAt}}`;
			const rows = found.map(({ ID, CreatedAt, UpdatedAt, Spec }) =>
				row(`*${kind}.${kind}Context`, {
					CreatedAt: () => ago(cli, CreatedAt),
					...(kind === "secret" ? { Driver: () => Spec.Driver?.Name ?? "" } : {}),
					ID: () => ID,
					Label: (name) => Spec.Labels?.[String(name)] ?? "",
					Labels: () => labelsText(Spec.Labels),
					Name: () => Spec.Name,
					UpdatedAt: () => ago(cli, UpdatedAt),
				}),
			);
			const headers = { ID: "ID", Name: "NAME", Driver: "DRIVER", CreatedAt: "CREATED", UpdatedAt: "UPDATED", Labels: "LABELS" };
			await cli.out.write(
				renderTable({ format: given === "" || given === "table" ? (quiet ? "{{.ID}}" : table) : given, headers, rows }),
			);
		},
	});
	const create = command({
		name: "create",
		synopsis,
		summary: `Create a ${kind} from a file or STDIN${kind === "secret" ? " as content" : ""}`,
		options: { label: listOption("Label (key=value)", "l"), "template-driver": string("Driver of the template"), ...options },
		args: kind === "secret" ? between(1, 2) : exactly(2),
		run: async ({ cli, options: given, args }) => {
			const { label, driver: own, "template-driver": template } = given as typeof given & { driver?: string };
			if (own && args[1] !== undefined) throw new Error("when using secret driver secret data must be empty");
			if (!own && args[1] === undefined) throw new Error(`${kind} file is required`);
			const Data = args[1] === undefined ? undefined : encodeBase64(await content(cli, kind, args[1]));
			const { ID } = await cli.client.json<{ ID: string }>("POST", `${where.path}/create`, {
				json: {
					Name: args[0],
					Labels: keyValues(label),
					...(Data === undefined ? {} : { Data }),
					...(own ? { Driver: { Name: own } } : {}),
					...(template ? { Templating: { Name: template } } : {}),
				},
			});
			await cli.out.line(ID);
		},
	});
	return {
		name: kind,
		summary: `Manage Swarm ${kind}s`,
		needs: { api, swarm: "manager" },
		commands: [
			create,
			inspectOf(where, `[OPTIONS] ${upper} [${upper}...]`),
			list,
			removerOf(where, `${upper} [${upper}...]`, `Remove one or more ${kind}s`),
		],
	};
}

async function content(cli: Cli, kind: string, place: string): Promise<Uint8Array> {
	try {
		const shown = place === "-" ? "STDIN" : place;
		const bytes = await (place === "-" ? readAll(cli.sys, 0) : readFile(cli.sys, place)).catch((error: unknown) => {
			throw new Error(`error reading from ${shown}: ${describe(error)}`);
		});
		if (bytes.length === 0) throw new Error(`error reading from ${shown}: data is empty`);
		return bytes;
	} catch (error) {
		throw kind === "config" ? new Error(`Error reading content from ${JSON.stringify(place)}: ${describe(error)}`) : error;
	}
}

export const secret = storedGroup("secret", "1.25", "[OPTIONS] SECRET [file|-]", { driver: string("Driver of the secret", "d") });
export const config = storedGroup("config", "1.30", "[OPTIONS] CONFIG file|-", {});
