// npm run sandbox-image: builds the sandbox image and gives it to the Docker daemon; with --output FILE writes it as a tar for
// `docker import`.

import { copyFileSync } from "node:fs";
import { resolve } from "node:path";
import { imageName, installSandbox, sandboxImage } from "./setup/sandbox.mjs";

const [option, file] = process.argv.slice(2);
try {
	if (option === "--output" && file) {
		const tar = await sandboxImage();
		copyFileSync(tar, resolve(process.env.INIT_CWD ?? process.cwd(), file));
	} else if (option === undefined) {
		const changed = await installSandbox();
		process.stdout.write(`${imageName()} ${changed ? "is built" : "is there already"}\n`);
	} else {
		process.stderr.write("usage: npm run sandbox-image [-- --output FILE]\n");
		process.exitCode = 64;
	}
} catch (error) {
	process.stderr.write(`drydock: ${error.message}\n`);
	process.exitCode = 1;
}
