// -c of commit and import: a few Dockerfile instructions applied to an image's configuration.

import { parseInstruction } from "../../builder/dockerfile/instructions";
import { parseDockerfile } from "../../builder/dockerfile/parse";
import { type Lookup, processWord } from "../../builder/shell/lex";
import { invalidParameter } from "../../lib/errors";
import type { RunConfig } from "../../oci/image/types";
import { replaceOrAppend } from "../container/config";
import { splitPair } from "../filters";

/** Instructions in which $NAME of the image's environment is filled in; the rest keep it for when it runs. */
const EXPANDED: ReadonlySet<string> = new Set(["ENV", "EXPOSE", "LABEL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"]);

type Apply = (config: RunConfig, rest: string) => void;

const list = (rest: string): string[] | undefined => {
	if (!rest.startsWith("[")) return undefined;
	try {
		const words: unknown = JSON.parse(rest);
		if (Array.isArray(words) && words.every((word) => typeof word === "string")) return words;
	} catch {
		// Not JSON: the shell's.
	}
	return undefined;
};
const command = (config: RunConfig, rest: string): string[] => list(rest) ?? [...(config.Shell ?? ["/bin/sh", "-c"]), rest];

/** Words with quotes and backslashes as in a Dockerfile. */
function words(rest: string): string[] {
	const found = rest.match(/(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+/g) ?? [];
	return found.map((word) =>
		word.replace(/"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)/g, (_, double, single, escaped) => double ?? single ?? escaped),
	);
}

/** "a=b c=d", or the old "a b c". */
function pairs(instruction: string, rest: string): string[] {
	const parts = words(rest);
	if (parts[0]?.includes("=")) {
		const bad = parts.find((part) => !part.includes("="));
		if (bad) throw invalidParameter(`Syntax error - can't find = in ${JSON.stringify(bad)}. Must be of the form: name=value`);
		return parts;
	}
	const at = rest.search(/\s/);
	if (at < 0) throw invalidParameter(`${instruction} must have two arguments`);
	return [`${rest.slice(0, at)}=${rest.slice(at + 1).trim()}`];
}

const INSTRUCTIONS: Record<string, Apply> = {
	CMD: (config, rest) => {
		config.Cmd = command(config, rest);
	},
	ENTRYPOINT: (config, rest) => {
		config.Entrypoint = command(config, rest);
	},
	ENV: (config, rest) => {
		config.Env = replaceOrAppend(config.Env ?? [], pairs("ENV", rest));
	},
	EXPOSE: (config, rest) => {
		config.ExposedPorts ??= {};
		for (const port of words(rest)) config.ExposedPorts[port.includes("/") ? port : `${port}/tcp`] = {};
	},
	HEALTHCHECK: (config, rest) => {
		const [node] = parseDockerfile(`HEALTHCHECK ${rest}`).nodes;
		const command = node && parseInstruction(node);
		if (command?.name === "HEALTHCHECK") config.Healthcheck = command.healthcheck;
	},
	LABEL: (config, rest) => {
		config.Labels ??= {};
		for (const pair of pairs("LABEL", rest)) {
			const at = pair.indexOf("=");
			config.Labels[pair.slice(0, at)] = pair.slice(at + 1);
		}
	},
	ONBUILD: (config, rest) => {
		config.OnBuild = [...(config.OnBuild ?? []), rest];
	},
	STOPSIGNAL: (config, rest) => {
		config.StopSignal = rest;
	},
	USER: (config, rest) => {
		config.User = rest;
	},
	VOLUME: (config, rest) => {
		config.Volumes ??= {};
		for (const path of list(rest) ?? words(rest)) config.Volumes[path] = {};
	},
	WORKDIR: (config, rest) => {
		config.WorkingDir = rest.startsWith("/") ? rest : `${config.WorkingDir || ""}/${rest}`;
	},
};

/** A new configuration. @throws EngineError invalidParameter for an instruction that may not be given so */
export function applyChanges(config: RunConfig, changes: readonly string[]): RunConfig {
	const changed = structuredCopy(config);
	for (const line of changes.flatMap((change) => change.split("\n")).filter((one) => one.trim() !== "")) {
		const [, name = "", rest = ""] = /^\s*(\S+)\s*([\s\S]*)$/.exec(line) ?? [];
		const apply = INSTRUCTIONS[name.toUpperCase()];
		if (!apply) throw invalidParameter(`${name.toLowerCase()} is not a valid change command`);
		if (rest === "") throw invalidParameter(`${name.toUpperCase()} requires exactly one argument`);
		const expanded = EXPANDED.has(name.toUpperCase())
			? processWord(rest.trim(), environmentOf(changed), { raw: true })
			: rest.trim();
		apply(changed, expanded);
	}
	return changed;
}

function environmentOf({ Env }: RunConfig): Lookup {
	const values = new Map((Env ?? []).map((pair) => splitPair(pair, "=")));
	return (name) => values.get(name);
}

const structuredCopy = (config: RunConfig): RunConfig => JSON.parse(JSON.stringify(config)) as RunConfig;
