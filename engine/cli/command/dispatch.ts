// From the words after the global options to a command that runs.

import type { Cli } from "../cli";
import { FlagError, HelpAsked, parseFlags } from "../flags/parse";
import { type Command, type Group, StatusError } from "./command";
import { GLOBAL_OPTIONS } from "./globals";
import { commandHelp, groupHelp, rootHelp, usageLine } from "./help";
import { COMMON, GROUPS, HIDDEN, OTHERS, UNSUPPORTED } from "./tree";

const named =
	(name: string) =>
	(command: { name: string; aliases?: string[] }): boolean =>
		command.name === name || (command.aliases?.includes(name) ?? false);

const findCommand = (name: string): Command | undefined => [...COMMON, ...OTHERS, ...HIDDEN].find(named(name));
const findGroup = (name: string): Group | undefined => GROUPS.find((group) => group.name === name);

export async function dispatch(cli: Cli, words: string[]): Promise<number | undefined> {
	const [first, ...rest] = words;
	if (first === undefined) {
		await cli.err.write(await rootHelp(cli, COMMON, GROUPS, OTHERS, GLOBAL_OPTIONS));
		return 0;
	}
	if (first === "help") return help(cli, rest);
	const group = findGroup(first);
	if (group) return inGroup(cli, group, rest);
	const command = findCommand(first);
	if (command) return runCommand(cli, `docker ${first === command.name ? first : command.name}`, command, rest);
	if (UNSUPPORTED.has(first)) throw new StatusError(1, `docker: 'docker ${first}' is not supported by this client`);
	throw new StatusError(1, `docker: unknown command: docker ${first}\n\nRun 'docker --help' for more information`);
}

async function help(cli: Cli, words: string[]): Promise<number> {
	const [first, second] = words;
	if (first === undefined) {
		await cli.out.write(await rootHelp(cli, COMMON, GROUPS, OTHERS, GLOBAL_OPTIONS));
		return 0;
	}
	const group = findGroup(first);
	const command = group ? group.commands.find(named(second ?? "")) : findCommand(first);
	if (group && !command && second === undefined) await cli.out.write(groupHelp(group));
	else if (command)
		await cli.out.write(
			await commandHelp(cli, group ? `docker ${group.name} ${command.name}` : `docker ${command.name}`, command),
		);
	else throw new StatusError(1, `unknown help topic: ${words.join(" ")}`);
	return 0;
}

async function inGroup(cli: Cli, group: Group, words: string[]): Promise<number | undefined> {
	const [name, ...rest] = words;
	const path = `docker ${group.name}`;
	if (name === undefined) {
		await cli.err.write(groupHelp(group));
		return 0;
	}
	if (name.startsWith("-") && name !== "-") {
		try {
			parseFlags({}, words);
		} catch (error) {
			if (!(error instanceof HelpAsked)) throw flagFailure(error, `${path} COMMAND`, path);
			for (const line of error.warnings) await cli.out.line(line);
			await cli.out.write(groupHelp(group));
			return 0;
		}
	}
	const command = group.commands.find(named(name));
	if (!command)
		throw new StatusError(
			1,
			`docker: unknown command: ${path} ${name}\n\nUsage:  ${path}\n\nRun '${path} --help' for more information`,
		);
	return runCommand(cli, `${path} ${command.name}`, command, rest);
}

function flagFailure(error: unknown, usage: string, path: string): unknown {
	if (!(error instanceof FlagError)) return error;
	return new StatusError(125, `${error.message}\n\nUsage:  ${usage}\n\nRun '${path} --help' for more information`);
}

async function runCommand(cli: Cli, path: string, command: Command, words: string[]): Promise<number | undefined> {
	await command.before?.(cli);
	let parsed: ReturnType<typeof parseFlags>;
	try {
		parsed = parseFlags(command.options, words, command.interspersed);
	} catch (error) {
		if (!(error instanceof HelpAsked)) throw flagFailure(error, usageLine(path, command), path);
		for (const line of error.warnings) await cli.out.line(line);
		await cli.out.write(await commandHelp(cli, path, command));
		return 0;
	}
	for (const line of parsed.warnings) await cli.out.line(line);
	const wrong = command.args(parsed.args.length);
	if (wrong)
		throw new StatusError(
			1,
			`docker: '${path}' ${wrong.complaint}\n\nUsage:  ${usageLine(path, command)}\n\n${wrong.see} '${path} --help' for more information`,
		);
	return command.run({ cli, options: parsed.values, args: parsed.args, changed: parsed.changed, path });
}
