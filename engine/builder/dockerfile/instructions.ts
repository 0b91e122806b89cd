// Instructions → stages: each instruction checked, with its arguments as what they mean. A row an instruction.

import { EngineError, invalidParameter } from "../../lib/errors";
import { goQuote } from "../../lib/quote";
import type { Healthcheck } from "../../oci/image/types";
import { checkDevice } from "./device";
import { checkFlags, type FlagKind, type Flags } from "./flags";
import { parseHealthcheck } from "./healthcheck";
import { type Heredoc, parseHeredoc } from "./heredoc";
import { parseMount } from "./mount";
import type { Node } from "./parse";
import { suggestion } from "./suggest";

export type Pair = [name: string, value: string];
export interface CommandLine {
	cmd: string[];
	/** One text for the shell, rather than a program with its arguments. */
	shell: boolean;
}
/** Where an instruction stands, and what stands there. */
export interface Place {
	/** From 1. */
	line: number;
	endLine: number;
	/** The instruction on one line, as written. */
	original: string;
	/** Its name as written. */
	keyword: string;
	/** Comments right before it. */
	comments: string[];
}
export type Command = Place &
	(
		| {
				name: "ADD" | "COPY";
				sources: string[];
				dest: string;
				from: string;
				chown: string;
				chmod: string;
				link: boolean;
				parents: boolean;
				exclude: string[];
				checksum: string;
				/** undefined: ADD unpacks what is local, and nothing else. */
				unpack: boolean | undefined;
				keepGitDir: boolean;
				heredocs: Heredoc[];
		  }
		/** `legacy`: NAME VALUE, without "=". `literal`: variables in it are none. */
		| { name: "ENV" | "LABEL"; pairs: Pair[]; legacy: boolean; literal?: boolean }
		| { name: "ARG"; args: Array<{ key: string; value: string | undefined }> }
		| ({ name: "RUN"; heredocs: Heredoc[]; mounts: string[]; network: string; security: string; flags: string[] } & CommandLine)
		| ({ name: "CMD" | "ENTRYPOINT" } & CommandLine)
		| { name: "EXPOSE"; ports: string[] }
		| { name: "VOLUME"; volumes: string[] }
		| { name: "USER" | "WORKDIR" | "STOPSIGNAL" | "MAINTAINER"; value: string }
		| { name: "SHELL"; shell: string[] }
		| { name: "HEALTHCHECK"; healthcheck: Healthcheck }
		| { name: "ONBUILD"; expression: string }
	);
type Body<C> = C extends unknown ? Omit<C, keyof Place> : never;

export interface Stage extends Place {
	base: string;
	/** As named by AS, in lower case; "". */
	as: string;
	platform: string;
	commands: Command[];
}
export interface Recipe {
	/** ARGs before the first FROM. */
	meta: Array<Extract<Command, { name: "ARG" }>>;
	stages: Stage[];
}

const requires = (name: string, what: string) => invalidParameter(`${name} requires ${what}`);
const one = (node: Node, name: string): string => {
	if (node.args.length !== 1) throw requires(name, "exactly one argument");
	return node.args[0]!;
};
const some = (node: Node, name: string): string[] => {
	if (node.args.length === 0) throw requires(name, "at least one argument");
	return node.args;
};
const commandLine = (node: Node): CommandLine =>
	node.json ? { cmd: node.args, shell: false } : { cmd: node.args.length === 0 ? [] : [node.args.join(" ")], shell: true };

function pairs(node: Node, name: string): { pairs: Pair[]; legacy: boolean } {
	const args = some(node, name);
	if (args.length % 3 !== 0) throw invalidParameter(`Bad input to ${name}, too many arguments`);
	const out: Pair[] = [];
	for (let at = 0; at < args.length; at += 3) {
		if (args[at] === "") throw invalidParameter(`${name} names can not be blank`);
		out.push([args[at]!, args[at + 1]!]);
	}
	return { pairs: out, legacy: args[2] === "" };
}

