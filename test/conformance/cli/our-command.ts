// Our docker command as a program of this machine: one file that node runs, in a temporary folder of its own.

import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { buildSync } from "esbuild";

const repository = resolve(import.meta.dirname, "../../..");

/** Answers the program's path; the folder that it is in is the caller's to remove. */
export function buildOurCommand(): string {
	const folder = mkdtempSync(join(tmpdir(), "drydock-command-"));
	const source = join(folder, "main.ts");
	const program = join(folder, "docker.mjs");
	writeFileSync(
		source,
		`import { docker } from "${repository}/engine/cli/main";
import { nodeFetch } from "${repository}/engine/host/node/fetch";
import { nodeReach } from "${repository}/engine/host/node/reach";
import { runProgram } from "${repository}/engine/host/node/run-program";
import { nodeSys } from "${repository}/engine/host/node/sys";
import { silent } from "${repository}/engine/trace/event";
const env = Object.entries(process.env).map(([name, value]) => name + "=" + value);
const main = docker({ trace: silent, fetch: nodeFetch(), run: runProgram, ways: { reach: nodeReach } });
process.exit(await main(nodeSys(), ["docker", ...process.argv.slice(2)], env));`,
	);
	buildSync({ entryPoints: [source], bundle: true, platform: "node", format: "esm", outfile: program, logLevel: "error" });
	const start = join(folder, "docker");
	// node would take options such as --env-file for its own
	writeFileSync(start, `#!/bin/sh\nexec "${process.execPath}" -- "${program}" "$@"\n`);
	chmodSync(start, 0o755);
	return start;
}
