// npm run sandbox-agent: runs the agent that lends this machine's sandboxes to a site elsewhere; with --output DIR writes what its
// image is built of.

import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { bundle } from "./setup/bundle.mjs";
import { root, state } from "./setup/once.mjs";
import { imageFingerprint, installSandbox, sandboxImage } from "./setup/sandbox.mjs";

/** @param folder gets agent.mjs, the sandbox image as a tar, and the recipe */
async function write(folder) {
	mkdirSync(folder, { recursive: true });
	copyFileSync(await sandboxImage(), join(folder, "image.tar"));
	writeFileSync(join(folder, "image.tar.fingerprint"), `${imageFingerprint()}\n`);
	copyFileSync(join(root, "deploy/swarm/Dockerfile"), join(folder, "Dockerfile"));
	await bundle("deploy/swarm/main.ts", join(folder, "agent.mjs"), "bundle");
}

const [option, folder] = process.argv.slice(2);
try {
	if (option === "--output" && folder) await write(resolve(process.env.INIT_CWD ?? process.cwd(), folder));
	else if (option === undefined) {
		await installSandbox();
		const outfile = join(state, "run/sandbox-agent.mjs");
		await bundle("deploy/swarm/main.ts", outfile);
		await import(pathToFileURL(outfile).href);
	} else {
		process.stderr.write("usage: npm run sandbox-agent [-- --output DIR]\n");
		process.exitCode = 64;
	}
} catch (error) {
	process.stderr.write(`drydock: ${error.message}\n`);
	process.exitCode = 1;
}