function copy(node: Node, name: "ADD" | "COPY", flags: Flags): Body<Command> {
	if (node.args.length < 2) {
		throw requires(name, "at least two arguments, but only one was provided. Destination could not be determined");
	}
	const dest = node.args.at(-1)!;
	if (parseHeredoc(dest)) throw invalidParameter(`${name} cannot accept a heredoc as a destination`);
	return {
		name,
		sources: node.args.slice(0, -1).filter((source) => !parseHeredoc(source)),
		dest,
		from: flags.from?.[0] ?? "",
		chown: flags.chown?.[0] ?? "",
		chmod: flags.chmod?.[0] ?? "",
		link: flags.link?.[0] === "true",
		parents: flags.parents?.[0] === "true",
		exclude: flags.exclude ?? [],
		checksum: flags.checksum?.[0] ?? "",
		unpack: flags.unpack && flags.unpack[0] === "true",
		keepGitDir: flags["keep-git-dir"]?.[0] === "true",
		heredocs: node.heredocs,
	};
}

/** Those of RUN: which there are is known before anything is built. */
function runFlags(flags: Flags): { mounts: string[]; network: string; security: string; flags: string[] } {
	const { mount: mounts = [], network: [network] = [], security: [security = ""] = [], device = [] } = flags;
	for (const text of mounts) parseMount(text);
	if (network !== undefined && !NETWORKS.includes(network)) {
		throw invalidParameter(`invalid network mode ${JSON.stringify(network)}`);
	}
	if (security !== "" && !SECURITY.includes(security))
		throw invalidParameter(`security ${JSON.stringify(security)} is not valid`);
	for (const text of device) checkDevice(text);
	return { mounts, network: network ?? "", security, flags: Object.keys(flags) };
}
const NETWORKS = ["default", "none", "host"];
const SECURITY = ["sandbox", "insecure"];

