// What $NAME stands for in a stage: build arguments, and the image's environment, which has the last word.

import type { Lookup } from "./shell/lex";

/** Given by who builds, without an ARG that declares them. */
const PREDEFINED = /^(HTTP|HTTPS|FTP|NO|ALL)_PROXY$/i;

export const PLATFORM_ARGS: Record<string, string> = {
	BUILDARCH: "amd64",
	BUILDOS: "linux",
	BUILDPLATFORM: "linux/amd64",
	BUILDVARIANT: "",
	TARGETARCH: "amd64",
	TARGETOS: "linux",
	TARGETPLATFORM: "linux/amd64",
	TARGETVARIANT: "",
};

export class Arguments {
	/** Declared in this stage so far, in order. */
	readonly declared = new Map<string, string | undefined>();

	constructor(
		private readonly given: Readonly<Record<string, string>>,
		/** ARGs before the first FROM. */
		private readonly global: ReadonlyMap<string, string | undefined> = new Map(),
	) {}

	declare(name: string, value: string | undefined): void {
		const given = Object.hasOwn(this.given, name) ? this.given[name] : undefined;
		this.declared.set(name, given ?? value ?? this.global.get(name) ?? PLATFORM_ARGS[name]);
	}
	/** NAME=VALUE of those that have a value, for RUN. */
	environment(): string[] {
		const set = [...this.declared].filter(([, value]) => value !== undefined).map(([name, value]) => `${name}=${value}`);
		const proxies = Object.entries(this.given).filter(([name]) => PREDEFINED.test(name) && !this.declared.has(name));
		return [...set, ...proxies.map(([name, value]) => `${name}=${value}`)];
	}
	lookup(environment: readonly string[] = []): Lookup {
		return (name) => valueIn(environment, name) ?? this.declared.get(name);
	}
}

export function valueIn(environment: readonly string[], name: string): string | undefined {
	return environment.find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1);
}
/** Replaces the variable where it is, or adds it. */
export function setIn(environment: string[], name: string, value: string): void {
	const at = environment.findIndex((one) => one.startsWith(`${name}=`));
	if (at < 0) environment.push(`${name}=${value}`);
	else environment[at] = `${name}=${value}`;
}
