// What swarm's commands have in common. This client manages single hosts: a daemon that is in no swarm says so in its own words, and
// where there is a swarm after all, lists, details and removals work while the rest is said to be missing.

import type { Cli } from "../../cli";
import { isNotFound } from "../../client/client";
import { piece } from "../../client/objects";
import { encodeFilters, type Filters } from "../../client/query";
import { bool, type Options, string } from "../../flags/spec";
import { inspect as inspectAll } from "../../format/inspect";
import { INSPECT_FORMAT_HELP } from "../../format/table";
import { type ArgsRule, atLeast, type Call, type Command, command, StatusError } from "../command";
import { eachInTurn } from "../container/each";
import { findObject } from "../system/inspect";

/** What the object's commands are called and where the API has it. */
export interface Kind {
	/** node, service, secret, config */
	kind: string;
	/** /nodes */
	path: string;
}

export class BeyondThisClient extends StatusError {
	constructor(path: string) {
		super(1, `${path}: the daemon is in a swarm, and this client manages single hosts only`);
	}
}

interface Beyond<O extends Options> {
	name: string;
	aliases?: string[];
	synopsis: string;
	summary: string;
	args: ArgsRule;
	interspersed?: boolean;
	options?: O;
	otherNames?: string[];
	needs?: Command["needs"];
	/** What docker checks before it asks. */
	check?: (call: Call<O>) => Promise<void> | void;
	/** A harmless question of which a daemon outside a swarm says what it says to the command itself. */
	ask: (args: readonly string[]) => string;
	/** Turns what the daemon said, as docker does here and there. */
	reword?: (said: string, args: readonly string[]) => string;
}
/** A command that a swarm's manager would do. */
export const beyond = <O extends Options>({ check, ask, reword, ...definition }: Beyond<O>): Command =>
	command<O>({
		...definition,
		run: async (call) => {
			await check?.(call);
			try {
				await call.cli.client.text("GET", ask(call.args));
			} catch (error) {
				throw reword && error instanceof Error ? new Error(reword(error.message, call.args)) : error;
			}
			throw new BeyondThisClient(call.path);
		},
	});

export const listOf = async <T>(cli: Cli, { path }: Kind, filters?: Filters): Promise<T[]> =>
	(await cli.client.json<T[] | null>("GET", path, { query: { filters: filters && encodeFilters(filters) } })) ?? [];

/** A service has words of its own for what is not there. */
const find = (cli: Cli, kind: string, name: string) =>
	findObject(cli, kind, name).catch((error: unknown) => {
		throw kind === "service" && isNotFound(error) ? new Error(`no such service: ${name}`) : error;
	});

/** docker KIND inspect */
export const inspectOf = ({ kind }: Kind, synopsis: string): Command => {
	const options = {
		format: string(INSPECT_FORMAT_HELP, "f"),
		pretty: bool("Print it for people to read"),
	};
	return command({
		name: "inspect",
		synopsis,
		summary: `Display detailed information on one or more ${kind}s`,
		options,
		args: atLeast(1),
		run: async ({ cli, options: { format, pretty }, args, path }: Call<typeof options>) => {
			if (kind === "service" && pretty && format !== "") throw new Error("--format is incompatible with human friendly format");
			if (!pretty && format.startsWith("pretty") && format !== "pretty")
				throw new Error("cannot supply extra formatting options to the pretty template");
			if (pretty || format === "pretty") {
				for (const name of args) await find(cli, kind, name);
				throw new BeyondThisClient(path);
			}
			await inspectAll(cli, args, format, (name) => find(cli, kind, name));
		},
	});
};

/** docker KIND rm */
export const removerOf = ({ kind, path }: Kind, synopsis: string, summary: string, options: Options = {}): Command =>
	command({
		name: "rm",
		aliases: ["remove"],
		synopsis,
		summary,
		otherNames: [`docker ${kind} rm`, `docker ${kind} remove`],
		options,
		args: atLeast(1),
		run: ({ cli, options: given, args }) =>
			eachInTurn(cli, args, (name) =>
				cli.client.done("DELETE", `${path}/${piece(name)}`, { query: { force: (given as { force?: boolean }).force ?? false } }),
			),
	});
