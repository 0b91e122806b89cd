// Help and usage texts in docker's layout.

import type { Cli } from "../cli";
import type { Options } from "../flags/spec";
import { flagUsages } from "../flags/usage";
import type { Command, Group } from "./command";

/** "docker run [OPTIONS] IMAGE …", each form on its own line. */
export const usageLine = (path: string, command: Command): string =>
	(command.synopsis === "" ? [""] : command.synopsis.split("\n")).map((form) => `${path}${form ? ` ${form}` : ""}`).join("\n\t");

async function columnsOf(cli: Cli): Promise<number> {
	const size = await cli.windowSize(0);
	return (size?.cols || 80) - 1;
}

export async function commandHelp(cli: Cli, path: string, command: Command): Promise<string> {
	const columns = await columnsOf(cli);
	const names = command.otherNames.length > 0 ? `Aliases:\n  ${command.otherNames.join(", ")}\n\n` : "";
	const visible = Object.values(command.options).some((spec) => !spec.hidden && !spec.deprecated);
	const options = visible ? `\nOptions:\n${flagUsages(command.options, columns)}` : "";
	return `Usage:  ${usageLine(path, command)}\n\n${command.description ?? command.summary}\n${names ? `\n${names.trimEnd()}\n` : ""}${options}`;
}

const table = (rows: Array<{ name: string; summary: string }>): string => {
	const width = Math.max(11, ...rows.map((row) => row.name.length));
	return rows.map((row) => `  ${row.name.padEnd(width)} ${row.summary}\n`).join("");
};
const byName = <T extends { name: string }>(rows: T[]): T[] => [...rows].sort((a, b) => (a.name < b.name ? -1 : 1));

export const groupHelp = (group: Group): string =>
	`Usage:  docker ${group.name} COMMAND\n\n${group.summary}\n\nCommands:\n${table(byName(group.commands))}\nRun 'docker ${group.name} COMMAND --help' for more information on a command.\n`;

export async function rootHelp(
	cli: Cli,
	common: Command[],
	groups: Group[],
	others: Command[],
	globals: Options,
): Promise<string> {
	return [
		"Usage:  docker [OPTIONS] COMMAND\n\nA self-sufficient runtime for containers\n",
		`Common Commands:\n${table(common)}`,
		`Management Commands:\n${table(byName(groups))}`,
		`Commands:\n${table(byName(others))}`,
		`Global Options:\n${flagUsages(globals, await columnsOf(cli))}`,
		"Run 'docker COMMAND --help' for more information on a command.\n",
	].join("\n");
}
