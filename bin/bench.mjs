// npm run bench: sets up what the figures need, then measures.

import { install } from "./setup/debian.mjs";
import { root } from "./setup/once.mjs";
import { machine, site } from "./setup/steps.mjs";

const args = process.argv.slice(2);
const measures = args.every((arg) => !arg.startsWith("-") || arg === "--json");
try {
	if (measures) {
		await machine();
		await install(["gcc", "dockerd", "chromium"]);
		// the sandbox's figures alone need no page
		const names = args.filter((arg) => arg !== "--json");
		if (names.length === 0 || names.some((name) => !name.startsWith("sandbox-"))) await site();
	}
} catch (error) {
	process.stderr.write(`drydock: ${error.message}\n`);
	process.exit(1);
}
process.env.DRYDOCK_ROOT = root;
process.argv.splice(2, 0, "test/bench/main.ts");
await import("./run-ts.mjs");
