// dockerd's command line: where it listens, and where its PID is written. Everything else is as the machine has it.

import { ENGINE_VERSION } from "../api/version";

const USAGE = `Usage:  dockerd [OPTIONS]

A self-sufficient runtime for containers.

Options:
  -H, --host list        Daemon socket(s) to connect to (default unix:///var/run/docker.sock)
  -p, --pidfile string   Path to use for daemon PID file (default "/var/run/docker.pid")
  -h, --help             Print usage
  -v, --version          Print version information and quit
`;

/** Where the daemon listens: a UNIX socket, or a TCP port of an IPv4 address, without TLS. */
export type Listen = { unix: string } | { address: string; port: number };

export type Command = { kind: "serve"; hosts: Listen[]; pidFile: string } | { kind: "print"; words: string };

export class UsageError extends Error {}

const DEFAULTS = { socket: "/var/run/docker.sock", port: 2375, pidFile: "/var/run/docker.pid" };
const NAMES: Record<string, string> = { H: "host", p: "pidfile", h: "help", v: "version" };

/** @throws UsageError in pflag's words */
export function parseArguments(args: readonly string[]): Command {
	const hosts: Listen[] = [];
	let { pidFile } = DEFAULTS;
	for (let at = 0; at < args.length; at++) {
		const arg = args[at]!;
		const match = /^(?:--([\w-]+)(?:=(.*))?|-(\w)=?(.+)?)$/.exec(arg);
		if (!match) throw new UsageError(`accepts no arguments: ${arg}`);
		const name = match[1] ?? NAMES[match[3]!];
		if (name === "help") return { kind: "print", words: USAGE };
		if (name === "version") return { kind: "print", words: `Docker version ${ENGINE_VERSION}, build drydock\n` };
		if (name !== "host" && name !== "pidfile")
			throw new UsageError(match[1] ? `unknown flag: --${match[1]}` : `unknown shorthand flag: '${match[3]}' in ${arg}`);
		const value = match[2] ?? match[4] ?? args[++at];
		if (value === undefined) throw new UsageError(`flag needs an argument: ${arg}`);
		if (name === "host") hosts.push(parseListen(value));
		else pidFile = value;
	}
	return { kind: "serve", hosts: hosts.length > 0 ? hosts : [{ unix: DEFAULTS.socket }], pidFile };
}

function parseListen(text: string): Listen {
	const [, scheme = "tcp", rest = ""] = /^(?:(\w+):\/\/)?(.*)$/.exec(text)!;
	if (scheme === "unix") return { unix: rest || DEFAULTS.socket };
	const parts = /^([\d.]+|localhost)?(?::(\d{1,5}))?$/.exec(rest);
	if (scheme !== "tcp" || !parts || Number(parts[2] ?? 0) > 65_535)
		throw new UsageError(`unable to parse docker host \`${text}\``);
	const address = parts[1] === undefined || parts[1] === "localhost" ? "127.0.0.1" : parts[1];
	return { address, port: Number(parts[2] ?? DEFAULTS.port) };
}
