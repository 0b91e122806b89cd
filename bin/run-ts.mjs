// Bundles one TypeScript program and runs it, in the caller's working directory: node bin/run-ts.mjs FILE ARGS…

import { mkdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { bundle } from "./setup/bundle.mjs";
import { root, state } from "./setup/once.mjs";
import { dependencies } from "./setup/steps.mjs";

await dependencies();
const [file, ...args] = process.argv.slice(2);
const outfile = join(state, "run", `${basename(resolve(root, file, ".."))}-${basename(file, ".ts")}-${process.pid}.mjs`);
mkdirSync(join(state, "run"), { recursive: true });
await bundle(resolve(root, file), outfile);
process.chdir(process.env.INIT_CWD ?? process.cwd());
process.argv = [process.argv[0], file, ...args];
await import(pathToFileURL(outfile).href);
(await import("node:fs")).rmSync(outfile, { force: true });
