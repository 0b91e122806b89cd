// docker: the command. Reads the global options, finds the command, runs it, and says what went wrong as docker does.

import { strerror } from "../lib/errno";
import { messageOf } from "../lib/errors";
import { SIGNALS } from "../lib/linux";
import { type NativeMain, type Sys, SysError } from "../sys";
import type { Tracer } from "../trace/event";
import { Cli, Output } from "./cli";
import { Client } from "./client/client";
import { DEFAULT_HOST, parseHost } from "./client/dial";
import { StatusError } from "./command/command";
import { dispatch } from "./command/dispatch";
import { GLOBAL_OPTIONS } from "./command/globals";
import { rootHelp } from "./command/help";
import { COMMON, GROUPS, OTHERS } from "./command/tree";
import { ConfigFile } from "./config";
import { FlagError, HelpAsked, parseFlags } from "./flags/parse";
import type { ValuesOf } from "./flags/spec";
import { versionLine } from "./version";

export interface DockerDeps {
	trace: Tracer;
}

/** The program. argv[0] is its own name. */
export const docker =
	(deps: DockerDeps): NativeMain =>
	async (sys, argv, env) => {
		deps.trace.emit("cli", { type: "cli.command", pid: sys.getpid(), argv });
		const code = await runToCode(sys, argv.slice(1), env);
		deps.trace.emit("cli", { type: "cli.exit", pid: sys.getpid(), code });
		return code;
	};

async function runToCode(sys: Sys, argv: string[], env: string[]): Promise<number> {
	const err = new Output(sys, 2, false);
	try {
		return (await run(sys, argv, parseEnv(env))) ?? 0;
	} catch (error) {
		if (error instanceof SysError && error.errno === "EPIPE") return 128 + SIGNALS.SIGPIPE;
		const message = describe(error);
		if (message !== "") await err.line(message).catch(() => {});
		return error instanceof StatusError ? error.code : 1;
	}
}

/** A failed system call in Go's words ("open x: no such file or directory"). */
function describe(error: unknown): string {
	if (!(error instanceof SysError)) return messageOf(error);
	const words = strerror(error.errno);
	return `${error.call}${error.detail ? ` ${error.detail}` : ""}: ${words[0]!.toLowerCase()}${words.slice(1)}`;
}

function parseEnv(env: string[]): Record<string, string> {
	return Object.fromEntries(
		env.map((entry) => {
			const at = entry.indexOf("=");
			return at < 0 ? [entry, ""] : [entry.slice(0, at), entry.slice(at + 1)];
		}),
	);
}

async function run(sys: Sys, argv: string[], env: Record<string, string>): Promise<number | undefined> {
	const globals = readGlobals(argv);
	const cli = await assemble(sys, env, globals.values);
	const warn = async (lines: string[]) => {
		for (const line of lines) await cli.out.line(line);
	};
	if (globals.values.version) {
		await cli.out.line(versionLine());
		return 0;
	}
	if (globals.help) {
		await warn(globals.warnings);
		await cli.out.write(await rootHelp(cli, COMMON, GROUPS, OTHERS, GLOBAL_OPTIONS));
		return 0;
	}
	await warn(globals.warnings);
	try {
		return await dispatch(cli, globals.args);
	} finally {
		await cli.client.close();
	}
}

interface Globals {
	values: ValuesOf<typeof GLOBAL_OPTIONS>;
	args: string[];
	warnings: string[];
	help: boolean;
}
function readGlobals(argv: string[]): Globals {
	try {
		return { ...parseFlags(GLOBAL_OPTIONS, argv, false), help: false };
	} catch (error) {
		if (error instanceof HelpAsked) return { ...parseFlags(GLOBAL_OPTIONS, [], false), warnings: error.warnings, help: true };
		if (error instanceof FlagError)
			throw new StatusError(
				125,
				`${error.message}\n\nUsage:  docker [OPTIONS] COMMAND [ARG...]\n\nRun 'docker --help' for more information`,
			);
		throw error;
	}
}

async function assemble(sys: Sys, env: Record<string, string>, globals: Globals["values"]): Promise<Cli> {
	const level = globals["log-level"];
	if (!["debug", "info", "warn", "error", "fatal", "panic", "trace", "warning"].includes(level.toLowerCase()))
		throw new StatusError(1, `Unable to parse logging level: ${level}`);
	if (globals.host.length > 1) throw new StatusError(1, "Specify only one -H");
	const context = globals.context || (globals.host.length > 0 || env.DOCKER_HOST ? "" : env.DOCKER_CONTEXT) || "default";
	if (globals.context && globals.host.length > 0)
		throw new StatusError(1, "conflicting options: cannot specify both --host and --context");
	if (context !== "default")
		throw new StatusError(
			1,
			`Failed to initialize: unable to resolve docker endpoint: context "${context}": context not found: only the context "default" exists here`,
		);
	const home = env.HOME || "/root";
	const config = await loadConfig(sys, globals.config || env.DOCKER_CONFIG || `${home}/.docker`);
	const given = globals.host[0] ?? (globals.context ? "" : env.DOCKER_HOST) ?? "";
	const host = parseHost(given || DEFAULT_HOST);
	return new Cli({
		sys,
		env,
		config,
		out: new Output(sys, 1, await sys.isatty(1)),
		err: new Output(sys, 2, await sys.isatty(2)),
		stdinTerminal: await sys.isatty(0),
		client: new Client(sys, host, env.DOCKER_API_VERSION, config.data.HttpHeaders ?? {}),
		debug: globals.debug,
		hostGiven: given || undefined,
	});
}

async function loadConfig(sys: Sys, directory: string): Promise<ConfigFile> {
	try {
		return await ConfigFile.load(sys, directory);
	} catch (error) {
		await new Output(sys, 2, false).line(`WARNING: Error loading config file: ${directory}/config.json: ${messageOf(error)}`);
		return new ConfigFile(sys, directory, {});
	}
}
