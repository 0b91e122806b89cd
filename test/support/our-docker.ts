// Our daemon as a process of its own on a socket of the real host, for outside clients.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { EngineClient } from "./engine-client";

const drydock = resolve(import.meta.dirname, "../../bin/drydock");

export interface OurDocker {
	/** unix:///… */
	host: string;
	socketPath: string;
	client: EngineClient;
	/** What it has said so far. */
	log(): string;
	stop(): Promise<void>;
}

/** @param state a folder where its disk is kept. @throws Error with what it said when it does not come up */
export async function startOurDocker({ state }: { state?: string } = {}): Promise<OurDocker> {
	const folder = mkdtempSync(join(tmpdir(), "drydock-ours-"));
	const socketPath = join(folder, "docker.sock");
	const args = ["dockerd", "--host", `unix://${socketPath}`, ...(state ? ["--state", state] : [])];
	const daemon = spawn(process.execPath, [drydock, ...args], { stdio: ["ignore", "ignore", "pipe"] });
	let said = "";
	const ended = new Promise<void>((done) => daemon.once("exit", () => done()));
	await new Promise<void>((done, fail) => {
		daemon.once("exit", (code) => fail(new Error(`the daemon ended with ${code}: ${said}`)));
		daemon.stderr.on("data", (chunk) => {
			said += chunk;
			if (said.includes("API listen on")) done();
		});
	});
	const client = new EngineClient({ socketPath });
	const stop = async (): Promise<void> => {
		client.close();
		daemon.kill("SIGTERM");
		const late = setTimeout(() => daemon.kill("SIGKILL"), 20_000);
		await ended;
		clearTimeout(late);
		rmSync(folder, { recursive: true, force: true });
	};
	return { host: `unix://${socketPath}`, socketPath, client, log: () => said, stop };
}
