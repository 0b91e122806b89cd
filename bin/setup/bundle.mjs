// One TypeScript program and what it imports as one file that Node runs.

import { root } from "./once.mjs";

const REQUIRE = 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';

/**
 * @param {string} entry a path, relative ones from the project's root on
 * @param {string} outfile where the file goes
 * @param {"external" | "bundle"} packages "bundle": the file runs where none are installed
 */
export async function bundle(entry, outfile, packages = "external") {
	// not before the packages are installed
	const { build } = await import("esbuild");
	await build({
		absWorkingDir: root,
		entryPoints: [entry],
		outfile,
		bundle: true,
		platform: "node",
		format: "esm",
		target: "node20",
		packages,
		// packages of the older kind ask for Node's own modules by require
		banner: packages === "bundle" ? { js: REQUIRE } : undefined,
		logLevel: "error",
	});
}
