// The registry's command line, the same in the machine and in a terminal.

import { ANONYMOUS_PULL, USERS_ALL } from "./auth/rights";
import { type Config, DEFAULTS, parseConfig } from "./config/config";

export const VERSION = "3.0.0+drydock";
export const USAGE = `Usage: registry serve [CONFIG] [OPTIONS]
       registry garbage-collect [--dry-run] [--delete-untagged] [CONFIG] [OPTIONS]
       registry --version

Options, in place of the configuration's entries:
  --port PORT             port to listen on (5000)
  --address ADDRESS       address to listen on (0.0.0.0)
  --root DIRECTORY        where content is kept (${DEFAULTS.root})
  --htpasswd FILE         users; made by htpasswd -B
  --auth basic|token      how users show who they are (token)
  --anonymous-pull        who has not logged in may pull
  --no-delete             nothing can be deleted
  --read-only             nothing can be pushed
`;

export class UsageError extends Error {}

export type Command =
	| { kind: "serve"; config: Config }
	| { kind: "garbage-collect"; config: Config; dryRun: boolean; deleteUntagged: boolean }
	| { kind: "print"; words: string };

const CONFIG_PATH = "/etc/docker/registry/config.yml";
const VALUED = new Set(["port", "address", "root", "htpasswd", "auth"]);
const FLAGS = new Set(["anonymous-pull", "no-delete", "read-only", "dry-run", "delete-untagged"]);
const SHORT: Record<string, string> = { d: "dry-run", m: "delete-untagged", v: "version", h: "help" };

/**
 * @param readText reads the configuration
 * @throws UsageError for what is no option; what readText and the configuration throw
 */
export async function parseArguments(args: readonly string[], readText: (path: string) => Promise<string>): Promise<Command> {
	const options = new Map<string, string>();
	const words: string[] = [];
	for (let at = 0; at < args.length; at++) {
		const match = /^-(?:-([a-z-]+)(?:=(.*))?|([a-z]))$/.exec(args[at]!);
		if (!match) {
			words.push(args[at]!);
			continue;
		}
		const name = match[1] ?? SHORT[match[3]!] ?? match[3]!;
		if (name === "help") return { kind: "print", words: USAGE };
		if (name === "version") return { kind: "print", words: `registry github.com/distribution/distribution ${VERSION}\n` };
		if (!VALUED.has(name) && !FLAGS.has(name)) throw new UsageError(`unknown flag: ${args[at]}`);
		const value = match[2] ?? (VALUED.has(name) ? args[++at] : "true");
		if (value === undefined) throw new UsageError(`flag needs an argument: --${name}`);
		options.set(name, value);
	}
	const verb = words[0] === "serve" || words[0] === "garbage-collect" ? words.shift()! : "serve";
	if (words.length > 1) throw new UsageError(`unexpected argument: ${words[1]}`);
	const config = withOptions(await readConfig(words[0], options, readText), options);
	if (verb === "serve") return { kind: "serve", config };
	return {
		kind: "garbage-collect",
		config,
		dryRun: options.get("dry-run") === "true",
		deleteUntagged: options.get("delete-untagged") === "true",
	};
}

/** Without a file and without options, the usual file is read where there is one. */
async function readConfig(
	path: string | undefined,
	options: ReadonlyMap<string, string>,
	readText: (path: string) => Promise<string>,
): Promise<Config> {
	if (path !== undefined) return parseConfig(await readText(path));
	if (options.has("root") || options.has("port")) return DEFAULTS;
	const usual = await readText(CONFIG_PATH).catch(() => undefined);
	return usual === undefined ? DEFAULTS : parseConfig(usual);
}

function withOptions(config: Config, options: ReadonlyMap<string, string>): Config {
	const out: Config = { ...config };
	const port = options.get("port");
	if (port !== undefined) {
		if (!/^\d{1,5}$/.test(port) || Number(port) > 65535) throw new UsageError(`invalid port: ${port}`);
		out.port = Number(port);
	}
	out.address = options.get("address") ?? out.address;
	out.root = options.get("root") ?? out.root;
	if (options.get("no-delete") === "true") out.deletes = false;
	if (options.get("read-only") === "true") out.readOnly = true;
	const htpasswd = options.get("htpasswd") ?? out.auth?.htpasswd;
	const kind = options.get("auth") ?? (out.auth ? undefined : "token");
	if (kind !== undefined && kind !== "basic" && kind !== "token") throw new UsageError(`invalid value for --auth: ${kind}`);
	if (htpasswd !== undefined) {
		const rules = [...(out.auth?.rules ?? USERS_ALL), ...(options.get("anonymous-pull") === "true" ? [ANONYMOUS_PULL] : [])];
		const token = out.auth?.token ?? { service: "registry", issuer: "registry", expiration: 300 };
		const { token: _, ...rest } = out.auth ?? { realm: "Registry Realm" };
		out.auth = { ...rest, htpasswd, rules, ...((kind ?? (out.auth?.token ? "token" : "basic")) === "token" ? { token } : {}) };
	} else if (options.has("auth") || options.has("anonymous-pull")) throw new UsageError("--htpasswd FILE is needed");
	return out;
}
