// npm run conformance:oracles -- DIR: the tables of recorded answers (NAME-oracle.json) of another folder, through the same tests.

import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { openly } from "./setup/command.mjs";
import { root } from "./setup/once.mjs";
import { dependencies } from "./setup/steps.mjs";

const tests = {
	"reference-oracle.json": "test/engine/lib/reference.test.ts",
	"units-oracle.json": "test/engine/lib/units.test.ts",
	"cli-opts-oracle.json": "test/engine/cli/opts.test.ts",
	"dockerignore-oracle.json": "test/engine/builder/oracles.test.ts",
	"run-argv-oracle.json": "test/engine/cli/run-argv.test.ts",
	"dockerfile-oracle.json": "test/engine/builder/oracles.test.ts",
	"shellword-oracle.json": "test/engine/builder/oracles.test.ts",
};
const folder = process.argv[2] && resolve(process.env.INIT_CWD ?? process.cwd(), process.argv[2]);
const found = folder && existsSync(folder) ? readdirSync(folder).filter((name) => name in tests) : [];
if (found.length === 0) {
	process.stderr.write(`usage: npm run -s conformance:oracles -- DIR, a folder with some of ${Object.keys(tests).join(", ")}\n`);
	process.exit(2);
}
await dependencies();
const files = [...new Set(found.map((name) => tests[name]))];
process.exit(
	await openly(process.execPath, [join(root, "node_modules/vitest/vitest.mjs"), "run", ...files], {
		env: { ...process.env, DRYDOCK_ORACLES: folder },
	}),
);
