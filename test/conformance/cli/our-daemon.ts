// bin/drydock's programs as tests start them: our daemon on a socket, our registry on a port.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { join, resolve } from "node:path";

const repository = resolve(import.meta.dirname, "../../..");

export interface Daemon {
	host: string;
	stop: () => Promise<void> | void;
}

/** @param folder for its socket */
export async function startOurDaemon(folder: string): Promise<Daemon> {
	const host = `unix://${join(mkdtempSync(join(folder, "daemon-")), "docker.sock")}`;
	const daemon = await program(["dockerd", "--host", host], "API listen on");
	return { host, stop: () => void daemon.kill("SIGTERM") };
}

/** One of bin/drydock's, once it has said that it is ready. */
export function program(args: string[], ready: string): Promise<ChildProcess> {
	const child = spawn(process.execPath, [join(repository, "bin/drydock"), ...args], { stdio: ["ignore", "pipe", "pipe"] });
	return new Promise((done, fail) => {
		let said = "";
		const heard = (chunk: Buffer) => {
			said += chunk;
			if (said.includes(ready)) done(child);
		};
		child.stdout.on("data", heard);
		child.stderr.on("data", heard);
		child.once("exit", (code) => fail(new Error(`drydock ${args[0]} ended with ${code}: ${said}`)));
	});
}
