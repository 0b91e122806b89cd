// What a docker command is: a name, an options table, a rule for its arguments, and what it does.

import type { Cli } from "../cli";
import type { Needs, Options, ValuesOf } from "../flags/spec";

/** Returns a complaint without the usage lines, or nothing. */
export type ArgsRule = (count: number) => Complaint | undefined;
export interface Complaint {
	complaint: string;
	/** How the line that names --help begins; without one, the complaint stands alone. */
	see?: "Run" | "See";
}

export interface Call<O extends Options> {
	cli: Cli;
	options: ValuesOf<O>;
	args: string[];
	/** Which options were given on the command line. */
	changed: ReadonlySet<string>;
	/** The words the command was called by, such as "docker container ls". */
	path: string;
}

export interface Command {
	name: string;
	aliases: string[];
	/** What follows the name in the usage line; a line break begins another form. */
	synopsis: string;
	/** One line of what it is for. */
	summary: string;
	/** A longer text for its own help. */
	description?: string;
	options: Options;
	args: ArgsRule;
	interspersed: boolean;
	/** Other full names, for help ("docker container ls, docker ps"). */
	otherNames: string[];
	needs?: Needs;
	/** Works, and help does not list it. */
	hidden?: boolean;
	/** What comes before even a look at the command line. */
	before?: (cli: Cli) => Promise<void>;
	/** The exit code, 0 when nothing is returned. */
	run: (call: Call<Options>) => Promise<number | undefined>;
}

/** A noun with commands below it. */
export interface Group {
	name: string;
	summary: string;
	/** A longer text for its own help. */
	description?: string;
	/** What stands behind its name in the usage that a mistake shows; most have nothing there. */
	synopsis?: string;
	commands: Command[];
	needs?: Needs;
	hidden?: boolean;
	/** In Docker a program of its own: help marks it. */
	plugin?: boolean;
	/** Whatever is none of its commands shows its help: cobra's own way, which docker's groups have not. */
	lenient?: boolean;
	/** What comes before any of its commands. */
	before?: (cli: Cli) => Promise<void>;
}

interface Definition<O extends Options> {
	name: string;
	aliases?: string[];
	synopsis?: string;
	summary: string;
	description?: string;
	options?: O;
	args?: ArgsRule;
	interspersed?: boolean;
	otherNames?: string[];
	needs?: Needs;
	hidden?: boolean;
	before?: (cli: Cli) => Promise<void>;
	/** A number is the exit code; anything else is 0. */
	run: (call: Call<O>) => Promise<unknown>;
}

export const command = <O extends Options>(definition: Definition<O>): Command => ({
	aliases: [],
	synopsis: "",
	args: noArgs,
	interspersed: true,
	otherNames: [],
	...definition,
	options: definition.options ?? {},
	run: async (call) => {
		const result = await definition.run(call as unknown as Call<O>);
		return typeof result === "number" ? result : 0;
	},
});

/** The same command under another name and path. */
export const renamed = (from: Command, name: string, changes: Partial<Command> = {}): Command => ({
	...from,
	name,
	aliases: [],
	...changes,
});

const words = (count: number): string => `${count} argument${count === 1 ? "" : "s"}`;

export const noArgs: ArgsRule = (count) => (count === 0 ? undefined : { complaint: "accepts no arguments", see: "Run" });
export const exactly =
	(wanted: number): ArgsRule =>
	(count) =>
		count === wanted ? undefined : { complaint: `requires ${words(wanted)}`, see: "Run" };
/** In cobra's own words, which few of docker's commands have. */
export const exactlyOf =
	(wanted: number): ArgsRule =>
	(count) =>
		count === wanted ? undefined : { complaint: `accepts ${wanted} arg(s), received ${count}` };
export const atLeast =
	(least: number): ArgsRule =>
	(count) =>
		count >= least ? undefined : { complaint: `requires at least ${words(least)}`, see: "See" };
export const atMost =
	(most: number): ArgsRule =>
	(count) =>
		count <= most ? undefined : { complaint: `requires at most ${words(most)}`, see: "Run" };
export const between =
	(least: number, most: number): ArgsRule =>
	(count) =>
		count >= least && count <= most
			? undefined
			: { complaint: `requires at least ${least} and at most ${words(most)}`, see: "Run" };

/** Ends a command with a text on stderr (none when empty) and an exit code. */
export class StatusError extends Error {
	override readonly name = "StatusError";
	constructor(
		readonly code: number,
		message = "",
	) {
		super(message);
	}
}
