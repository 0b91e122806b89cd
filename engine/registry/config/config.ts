// The configuration file: distribution's, as far as its keys mean something here; others are passed over, as it does with
// what its version does not know. https://distribution.github.io/distribution/about/configuration/
//
//     storage: { filesystem: { rootdirectory }, delete: { enabled }, maintenance: { uploadpurging: { enabled, age, interval }, readonly: { enabled } } }
//     http:    { addr, host, relativeurls, headers: { NAME: [VALUE] } }
//     auth:    { htpasswd: { realm, path }, token: { realm, service, issuer, expiration }, rules: [{ user, repository, actions }] }
//     validation: { manifests: { indexes: { platforms } } }
//
// auth.htpasswd alone asks for passwords with every request. With auth.token beside it, this registry is its own token server.
// auth.rules is ours: the first rule that fits a user and a repository says what may be done; user "" is who has not logged in.

import type { Rule } from "../auth/rights";
import { parseYaml, type Yaml } from "./yaml";

export interface Config {
	root: string;
	address: string;
	port: number;
	deletes: boolean;
	readOnly: boolean;
	sparseIndexes: boolean;
	/** Put before Location's paths. */
	origin?: string;
	headers: Record<string, string>;
	/** Milliseconds; none where uploads are never purged. */
	purge?: { age: number; interval: number };
	auth?: AuthConfig;
}
export interface AuthConfig {
	htpasswd: string;
	realm: string;
	token?: { realm?: string; service: string; issuer: string; expiration: number };
	rules?: Rule[];
}

const HOUR = 3600_000;
export const DEFAULTS: Config = {
	root: "/var/lib/registry",
	address: "0.0.0.0",
	port: 5000,
	deletes: true,
	readOnly: false,
	sparseIndexes: false,
	headers: {},
	purge: { age: 168 * HOUR, interval: 24 * HOUR },
};

export class ConfigError extends Error {
	override readonly name = "ConfigError";
}

type Section = { [key: string]: Yaml } | undefined;

/** @throws ConfigError, YamlError */
export function parseConfig(source: string): Config {
	const file = section(parseYaml(source), "the configuration") ?? {};
	const version = String(file.version ?? "");
	if (!/^0\.\d+$/.test(version)) throw new ConfigError(`unsupported version ${JSON.stringify(version)}, expected 0.1`);
	const storage = section(file.storage, "storage");
	const http = section(file.http, "http");
	const purging = section(dig(storage, "maintenance", "uploadpurging"), "storage.maintenance.uploadpurging");
	return {
		root: words(dig(storage, "filesystem", "rootdirectory"), DEFAULTS.root),
		...listening(words(http?.addr, ":5000")),
		deletes: flag(dig(storage, "delete", "enabled"), DEFAULTS.deletes),
		readOnly: flag(dig(storage, "maintenance", "readonly", "enabled"), false),
		sparseIndexes: dig(section(file.validation, "validation"), "manifests", "indexes", "platforms") === "none",
		...(typeof http?.host === "string" && http.relativeurls !== true ? { origin: http.host.replace(/\/+$/, "") } : {}),
		headers: headersOf(section(http?.headers, "http.headers")),
		...(flag(purging?.enabled, true)
			? { purge: { age: duration(purging?.age, 168 * HOUR), interval: duration(purging?.interval, 24 * HOUR) } }
			: { purge: undefined }),
		...authOf(section(file.auth, "auth")),
	};
}

function authOf(auth: Section): { auth?: AuthConfig } {
	if (!auth) return {};
	const htpasswd = section(auth.htpasswd, "auth.htpasswd");
	if (!htpasswd) throw new ConfigError("auth: only htpasswd, or token and htpasswd, are supported");
	if (typeof htpasswd.path !== "string") throw new ConfigError('"path" must be set for htpasswd access controller');
	const token = section(auth.token, "auth.token");
	const rules = auth.rules ?? undefined;
	if (rules !== undefined && !Array.isArray(rules)) throw new ConfigError("auth.rules: not a list");
	return {
		auth: {
			htpasswd: htpasswd.path,
			realm: words(htpasswd.realm, "Registry Realm"),
			...(token
				? {
						token: {
							...(typeof token.realm === "string" ? { realm: token.realm } : {}),
							service: words(token.service, "registry"),
							issuer: words(token.issuer, "registry"),
							expiration: Number(token.expiration ?? 300),
						},
					}
				: {}),
			...(rules ? { rules: rules.map(ruleOf) } : {}),
		},
	};
}
function ruleOf(value: Yaml): Rule {
	const rule = section(value, "auth.rules") ?? {};
	const actions = (Array.isArray(rule.actions) ? rule.actions : [rule.actions ?? ""]).map(String);
	return { user: words(rule.user, ""), repository: words(rule.repository, "*"), actions };
}

function section(value: Yaml | undefined, what: string): Section {
	if (value === undefined || value === null) return undefined;
	if (typeof value !== "object" || Array.isArray(value)) throw new ConfigError(`${what}: not a mapping`);
	return value;
}
function dig(from: Section, ...keys: string[]): Yaml | undefined {
	let at: Yaml | undefined = from;
	for (const key of keys) at = typeof at === "object" && at !== null && !Array.isArray(at) ? at[key] : undefined;
	return at;
}
const words = (value: Yaml | undefined, otherwise: string): string =>
	value === undefined || value === null ? otherwise : String(value);
const flag = (value: Yaml | undefined, otherwise: boolean): boolean => (typeof value === "boolean" ? value : otherwise);

/** Go's: "168h", "1h30m". Milliseconds. */
function duration(value: Yaml | undefined, otherwise: number): number {
	if (value === undefined || value === null) return otherwise;
	const units: Record<string, number> = { h: HOUR, m: 60_000, s: 1000, ms: 1 };
	let total = 0;
	const rest = String(value).replace(/(\d+(?:\.\d+)?)(ms|h|m|s)/g, (_, count: string, unit: string) => {
		total += Number(count) * units[unit]!;
		return "";
	});
	if (rest !== "") throw new ConfigError(`invalid duration ${JSON.stringify(value)}`);
	return total;
}
function listening(addr: string): { address: string; port: number } {
	const match = /^(.*):(\d{1,5})$/.exec(addr);
	if (!match) throw new ConfigError(`http.addr: ${JSON.stringify(addr)} is not ADDRESS:PORT`);
	const host = match[1] === "" ? "0.0.0.0" : match[1]!;
	return { address: host === "localhost" ? "127.0.0.1" : host, port: Number(match[2]) };
}
const headersOf = (given: Section): Record<string, string> =>
	Object.fromEntries(
		Object.entries(given ?? {}).map(([name, value]) => [
			name.toLowerCase(),
			(Array.isArray(value) ? value : [value]).map(String).join(", "),
		]),
	);
