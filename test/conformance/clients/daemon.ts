// Our daemon on a socket of the real host, with one image, for clients that know nothing of it.

import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { busyboxTar } from "../cli/busybox-root";
import { busyboxFile } from "../commandlines/root";

const repository = resolve(import.meta.dirname, "../../..");

export interface Daemon {
	/** unix://… */
	host: string;
	socketPath: string;
	/** The image's root file system. */
	tar: string;
	stop(): void;
}

/** @param name of the image that it has, made from busybox. @throws Error where there is no busybox */
export async function startDaemon(): Promise<Daemon> {
	const busybox = await busyboxFile();
	if (!busybox) throw new Error("busybox-static is needed: it is taken from Debian by apt-get");
	const folder = mkdtempSync(join(tmpdir(), "drydock-clients-"));
	const socketPath = join(folder, "docker.sock");
	const host = `unix://${socketPath}`;
	const daemon = spawn(process.execPath, [join(repository, "bin/drydock"), "dockerd", "--host", host], {
		stdio: ["ignore", "inherit", "pipe"],
	});
	await new Promise<void>((done, fail) => {
		daemon.once("exit", (code) => fail(new Error(`the daemon ended with ${code}`)));
		let said = "";
		daemon.stderr!.on("data", (chunk) => {
			said += chunk;
			if (said.includes("API listen on")) done();
		});
	});
	const tar = busyboxTar(busybox);
	return {
		host,
		socketPath,
		tar,
		stop() {
			daemon.kill("SIGTERM");
			for (const made of [folder, dirname(tar)]) rmSync(made, { recursive: true, force: true });
		},
	};
}

export const missing = (program: string, ...args: string[]): boolean =>
	spawnSync(program, args, { stdio: "ignore" }).status !== 0;
