// A body written to a file that appears whole, or to standard output.

import { writeAll } from "../../lib/files";
import { O } from "../../lib/linux";
import type { Cli } from "../cli";

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
