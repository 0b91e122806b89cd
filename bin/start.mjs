// npm start: installs and builds what is missing, then serves the site. PORT and HOST say where.

import { spawn } from "node:child_process";
import { join } from "node:path";
import { root } from "./setup/once.mjs";
import { installSandbox } from "./setup/sandbox.mjs";
import { machine, site } from "./setup/steps.mjs";

/** The site works without a daemon, and says so where one would be lent. */
async function lendDocker() {
	try {
		await installSandbox();
	} catch (error) {
		process.stderr.write(`drydock: no real Docker will be lent: ${error.message}\n`);
	}
}

const port = process.env.PORT ?? "3000";
const host = process.env.HOST ?? "127.0.0.1";

try {
	await machine();
	await site();
	// with agents on other machines, none is asked for here
	if (process.env.SANDBOX === "1" && !process.env.SANDBOX_AGENTS) await lendDocker();
} catch (error) {
	process.stderr.write(`drydock: ${error.message}\n`);
	process.exit(1);
}

const server = spawn(process.execPath, [join(root, "node_modules/next/dist/bin/next"), "start", "-H", host, "-p", port], {
	cwd: root,
	stdio: ["ignore", "pipe", "inherit"],
	env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1" },
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => server.kill(signal));
server.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" || signal === "SIGTERM" ? 0 : 1)));

let announced = false;
server.stdout.on("data", (chunk) => {
	if (announced || !/Ready|ready/.test(String(chunk))) return;
	announced = true;
	process.stdout.write(`Drydock is at http://${host.includes(":") ? `[${host}]` : host}:${port}\n`);
});
