// Where the console's keys go: to the host's shell, or into a container.

import type { Machine } from "../../engine/host/browser/facade";

/** True while an interactive docker run, exec, start or attach has the terminal; undefined when nobody can tell. */
export async function standsInContainer(machine: Pick<Machine, "processes">): Promise<boolean | undefined> {
	try {
		return (await machine.processes()).some(({ argv, state }) => state !== "Z" && isInteractiveDocker(argv));
	} catch {
		return undefined;
	}
}

export function isInteractiveDocker(argv: readonly string[]): boolean {
	if (!/(^|\/)docker$/.test(argv[0] ?? "")) return false;
	const words = argv.slice(1).filter((word) => word !== "container");
	const [verb] = words;
	if (verb === "attach") return true;
	if (verb !== "run" && verb !== "exec" && verb !== "start") return false;
	return words.slice(1).some((word) => word === "--interactive" || /^-[a-zA-Z]*i[a-zA-Z]*$/.test(word));
}
