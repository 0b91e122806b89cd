// One TypeScript program and what it imports as one file that Node runs.

import { root } from "./once.mjs";

/** @param {string} entry a path, relative ones from the project's root on @param {string} outfile where the file goes */
export async function bundle(entry, outfile) {
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
		packages: "external",
		logLevel: "error",
	});
}
