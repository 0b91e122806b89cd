// Answers recorded from Docker's own code. `npm run conformance:oracles -- DIR` puts those of another folder in their place.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Where other recordings are, if they are asked for. */
export const otherOracles = process.env.DRYDOCK_ORACLES;

const RECORDERS_CWD = "/tmp/ho-go/src/cli/cli";

/** @param recorded what the repository has under this name */
export function readOracle<T>(name: string, recorded: T): T {
	const file = otherOracles && join(otherOracles, name);
	if (!file || !existsSync(file)) return recorded;
	// the recorder's working directory shows in relative bind sources; the repository's copies call it /cwd
	return JSON.parse(readFileSync(file, "utf8").replaceAll(RECORDERS_CWD, "/cwd")) as T;
}
