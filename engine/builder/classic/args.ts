// Build arguments as the classic builder knows them: a stage's own ARGs, those before the first FROM, and the proxies.

const BUILTIN = ["HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY"].flatMap((name) => [name, name.toLowerCase()]);

export class ClassicArgs {
	private readonly allowed = new Map<string, string | undefined>();
	private readonly meta = new Map<string, string | undefined>();
	private readonly referenced = new Set<string>();

	constructor(private readonly given: Readonly<Record<string, string>>) {}

	/** For another stage: what was declared in this one is not known there. */
	next(): void {
		this.allowed.clear();
	}
	add(name: string, value: string | undefined): void {
		this.allowed.set(name, value);
		this.referenced.add(name);
	}
	addMeta(name: string, value: string | undefined): void {
		this.meta.set(name, value);
	}

	private value(name: string, from: ReadonlyMap<string, string | undefined>): string | undefined {
		if (Object.hasOwn(this.given, name)) return this.given[name];
		return from.get(name) ?? this.meta.get(name);
	}
	private values(from: ReadonlyMap<string, string | undefined>): Map<string, string> {
		const values = new Map<string, string>();
		for (const name of [...from.keys(), ...BUILTIN]) {
			const value = from.has(name) || Object.hasOwn(this.given, name) ? this.value(name, from) : undefined;
			if (value !== undefined) values.set(name, value);
		}
		return values;
	}
	allAllowed(): Map<string, string> {
		return this.values(this.allowed);
	}
	allMeta(): Map<string, string> {
		return this.values(this.meta);
	}
	/** NAME=VALUE of those that the environment does not have. */
	besides(environment: readonly string[]): string[] {
		const set = new Set(environment.map((entry) => entry.split("=")[0]!));
		return [...this.allAllowed()].filter(([name]) => !set.has(name)).map(([name, value]) => `${name}=${value}`);
	}
	/** Proxies that no ARG names are no part of what a command is known by. */
	counts(name: string): boolean {
		return this.allowed.has(name) || !BUILTIN.includes(name);
	}
	unused(): string[] {
		return Object.keys(this.given)
			.filter((name) => !this.referenced.has(name) && !BUILTIN.includes(name))
			.sort();
	}
}
