// From the words after the global options to a command that runs.

import type { Cli } from "../cli";
import { complete } from "../completion/complete";
import { FlagError, HelpAsked, type Parsed, parseFlags } from "../flags/parse";
import type { Options } from "../flags/spec";
import { versionLine } from "../version";
import { type Command, type Group, StatusError } from "./command";
import { globalOptions } from "./globals";
import { commandHelp, groupHelp, rootHelp, usageLine } from "./help";
import { requireCommand, requireOptions, Unsupported } from "./support";
import { COMMON, findCommand, findGroup, GROUPS, inGroup, OTHERS } from "./tree";

const ownHelp = (cli: Cli): Promise<string> =>
	rootHelp(cli, { common: COMMON, groups: GROUPS, others: OTHERS, globals: globalOptions(cli.env) });

/** Where a command stands: its path, and the groups above it. */
interface Place {
	path: string;
	command: Command;
	group?: Group;
}

/** @param asked which of --help and --version were among the global options */
export async function dispatch(
	cli: Cli,
	words: string[],
	{ help: helpAsked = false, version = false } = {},
): Promise<number | undefined> {
	const [first, ...rest] = words;
	if (first === undefined) {
		await (helpAsked ? cli.out : cli.err).write(await ownHelp(cli));
		return 0;
	}
	if (first === "help") return help(cli, rest);
	if (first === "__complete" || first === "__completeNoDesc") return complete(cli, rest, first === "__complete");
	const group = findGroup(first);
	if (group) return runGroup(cli, group, rest, helpAsked);
	const command = findCommand(first);
	if (command) return runCommand(cli, { path: `docker ${command.name}`, command }, rest, helpAsked);
	if (helpAsked || asksHelp(rest)) {
		await cli.out.write(await ownHelp(cli));
		return 0;
	}
	try {
		parseFlags(globalOptions(cli.env), rest);
	} catch (error) {
		if (error instanceof HelpAsked) {
			for (const line of error.warnings) await cli.out.line(line);
			await cli.out.write(await ownHelp(cli));
			return 0;
		}
		throw flagFailure(error, "docker [OPTIONS] COMMAND [ARG...]", "docker");
	}
	// Docker's command shows its version whatever stands behind that it does not know
	if (version) {
		await cli.out.line(versionLine());
		return 0;
	}
	throw new StatusError(1, `docker: unknown command: docker ${first}\n\nRun 'docker --help' for more information`);
}

/** Unknown commands are asked for help, too: whoever asks gets that of what stands above them. */
function asksHelp(words: readonly string[]): boolean {
	const end = words.indexOf("--");
	return words.slice(0, end < 0 ? words.length : end).includes("--help");
}

async function help(cli: Cli, words: string[]): Promise<number> {
	const [first, second] = words;
	const group = first === undefined ? undefined : findGroup(first);
	const command = group ? inGroup(group, second ?? "") : first === undefined ? undefined : findCommand(first);
	const unknown = words.slice((group ? 1 : 0) + (command ? 1 : 0));
	if (first === undefined) await cli.out.write(await ownHelp(cli));
	else if (group && second === undefined) return helped(cli, showGroup(cli, group));
	else if (command && unknown.length === 0) {
		const path = `docker ${group ? `${group.name} ` : ""}${command.name}`;
		return helped(cli, showCommand(cli, { path, command, group }));
	} else throw new StatusError(1, `unknown help topic: ${unknown.join(" ")}`);
	return 0;
}

/** Who asks for help on what this daemon has not is told so, and has done nothing wrong. */
async function helped(cli: Cli, show: Promise<void>): Promise<number> {
	await show.catch((error: unknown) => {
		if (!(error instanceof Unsupported)) throw error;
		return cli.out.line(error.message);
	});
	return 0;
}

async function showGroup(cli: Cli, group: Group, output = cli.out): Promise<void> {
	await requireCommand(cli, `docker ${group.name}`, [group.needs]);
	await output.write(await groupHelp(cli, group));
}
async function showCommand(cli: Cli, { path, command, group }: Place): Promise<void> {
	await requireCommand(cli, path, [command.needs, group?.needs]);
	await cli.out.write(await commandHelp(cli, path, command));
}

async function runGroup(cli: Cli, group: Group, words: string[], helpAsked: boolean): Promise<number | undefined> {
	// behind -- nothing is a command
	const literal = words[0] === "--";
	const [name, ...rest] = literal ? words.slice(1) : words;
	const path = `docker ${group.name}`;
	const usage = path + (group.synopsis ? ` ${group.synopsis}` : "");
	await group.before?.(cli);
	if (name === undefined) {
		await showGroup(cli, group, helpAsked || group.lenient ? cli.out : cli.err);
		return 0;
	}
	const command = literal ? undefined : inGroup(group, name);
	if (!command) {
		try {
			parseFlags({}, words);
		} catch (error) {
			if (!(error instanceof HelpAsked)) {
				await requireCommand(cli, path, [group.needs]);
				throw flagFailure(error, usage, path);
			}
			for (const line of error.warnings) await cli.out.line(line);
			return helped(cli, showGroup(cli, group));
		}
	}
	if (command) return runCommand(cli, { path: `${path} ${command.name}`, command, group }, rest, helpAsked);
	if (helpAsked || group.lenient) return helped(cli, showGroup(cli, group));
	await requireCommand(cli, path, [group.needs]);
	throw new StatusError(
		1,
		`docker: unknown command: ${path} ${name}\n\nUsage:  ${usage}\n\nRun '${path} --help' for more information`,
	);
}

function flagFailure(error: unknown, usage: string, path: string): unknown {
	if (!(error instanceof FlagError)) return error;
	return new StatusError(125, `${error.message}\n\nUsage:  ${usage}\n\nRun '${path} --help' for more information`);
}

async function runCommand(cli: Cli, place: Place, words: string[], helpAsked: boolean): Promise<number | undefined> {
	const { path, command, group } = place;
	await command.before?.(cli);
	if (helpAsked) return helped(cli, showCommand(cli, place));
	const needs = [command.needs, group?.needs];
	let parsed: Parsed<Options>;
	try {
		parsed = parseFlags(command.options, words, command.interspersed);
	} catch (error) {
		if (!(error instanceof HelpAsked)) {
			await requireCommand(cli, path, needs);
			throw flagFailure(error, usageLine(path, command), path);
		}
		for (const line of error.warnings) await cli.out.line(line);
		return helped(cli, showCommand(cli, place));
	}
	for (const line of parsed.warnings) await cli.out.line(line);
	await requireCommand(cli, path, needs);
	const wrong = command.args(parsed.args.length);
	if (wrong && !wrong.see) throw new StatusError(1, wrong.complaint);
	if (wrong)
		throw new StatusError(
			1,
			`docker: '${path}' ${wrong.complaint}\n\nUsage:  ${usageLine(path, command)}\n\n${wrong.see} '${path} --help' for more information`,
		);
	await requireOptions(cli, command.options, parsed.changed);
	try {
		return await command.run({ cli, options: parsed.values, args: parsed.args, changed: parsed.changed, path });
	} catch (error) {
		// what an option names may turn out to be wrong only when it is looked at
		if (!(error instanceof HelpAsked)) throw flagFailure(error, usageLine(path, command), path);
		await showCommand(cli, place);
		return 0;
	}
}
