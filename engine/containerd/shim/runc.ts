// Runs the runc program and makes its log's last line the error.

import { text } from "../../lib/bytes";
import { messageOf, systemError } from "../../lib/errors";
import { readAll, readText, writeFile } from "../../lib/files";
import { O } from "../../lib/linux";
import { exitStatus, type Sys } from "../../sys";
import { RUNC_PATH } from "./api";
import type { Reaper } from "./reaper";

const ENVIRONMENT = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"];

export interface RuncRun {
	/** --root, with the namespace. */
	root: string;
	/** Where log.json is written. */
	bundle: string;
	/** Descriptors 0, 1 and 2 of runc, which the container's process inherits; /dev/null where left out. */
	stdio?: [number, number, number];
	/** What the error begins with, such as "OCI runtime create failed". */
	failure: string;
	/** Who waits for runc in a process that has other children too. */
	reaper?: Reaper;
}

/** @throws EngineError system: `failure`, then what runc wrote to its log */
export async function runRunc(sys: Sys, run: RuncRun, args: string[]): Promise<void> {
	const log = `${run.bundle}/log.json`;
	await writeFile(sys, log, "");
	const argv = ["runc", "--root", run.root, "--log", log, "--log-format", "json", ...args];
	const nothing = run.stdio ? undefined : await sys.open("/dev/null", O.RDWR | O.CLOEXEC);
	let pid: number;
	try {
		pid = await sys.spawn(RUNC_PATH, argv, ENVIRONMENT, { fds: run.stdio ?? [nothing!, nothing!, nothing!], cwd: run.bundle });
	} catch (error) {
		throw systemError(`${run.failure}: unable to retrieve OCI runtime error: ${messageOf(error)}`);
	} finally {
		if (nothing !== undefined) await sys.close(nothing);
	}
	const status = run.reaper ? await run.reaper.wait(pid) : (await sys.wait4(pid)).status;
	if (exitStatus(status) === 0) return;
	throw systemError(`${run.failure}: ${(await lastError(sys, log)) ?? `runc did not terminate successfully: status ${status}`}`);
}

async function lastError(sys: Sys, log: string): Promise<string | undefined> {
	const lines = (await readText(sys, log).catch(() => "")).trim().split("\n");
	const last = lines.findLast((line) => line.startsWith("{"));
	return last === undefined ? undefined : (JSON.parse(last) as { msg: string }).msg;
}

/** What a verb prints. */
export async function runcOutput(sys: Sys, run: RuncRun, args: string[]): Promise<string> {
	const [read, write] = await sys.pipe2(O.CLOEXEC);
	const nothing = await sys.open("/dev/null", O.RDWR | O.CLOEXEC);
	const output = readAll(sys, read);
	await runRunc(sys, { ...run, stdio: [nothing, write, nothing] }, args).finally(async () => {
		await sys.close(write);
		await sys.close(nothing);
	});
	const bytes = await output;
	await sys.close(read);
	return text(bytes);
}
