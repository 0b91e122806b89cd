// Variables of a stage: what the image sets, ARG and ENV add, in order. A later one of a name takes the place of an earlier one.

import type { Lookup } from "../shell/lex";

export class Environment {
	private readonly values = new Map<string, string>();

	static of(list: readonly string[] = []): Environment {
		const environment = new Environment();
		for (const entry of list) {
			const at = entry.indexOf("=");
			environment.set(at < 0 ? entry : entry.slice(0, at), at < 0 ? "" : entry.slice(at + 1));
		}
		return environment;
	}
	copy(): Environment {
		const copy = new Environment();
		for (const [name, value] of this.values) copy.values.set(name, value);
		return copy;
	}
	set(name: string, value: string): void {
		this.values.delete(name);
		this.values.set(name, value);
	}
	delete(name: string): void {
		this.values.delete(name);
	}
	get(name: string): string | undefined {
		return this.values.get(name);
	}
	names(): string[] {
		return [...this.values.keys()];
	}
	/** NAME=VALUE */
	list(): string[] {
		return [...this.values].map(([name, value]) => `${name}=${value}`);
	}
	/** With the names that were asked for, found or not. */
	lookup(found?: Set<string>, missing?: Set<string>): Lookup {
		return (name) => {
			const value = this.values.get(name);
			(value === undefined ? missing : found)?.add(name);
			return value;
		};
	}
}

/** Replaces the variable where it is, or adds it. */
export function setIn(environment: string[], name: string, value: string): void {
	const at = environment.findIndex((one) => one === name || one.startsWith(`${name}=`));
	if (at < 0) environment.push(`${name}=${value}`);
	else environment[at] = `${name}=${value}`;
}
export function valueIn(environment: readonly string[], name: string): string | undefined {
	return environment.find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1);
}
