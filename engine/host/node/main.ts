// bin/drydock: sh, dockerd, docker and registry from a terminal.

import { parseArgs } from "node:util";
import { docker } from "../../cli/main";
import { silent } from "../../trace/event";
import { runDaemon } from "./daemon";
import { nodeFetch } from "./fetch";
import { bootNode, type Places } from "./machine";
import { nodeReach } from "./reach";
import { runRegistry } from "./registry";
import { runProgram } from "./run-program";
import { runShell } from "./shell";
import { nodeSite } from "./site";
import { runNative } from "./sys";

const usage = `Usage: drydock COMMAND

  sh [-c COMMAND]                     a machine in this terminal; ends with the command's status
  dockerd --host unix:///PATH         our daemon on a socket of this host (or tcp://ADDRESS:PORT), for any Docker client
  docker ARGS…                        our docker command, against DOCKER_HOST
  registry [--host ADDRESS] --port P  our registry, for any registry client; registry --help tells of users and collecting garbage

  --state FOLDER                      (sh, dockerd, registry) keep the disk there; without it, it is gone at the end
`;

class UsageError extends Error {}

const commands: Record<string, (args: string[], places: Places) => Promise<number>> = {
	sh: async (args, places) => {
		const { values, positionals } = parse(args, { c: { type: "string", short: "c" }, state: { type: "string" } });
		if (positionals.length) throw new UsageError(`sh: unexpected argument ${positionals[0]}`);
		return runShell(await bootNode(places, { state: values.state as string | undefined }), values.c as string | undefined);
	},
	dockerd: async (args, places) => {
		const { values } = parse(args, { host: { type: "string", short: "H", multiple: true }, state: { type: "string" } });
		const hosts = (values.host as string[] | undefined) ?? [];
		if (hosts.length === 0) throw new UsageError("dockerd: --host unix:///PATH or tcp://ADDRESS:PORT is needed");
		return runDaemon(() => bootNode(places, { state: values.state as string | undefined }), hosts);
	},
	docker: (args) =>
		runNative(
			docker({ trace: silent, fetch: nodeFetch(), run: runProgram, ways: { reach: nodeReach, site: nodeSite() } }),
			["docker", ...args],
			environment(),
		),
	registry: (args) => runRegistry(args),
};

const environment = (): string[] => Object.entries(process.env).map(([name, value]) => `${name}=${value}`);

type Options = NonNullable<Parameters<typeof parseArgs>[0]>["options"];
function parse(args: string[], options: Options): { values: Record<string, unknown>; positionals: string[] } {
	try {
		return parseArgs({ args, options, allowPositionals: true });
	} catch (error) {
		throw new UsageError((error as Error).message);
	} finally {
		process.off("unhandledRejection", reportStray);
	}
}

/** What no handler caught ends nothing but itself, as net/http has it for a handler's panic: a daemon goes on, and says so. */
const reportStray = (error: unknown): void => {
	const words = error instanceof Error ? (error.stack ?? String(error)) : String(error);
	process.stderr.write(`drydock: unhandled: ${words}\n`);
};

/** Answers the exit code. */
export async function main(args: string[], places: Places): Promise<number> {
	const [name = "", ...rest] = args;
	const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
	if (!command || name === "--help" || name === "-h") {
		const asked = name === "--help" || name === "-h" || name === "help";
		process[asked ? "stdout" : "stderr"].write(asked || !name ? usage : `drydock: no command named ${name}\n\n${usage}`);
		return asked ? 0 : 2;
	}
	process.on("unhandledRejection", reportStray);
	try {
		return await command(rest, places);
	} catch (error) {
		process.stderr.write(`drydock: ${(error as Error).message}\n`);
		return error instanceof UsageError ? 2 : 1;
	}
}
