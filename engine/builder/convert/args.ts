// Build arguments before the first stage: those that every build has, and the ARGs that stand there.

import type { Recipe } from "../dockerfile/instructions";
import { processWord } from "../shell/lex";
import { Environment } from "./environment";
import { located } from "./located";

const PLATFORM: Record<string, string> = {
	BUILDPLATFORM: "linux/amd64",
	BUILDOS: "linux",
	BUILDOSVERSION: "",
	BUILDARCH: "amd64",
	BUILDVARIANT: "",
	TARGETPLATFORM: "linux/amd64",
	TARGETOS: "linux",
	TARGETOSVERSION: "",
	TARGETARCH: "amd64",
	TARGETVARIANT: "",
};
/** Given by who builds, without an ARG that declares them; they are no part of what a step is known by. */
const PROXY = /^(HTTP|HTTPS|FTP|NO|ALL)_PROXY$/i;

/** What is known in every Dockerfile. @param target name of the stage that is built */
export function defaultArgs(given: Readonly<Record<string, string>>, target: string): Environment {
	const environment = new Environment();
	for (const [name, value] of Object.entries({ ...PLATFORM, TARGETSTAGE: target || "default" })) {
		environment.set(name, Object.hasOwn(given, name) ? given[name]! : value);
	}
	return environment;
}

/** With the ARGs before the first FROM. @throws EngineError with the place of a wrong one */
export function withMetaArgs(
	environment: Environment,
	{ meta }: Recipe,
	given: Readonly<Record<string, string>>,
	escapeToken: string,
): Environment {
	const all = environment.copy();
	for (const command of meta) {
		for (const { key, value } of command.args) {
			if (Object.hasOwn(given, key)) all.set(key, given[key]!);
			else if (value !== undefined)
				all.set(
					key,
					located(command, () => processWord(value, all.lookup(), { escape: escapeToken })),
				);
		}
	}
	return all;
}

/** NAME=VALUE of the proxies, in both spellings, as a command's environment has them. */
export function proxyEnvironment(given: Readonly<Record<string, string>>): string[] {
	const names = Object.keys(given)
		.filter((name) => PROXY.test(name))
		.sort();
	const values = new Map(names.map((name) => [name.toUpperCase(), given[name]!]));
	return [...values].flatMap(([name, value]) => [`${name}=${value}`, `${name.toLowerCase()}=${value}`]);
}
