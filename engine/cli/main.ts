// docker: the command. Reads the global options, finds the command, runs it, and says what went wrong as docker does.

import { SIGNALS } from "../lib/linux";
import type { Fetch } from "../port";
import type { NativeMain, Sys } from "../sys";
import type { Tracer } from "../trace/event";
import { Cli, Output, ReaderGone } from "./cli";
import { Client } from "./client/client";
import type { Ways } from "./client/dial";
import { StatusError } from "./command/command";
import { dispatch } from "./command/dispatch";
import { certificateDirectory, type GlobalValues, globalOptions } from "./command/globals";
import { ConfigFile } from "./config";
import { type Choice, contextName, defaultContext, resolveHost } from "./context/current";
import { ContextStore } from "./context/store";
import { type RunProgram, spawning } from "./credentials/helper";
import { describe } from "./describe";
import { FlagError, HelpAsked, parseFlags } from "./flags/parse";
import { readCsv } from "./opts/csv";
import { versionLine } from "./version";

export interface DockerDeps {
	trace: Tracer;
	/** For daemons behind https://; without it they cannot be reached. */
	fetch?: Fetch;
	/** Where registries really are: "docker.io" → "https://the.site". */
	registries?: Record<string, string>;
	/** How programs are run where system calls cannot do it. */
	run?: RunProgram;
	/** For ssh:// and TLS with certificates of one's own, and for a site that lends a daemon; what is not there cannot be used. */
	ways?: Ways;
}

/** The program. argv[0] is its own name. */
export const docker =
	(deps: DockerDeps): NativeMain =>
	async (sys, argv, env) => {
		deps.trace.emit("cli", { type: "cli.command", pid: sys.getpid(), argv });
		const code = await runToCode(deps, sys, argv.slice(1), env);
		deps.trace.emit("cli", { type: "cli.exit", pid: sys.getpid(), code });
		return code;
	};

async function runToCode(deps: DockerDeps, sys: Sys, argv: string[], env: string[]): Promise<number> {
	const err = new Output(sys, 2, false);
	// a daemon may answer and close before it has all of a body: its answer is what counts
	await sys.sigaction(SIGNALS.SIGPIPE, () => {}).catch(() => {});
	try {
		return (await run(deps, sys, argv, parseEnv(env))) ?? 0;
	} catch (error) {
		if (error instanceof ReaderGone) return 128 + SIGNALS.SIGPIPE;
		const message = describe(error);
		if (message !== "") await err.line(message).catch(() => {});
		return error instanceof StatusError ? error.code : 1;
	}
}

function parseEnv(env: string[]): Record<string, string> {
	return Object.fromEntries(
		env.map((entry) => {
			const at = entry.indexOf("=");
			return at < 0 ? [entry, ""] : [entry.slice(0, at), entry.slice(at + 1)];
		}),
	);
}

async function run(deps: DockerDeps, sys: Sys, argv: string[], env: Record<string, string>): Promise<number | undefined> {
	const globals = readGlobals(argv, env);
	const cli = await assemble(deps, sys, env, globals.values, globals.changed);
	for (const line of globals.warnings) await cli.out.line(line);
	if (globals.values.version && globals.args.length === 0) {
		await cli.out.line(versionLine());
		return 0;
	}
	try {
		return await dispatch(cli, globals.args, { help: globals.help, version: globals.values.version });
	} finally {
		await cli.close();
	}
}

interface Globals {
	values: GlobalValues;
	args: string[];
	warnings: string[];
	help: boolean;
	/** Which options were given. */
	changed: ReadonlySet<string>;
}
function readGlobals(argv: string[], env: Record<string, string>): Globals {
	const options = globalOptions(env);
	try {
		return { ...parseFlags(options, argv, false), help: false };
	} catch (error) {
		// the words after it are not read as options then: docker --help run
		if (error instanceof HelpAsked)
			return { ...parseFlags(options, [], false), args: error.args, warnings: error.warnings, help: true };
		if (error instanceof FlagError)
			throw new StatusError(
				125,
				`${error.message}\n\nUsage:  docker [OPTIONS] COMMAND [ARG...]\n\nRun 'docker --help' for more information`,
			);
		throw error;
	}
}

const LOG_LEVELS = ["panic", "fatal", "error", "warning", "warn", "info", "debug", "trace"];

async function assemble(
	deps: DockerDeps,
	sys: Sys,
	env: Record<string, string>,
	globals: GlobalValues,
	given: ReadonlySet<string>,
): Promise<Cli> {
	const level = globals["log-level"];
	if (!LOG_LEVELS.includes(level.toLowerCase())) throw new StatusError(1, `Unable to parse logging level: ${level}`);
	if (globals.context && globals.host.length > 0)
		throw new StatusError(1, "conflicting options: cannot specify both --host and --context");
	const config = await loadConfig(sys, globals.config);
	const store = new ContextStore(sys, `${config.directory}/contexts`);
	const choice: Choice = { context: globals.context, host: globals.host, tls: tlsOf(globals, given, env) };
	const current = contextName(choice, env, config.data.currentContext);
	return new Cli({
		sys,
		env,
		config,
		out: new Output(sys, 1, await sys.isatty(1)),
		err: new Output(sys, 2, await sys.isatty(2)),
		stdinTerminal: await sys.isatty(0),
		contexts: { store, current, standard: () => defaultContext(choice, env) },
		client: await resolveHost(sys, current, choice, env, store).then(
			(host) =>
				new Client(sys, host, {
					fixedVersion: env.DOCKER_API_VERSION,
					extraHeaders: headersOf(config, env),
					fetch: deps.fetch,
					ways: deps.ways,
					env,
				}),
			(error: Error) => error,
		),
		fetch: deps.fetch,
		registries: deps.registries ?? {},
		run: deps.run ?? spawning(sys, env),
		debug: globals.debug,
	});
}

/** Who says --tlsverify at all, be it false, wants TLS. */
function tlsOf(globals: GlobalValues, given: ReadonlySet<string>, env: Record<string, string>): Choice["tls"] {
	return {
		verify: globals.tlsverify,
		wanted: given.has("tlsverify") || globals.tlsverify || globals.tls,
		files: [globals.tlscacert, globals.tlscert, globals.tlskey],
		usual: ["cert.pem", "key.pem"].map((name) => `${certificateDirectory(env)}/${name}`),
	};
}

/** HttpHeaders of the configuration, and name=value pairs of DOCKER_CUSTOM_HEADERS. */
function headersOf(config: ConfigFile, env: Record<string, string>): Record<string, string> {
	const headers = { ...config.data.HttpHeaders };
	const custom = env.DOCKER_CUSTOM_HEADERS;
	if (!custom) return headers;
	for (const field of readCsv(custom)) {
		const at = field.indexOf("=");
		if (at <= 0)
			throw new StatusError(
				1,
				`invalid custom header (DOCKER_CUSTOM_HEADERS): ${at < 0 ? "missing" : "empty"} name in ${JSON.stringify(field)}`,
			);
		headers[field.slice(0, at).trim()] = field.slice(at + 1);
	}
	return headers;
}

async function loadConfig(sys: Sys, directory: string): Promise<ConfigFile> {
	const { config, problem } = await ConfigFile.load(sys, directory);
	if (problem) await new Output(sys, 2, false).line(`WARNING: Error ${problem}`);
	return config;
}
