// Finds the program as Go's exec.LookPath does, so that what is missing is worded as Docker's users know it.

import { isErrno } from "../lib/files";
import { isDirectory, X_OK } from "../lib/linux";
import type { Sys } from "../sys";
import { SysError } from "../sys";
import { goErrno, RuncError } from "./errors";

/** @throws RuncError `exec: "x": executable file not found in $PATH`, `… permission denied`, `… stat x: no such file or directory` */
export async function lookPath(sys: Sys, name: string, env: readonly string[]): Promise<string> {
	const quoted = JSON.stringify(name);
	if (name.includes("/")) {
		try {
			await executable(sys, name);
			return name;
		} catch (error) {
			const words = isErrno(error, "EACCES") ? "permission denied" : `stat ${name}: ${goErrno(error)}`;
			throw new RuncError(`exec: ${quoted}: ${words}`);
		}
	}
	const path = env.findLast((entry) => entry.startsWith("PATH="))?.slice("PATH=".length) ?? "";
	for (const directory of path.split(":")) {
		const candidate = `${directory || "."}/${name}`;
		try {
			await executable(sys, candidate);
			return candidate;
		} catch {
			// The next directory of $PATH may have it.
		}
	}
	throw new RuncError(`exec: ${quoted}: executable file not found in $PATH`);
}

async function executable(sys: Sys, path: string): Promise<void> {
	const { mode } = await sys.stat(path);
	if (isDirectory(mode) || (mode & 0o111) === 0) throw new SysError("EACCES", "access", path);
	await sys.access(path, X_OK);
}
