// What runc makes in a root file system to mount on: directories that are no work of the command, and no part of its layer.

import { exists, isErrno } from "../../lib/files";
import type { Sys } from "../../sys";

const STUBS = ["dev", "proc", "sys"];

/** Those that are not there before the command runs. */
export async function missingStubs(sys: Sys, root: string): Promise<string[]> {
	const missing: string[] = [];
	for (const name of STUBS) if (!(await exists(sys, `${root}/${name}`))) missing.push(name);
	return missing;
}

/** Takes them away again, unless the command has put something into them. */
export async function removeStubs(sys: Sys, root: string, names: readonly string[]): Promise<void> {
	for (const name of names) {
		await sys.rmdir(`${root}/${name}`).catch((error: unknown) => {
			if (!isErrno(error, "ENOENT", "ENOTDIR", "ENOTEMPTY")) throw error;
		});
	}
}
