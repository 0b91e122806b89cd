// Programs that keep logins: docker-credential-NAME get, store and erase, JSON on standard input and output.

import { text, utf8 } from "../../lib/bytes";
import { readAll, writeAll } from "../../lib/files";
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
const fail = (name: string, ran: Ran, verb: string): never => {
	const said = ran.code === 127 ? `exec: "${name}": executable file not found in $PATH` : `exit status ${ran.code}`;
	throw new Error(`error ${verb} credentials - err: ${said}, out: \`${ran.out.trim()}\``);
};

/** What the helper keeps for a registry, or undefined. @throws Error */
export async function fromHelper(run: RunProgram, helper: string, registry: string): Promise<HelperLogin | undefined> {
	const name = `docker-credential-${helper}`;
	const ran = await run(name, ["get"], registry);
	if (ran.code !== 0 && ran.out.trim() === NOT_FOUND) return undefined;
	if (ran.code !== 0) return fail(name, ran, "getting");
	return JSON.parse(ran.out) as HelperLogin;
}
export async function toHelper(run: RunProgram, helper: string, registry: string, login: HelperLogin): Promise<void> {
	const name = `docker-credential-${helper}`;
	const ran = await run(name, ["store"], `${JSON.stringify({ ServerURL: registry, ...login })}\n`);
	if (ran.code !== 0) fail(name, ran, "storing");
}
export async function eraseFromHelper(run: RunProgram, helper: string, registry: string): Promise<void> {
	const name = `docker-credential-${helper}`;
	const ran = await run(name, ["erase"], registry);
	if (ran.code !== 0 && ran.out.trim() !== NOT_FOUND) fail(name, ran, "erasing");
}