interface Row {
	flags: Record<string, FlagKind>;
	read(node: Node, flags: Flags): Body<Command>;
}
const row = (read: Row["read"], flags: Row["flags"] = {}): Row => ({ read, flags });
const ROWS: Record<string, Row> = {
	ADD: row((node, flags) => copy(node, "ADD", flags), {
		chown: "string",
		chmod: "string",
		link: "boolean",
		"keep-git-dir": "boolean",
		checksum: "string",
		unpack: "boolean",
		exclude: "strings",
	}),
	ARG: row((node) => ({
		name: "ARG",
		args: some(node, "ARG").map((arg) => {
			const equals = arg.indexOf("=");
			if (equals === 0) throw invalidParameter("ARG names can not be blank");
			return equals < 0 ? { key: arg, value: undefined } : { key: arg.slice(0, equals), value: arg.slice(equals + 1) };
		}),
	})),
	CMD: row((node) => ({ name: "CMD", ...commandLine(node) })),
	COPY: row((node, flags) => copy(node, "COPY", flags), {
		from: "string",
		chown: "string",
		chmod: "string",
		link: "boolean",
		parents: "boolean",
		exclude: "strings",
	}),
	ENTRYPOINT: row((node) => ({ name: "ENTRYPOINT", ...commandLine(node) })),
	ENV: row((node) => ({ name: "ENV", ...pairs(node, "ENV") })),
	EXPOSE: row((node) => ({ name: "EXPOSE", ports: [...some(node, "EXPOSE")].sort() })),
	HEALTHCHECK: row((node, flags) => ({ name: "HEALTHCHECK", healthcheck: parseHealthcheck(node, flags) }), {
		interval: "string",
		timeout: "string",
		"start-period": "string",
		"start-interval": "string",
		retries: "string",
	}),
	LABEL: row((node) => ({ name: "LABEL", ...pairs(node, "LABEL") })),
	MAINTAINER: row((node) => ({ name: "MAINTAINER", value: one(node, "MAINTAINER") })),
	ONBUILD: row((node) => {
		const trigger = some(node, "ONBUILD")[0]!.trim().toUpperCase();
		if (trigger === "ONBUILD") throw invalidParameter("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
		if (trigger === "MAINTAINER" || trigger === "FROM") throw invalidParameter(`${trigger} isn't allowed as an ONBUILD trigger`);
		const heredocs = node.heredocs.map(({ content, name }) => `\n${content}${name}`).join("");
		return { name: "ONBUILD", expression: node.original.replace(/^\s*ONBUILD\s*/i, "") + heredocs };
	}),
	RUN: row(
		(node, flags) => ({
			...runFlags(flags),
			name: "RUN",
			...commandLine(node),
			heredocs: node.heredocs,
		}),
		{ mount: "strings", network: "string", security: "string", device: "strings" },
	),
	SHELL: row((node) => {
		if (node.args.length === 0) throw requires("SHELL", "at least one argument");
		if (!node.json) throw requires("SHELL", "the arguments to be in JSON form");
		return { name: "SHELL", shell: node.args };
	}),
	STOPSIGNAL: row((node) => ({ name: "STOPSIGNAL", value: one(node, "STOPSIGNAL") })),
	USER: row((node) => ({ name: "USER", value: one(node, "USER") })),
	VOLUME: row((node) => ({
		name: "VOLUME",
		volumes: some(node, "VOLUME").map((volume) => {
			if (volume.trim() === "") throw invalidParameter("VOLUME specified can not be an empty string");
			return volume.trim();
		}),
	})),
	WORKDIR: row((node) => ({ name: "WORKDIR", value: one(node, "WORKDIR") })),
};
const NAMES = ["FROM", ...Object.keys(ROWS)].map((name) => name.toLowerCase()).sort();

/** @param recipe has what came before an error. @throws EngineError invalidParameter, worded with its line */
export function parseStages(nodes: readonly Node[], recipe: Recipe = { meta: [], stages: [] }): Recipe {
	for (const node of nodes) {
		const name = node.value.toUpperCase();
		if (name === "FROM") {
			recipe.stages.push(located(node, () => parseFrom(node)));
			continue;
		}
		const command = located(node, () => parseInstruction(node));
		const stage = recipe.stages.at(-1);
		if (stage) stage.commands.push(command);
		else if (command.name === "ARG") recipe.meta.push(command);
		else {
			const place = { line: node.start, endLine: node.end };
			throw new EngineError("invalidParameter", "no build stage in current context", place);
		}
	}
	return recipe;
}

/** One instruction other than FROM. */
export function parseInstruction(node: Node): Command {
	const found = Object.hasOwn(ROWS, node.value.toUpperCase()) ? ROWS[node.value.toUpperCase()] : undefined;
	if (!found) throw invalidParameter(`unknown instruction: ${node.value}${suggestion(node.value, NAMES)}`);
	const flags = checkFlags(node.flags, found.flags);
	return { ...found.read(node, flags), ...placeOf(node) } as Command;
}
const placeOf = ({ start, end, original, value, comments }: Node): Place => ({
	line: start,
	endLine: end,
	original: original.trim(),
	keyword: value,
	comments,
});

function parseFrom(node: Node): Stage {
	const [base, as, name] = node.args;
	if (!base || !(node.args.length === 1 || (node.args.length === 3 && as!.toLowerCase() === "as"))) {
		throw requires("FROM", "either one or three arguments");
	}
	const stage = (name ?? "").toLowerCase();
	if (name !== undefined && !/^[a-z][a-z0-9-_.]*$/.test(stage)) {
		throw invalidParameter(`invalid name for build stage: ${goQuote(name)}, name can't start with a number or contain symbols`);
	}
	const flags = checkFlags(node.flags, { platform: "string" });
	return {
		...placeOf(node),
		base,
		as: stage,
		platform: flags.platform?.[0] ?? "",
		commands: [],
	};
}

function located<T>(node: Node, work: () => T): T {
	try {
		return work();
	} catch (error) {
		if (!(error instanceof EngineError)) throw error;
		throw new EngineError(error.kind, `dockerfile parse error on line ${node.start}: ${error.message}`, {
			line: node.start,
			endLine: node.end,
		});
	}
}
