// Help texts: usage, options, and the tables of commands, without what the daemon does not have.

import type { Cli } from "../cli";
import type { Options } from "../flags/spec";
import { flagUsages } from "../flags/usage";
import type { Command, Group } from "./command";
import { isShown } from "./support";

/** "docker run [OPTIONS] IMAGE …"; a second form names its command itself, as docker's does. */
export const usageLine = (path: string, command: Command): string =>
	(command.synopsis === "" ? [""] : command.synopsis.split("\n"))
		.map((form, at) => (at > 0 ? form : `${path}${form ? ` ${form}` : ""}`))
		.join("\n\t");

async function columnsOf(cli: Cli): Promise<number> {
	const size = await cli.windowSize(0);
	return (size?.cols || 80) - 1;
}

async function shownOptions(cli: Cli, options: Options): Promise<Options> {
	const shown: Options = {};
	for (const [name, spec] of Object.entries(options)) if (await isShown(cli, spec.needs)) shown[name] = spec;
	return shown;
}
async function shownCommands<T extends Command | Group>(cli: Cli, commands: readonly T[]): Promise<T[]> {
	const shown: T[] = [];
	for (const one of commands) if (!one.hidden && (await isShown(cli, one.needs))) shown.push(one);
	return shown;
}

export async function commandHelp(cli: Cli, path: string, command: Command): Promise<string> {
	const names = command.otherNames.length > 0 ? `\nAliases:\n  ${command.otherNames.join(", ")}\n` : "";
	const usages = flagUsages(await shownOptions(cli, command.options), await columnsOf(cli));
	const options = usages === "" ? "" : `\nOptions:\n${usages}`;
	return `Usage:  ${usageLine(path, command)}\n\n${command.description ?? command.summary}\n${names}${options}`;
}

interface Row {
	name: string;
	summary: string;
}
/** Names are padded as cobra pads them: to 11 or the longest of them, and of the whole command's for a group's. */
const table = (rows: readonly Row[]): string => {
	const width = Math.max(11, ...rows.map((row) => row.name.length));
	return rows.map((row) => `  ${row.name.padEnd(width)} ${row.summary}\n`).join("");
};
const byName = <T extends Row>(rows: readonly T[]): T[] => [...rows].sort((a, b) => (a.name < b.name ? -1 : 1));

export async function groupHelp(cli: Cli, group: Group): Promise<string> {
	const commands = byName(await shownCommands(cli, group.commands));
	return `Usage:  docker ${group.name} COMMAND\n\n${group.description ?? group.summary}\n\nCommands:\n${table(commands)}\nRun 'docker ${group.name} COMMAND --help' for more information on a command.\n`;
}

const marked = ({ name, summary, plugin }: Group): Row => ({ name: plugin ? `${name}*` : name, summary });

export interface RootHelp {
	common: readonly Command[];
	groups: readonly Group[];
	others: readonly Command[];
	globals: Options;
}
export async function rootHelp(cli: Cli, { common, groups, others, globals }: RootHelp): Promise<string> {
	const shown = await shownCommands(cli, groups);
	const ofSwarm = (group: Group) => group.needs?.swarm !== undefined;
	const sections = [
		["Common Commands", common],
		["Management Commands", byName(shown.filter((group) => !ofSwarm(group)).map(marked))],
		["Swarm Commands", byName(shown.filter(ofSwarm))],
		["Commands", byName(await shownCommands(cli, others))],
	] as const;
	return [
		"Usage:  docker [OPTIONS] COMMAND\n\nA self-sufficient runtime for containers\n",
		...sections.filter(([, rows]) => rows.length > 0).map(([title, rows]) => `${title}:\n${table(rows)}`),
		`Global Options:\n${flagUsages(globals, await columnsOf(cli))}`,
		"Run 'docker COMMAND --help' for more information on a command.\n",
		"Guides to the use of Docker are at https://docs.docker.com/go/guides/\n",
	].join("\n");
}
