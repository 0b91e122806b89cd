// Ways to a daemon beyond sockets, which the surroundings may have: a program's standard streams (ssh), and TLS.

import { type GoUrl, parseGoUrl, splitHostPort } from "../../lib/go-url";
import { goQuote } from "../../lib/quote";
import type { Duplex } from "../../lib/stream";
import type { Sys } from "../../sys";

export interface TlsFiles {
	/** PEM. */
	ca?: Uint8Array;
	cert?: Uint8Array;
	key?: Uint8Array;
	/** Whether the daemon's certificate must be good. */
	verify: boolean;
}
export interface Reach {
	/** @throws Error as Go words it: exec: "ssh": executable file not found in $PATH */
	program(name: string, args: readonly string[]): Promise<Duplex>;
	/** @throws Error as Go words it: tls: failed to verify certificate: … */
	tls(host: string, port: number, files: TlsFiles): Promise<Duplex>;
}

/** To the daemon that a site lends. @throws Error that says what is missing */
export type SiteDial = (sys: Sys, url: string) => Promise<Duplex>;

/** What is wrong with an ssh address; docker says it without what it was wanted for. */
export class BadSshAddress extends Error {}

/** "ssh://[user@]host[:port][/path]" → the arguments of ssh, and the command at the other end. @throws BadSshAddress */
export function sshArguments(url: string): string[] {
	const { user, host: authority, path, query, fragment } = parsed(url);
	const wrong = (why: string) => new BadSshAddress(`ssh host connection is not valid: invalid SSH URL: ${why}`);
	if (user?.includes(":")) throw wrong("plain-text password is not supported");
	const [host, port] = splitHostPort(authority) ?? [authority.replace(/^\[|\]$/g, ""), ""];
	if (host === "") throw wrong("hostname is empty");
	if (query !== "") throw wrong(`query parameters are not allowed: ${goQuote(query)}`);
	if (fragment !== "") throw wrong(`fragments are not allowed: ${goQuote(fragment)}`);
	const there = path.replaceAll("/", "") === "" ? [] : [`--host=unix://${path}`];
	return [
		...(user ? ["-l", user] : []),
		...(port ? ["-p", port] : []),
		...["-o", "ConnectTimeout=30", "-T", "--"],
		host,
		...["docker", ...there, "system", "dial-stdio"],
	];
}

function parsed(url: string): GoUrl {
	try {
		return parseGoUrl(url);
	} catch (error) {
		throw new BadSshAddress((error as Error).message);
	}
}
