// A body written to a file that appears whole, or to standard output.

import { writeAll } from "../../lib/files";
import { O } from "../../lib/linux";
import { dirname } from "../../lib/path";
import type { Cli } from "../cli";

/** Whether a file can be written there, before the daemon is asked for what goes into it. @throws Error */
export async function checkOutputFile(cli: Cli, path: string, what: string): Promise<void> {
	if (path === "") return;
	const directory = dirname(path);
	try {
		await cli.sys.stat(directory);
	} catch {
		throw new Error(`failed to ${what}: invalid output path: stat ${directory}: no such file or directory`);
	}
}

/** @param path "" for standard output. @throws SysError */
export async function writeBody(cli: Cli, body: AsyncIterable<Uint8Array>, path: string): Promise<void> {
	if (path === "") {
		for await (const bytes of body) await cli.out.write(bytes);
		return;
	}
	const temporary = `${path}.docker_temp`;
	const fd = await cli.sys.open(temporary, O.WRONLY | O.CREAT | O.TRUNC | O.CLOEXEC, 0o600);
	try {
		for await (const bytes of body) await writeAll(cli.sys, fd, bytes);
	} catch (error) {
		await cli.sys.close(fd);
		await cli.sys.unlink(temporary).catch(() => {});
		throw error;
	}
	await cli.sys.close(fd);
	await cli.sys.rename(temporary, path);
}
