// Serves the built site for the tests, on a port of its own. DRYDOCK_SITE names one that is already served.

import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import type { TestProject } from "vitest/node";

declare module "vitest" {
	interface ProvidedContext {
		site: string;
	}
}

export default async function setup(project: TestProject): Promise<(() => void) | undefined> {
	const given = process.env.DRYDOCK_SITE;
	if (given) {
		project.provide("site", given);
		return undefined;
	}
	const port = await freePort();
	const server = spawn(process.execPath, ["node_modules/next/dist/bin/next", "start", "-H", "127.0.0.1", "-p", String(port)], {
		stdio: ["ignore", "ignore", "inherit"],
		env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1" },
	});
	const site = `http://127.0.0.1:${port}`;
	await answers(`${site}/ko`, server);
	project.provide("site", site);
	return () => void server.kill();
}

const freePort = (): Promise<number> =>
	new Promise((resolve, reject) => {
		const probe = createServer();
		probe.on("error", reject);
		probe.listen(0, "127.0.0.1", () => {
			const address = probe.address();
			probe.close(() => (address && typeof address === "object" ? resolve(address.port) : reject(new Error("no port"))));
		});
	});

async function answers(address: string, server: ChildProcess): Promise<void> {
	for (let tries = 0; tries < 150; tries++) {
		if (server.exitCode !== null) throw new Error(`next start ended with ${server.exitCode}; was the site built?`);
		const ok = await fetch(address).then(
			(response) => response.ok,
			() => false,
		);
		if (ok) return;
		await new Promise((resolve) => setTimeout(resolve, 200));
	}
	throw new Error(`${address} does not answer`);
}
