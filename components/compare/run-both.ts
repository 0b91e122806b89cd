// One command line on two daemons at once: each in a shell of its own, whose docker speaks to that daemon.

import type { Machine } from "../../engine/host/browser/facade";
import { type Comparison, compare } from "./compare";

/** The daemon that this one is compared with: the site's, or the second host of the same machine. */
export type Other = "sandbox" | "second";

const LONGEST = 180_000;

export async function runBoth(machine: Pick<Machine, "run">, line: string, other: Other): Promise<Comparison> {
	const on = (context: string) => machine.run(`export DOCKER_CONTEXT=${context}\n${line}`, { timeoutMs: LONGEST });
	const [here, there] = await Promise.all([on("default"), on(other)]);
	return compare(line, here, there);
}
