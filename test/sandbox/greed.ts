// One sandbox takes all that the kernel counts by user (greedy.c); what is left for another one.

import { execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";

export const noCompiler = spawnSync("sh", ["-c", "command -v gcc"], { stdio: "ignore" }).status !== 0;

/** How much of each there was: inFlight, instances, watches, signals, messages, locked, keys, pipes. */
type Taken = Record<string, number>;
/** Docker's own client against a sandbox: what it says, and its status. */
type Docker = (args: string[]) => Promise<{ status: number; said: string }>;

/** @param folder is the context of a build @param patience milliseconds */
export async function leavesAllToOthers(greedy: Docker, other: Docker, folder: string, patience: number): Promise<void> {
	const source = fileURLToPath(new URL("greedy.c", import.meta.url));
	execFileSync("gcc", ["-static", "-O1", "-o", `${folder}/greedy`, source]);
	const command = process.env.DRYDOCK_LONG ? '["/greedy", "watches"]' : '["/greedy"]';
	writeFileSync(`${folder}/Dockerfile`, `FROM busybox\nWORKDIR /tmp\nCOPY greedy /greedy\nCMD ${command}\n`);
	for (const docker of [greedy, other]) {
		const { status, said } = await docker(["build", "-q", "-t", "greedy", folder]);
		expect(status, said).toBe(0);
	}
	// nothing of the inner daemon's stands between it and the kernel
	const run = ["run", "--security-opt", "seccomp=unconfined"];
	const taken = async (docker: Docker): Promise<Taken> => JSON.parse((await docker([...run, "--rm", "greedy"])).said);

	const { said: id } = await greedy([...run, "-d", "-i", "greedy"]);
	const log = async (): Promise<string> => (await greedy(["logs", id.trim()])).said;
	await expect.poll(log, { timeout: patience }).toContain("}");
	const all: Taken = JSON.parse(await log());
	expect({ ...all, keys: 0 }).toEqual(all);
	const others = await taken(other);
	// nobody else's are all taken; daemons and shims use some in both
	for (const [name, count] of Object.entries(all)) expect(others[name], name).toBeGreaterThanOrEqual(count * 0.9);
	// and they were: who asks for more of the same user's gets none
	expect(await taken(greedy)).toMatchObject({ inFlight: 0, instances: 0, messages: 0, locked: 0, keys: 0 });
	await greedy(["rm", "-f", id.trim()]);
}
