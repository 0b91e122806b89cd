// Which recordings can be replayed: NAME-oracle.json → checks.

import { dockerfile, dockerignore, shellword } from "./builder";
import type { Oracle, Row } from "./case";
import { cliOpts } from "./cli-opts";
import { reference } from "./reference";
import { runArgv } from "./run-argv";
import { units } from "./units";

export const RUNNERS: Readonly<Record<string, (data: Row) => Oracle>> = {
	"cli-opts": cliOpts,
	dockerfile,
	dockerignore,
	reference,
	"run-argv": runArgv,
	shellword,
	units,
};

/** The recorder's working directory, which shows in relative sources of binds; the repository's copies call it /cwd. */
const RECORDERS_CWD = /\/tmp\/ho-go\/src\/cli\/cli/g;
export const readOracle = (json: string): Row => JSON.parse(json.replace(RECORDERS_CWD, "/cwd")) as Row;
