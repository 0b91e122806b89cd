// Programs that keep logins: docker-credential-NAME get, store, erase and list, JSON on standard input and output.

import { text, utf8 } from "../../lib/bytes";
import { readAll, writeAll } from "../../lib/files";
import { parseFirstJson } from "../../lib/json-problem";
import { O } from "../../lib/linux";
import { findProgram } from "../../lib/programs";
import type { Sys } from "../../sys";

export interface Ran {
	/** Exit code; 127 when there is no such program. */
	code: number;
	out: string;
}
/** Runs a program found along PATH, its input given, its output taken. */
export type RunProgram = (name: string, args: readonly string[], input: string) => Promise<Ran>;

/** A process beside ours, by system calls. */
export const spawning =
	(sys: Sys, env: Record<string, string>): RunProgram =>
	async (name, args, input) => {
		const path = await findProgram(sys, name, env.PATH ?? "");
		if (!path) return { code: 127, out: "" };
		const [theirInput, ourOutput] = await sys.pipe2(O.CLOEXEC);
		const [ourInput, theirOutput] = await sys.pipe2(O.CLOEXEC);
		const entries = Object.entries(env).map(([key, value]) => `${key}=${value}`);
		const pid = await sys.spawn(path, [name, ...args], entries, { fds: [theirInput, theirOutput, 2] });
		await sys.close(theirInput);
		await sys.close(theirOutput);
		const sent = writeAll(sys, ourOutput, utf8(input))
			.catch(() => {})
			.finally(() => sys.close(ourOutput));
		const out = text(await readAll(sys, ourInput));
		await sent;
		await sys.close(ourInput);
		const { status } = await sys.wait4(pid);
		return { code: (status & 0x7f) === 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f), out };
	};

export interface HelperLogin {
	Username: string;
	Secret: string;
}
const NOT_FOUND = "credentials not found in native keychain";
/** What helpers say in words that are agreed on. */
const AGREED = ["no credentials server URL", "no credentials username"];

/** @throws Error worded as docker's credential helpers' client */
async function ask(run: RunProgram, helper: string, action: string, doing: string, input: string): Promise<Ran> {
	const name = `docker-credential-${helper}`;
	const ran = await run(name, [action], input);
	const said = ran.out.trim();
	if (ran.code === 0 || (action === "get" && said === NOT_FOUND)) return ran;
	const missing = ran.code === 127 ? `exec: "${name}": executable file not found in $PATH` : `exit status ${ran.code}`;
	throw new Error(`error ${doing} credentials - err: ${AGREED.includes(said) ? said : missing}, out: \`${said}\``);
}

/** What the helper keeps for a registry, or undefined. @throws Error */
export async function fromHelper(run: RunProgram, helper: string, registry: string): Promise<HelperLogin | undefined> {
	const { code, out } = await ask(run, helper, "get", "getting", registry);
	return code === 0 ? (parseFirstJson(out).value as HelperLogin) : undefined;
}
/** Which registries the helper keeps logins for. @throws Error */
export async function listOfHelper(run: RunProgram, helper: string): Promise<string[]> {
	const { out } = await ask(run, helper, "list", "listing", "unused");
	return Object.keys((parseFirstJson(out).value ?? {}) as Record<string, string>);
}
export async function toHelper(run: RunProgram, helper: string, registry: string, login: HelperLogin): Promise<void> {
	await ask(run, helper, "store", "storing", `${JSON.stringify({ ServerURL: registry, ...login })}\n`);
}
export async function eraseFromHelper(run: RunProgram, helper: string, registry: string): Promise<void> {
	await ask(run, helper, "erase", "erasing", registry);
}
