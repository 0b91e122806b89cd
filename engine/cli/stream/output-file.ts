// Files that a command writes: where they may be, and a body written to one that appears whole, or to standard output.

import { writeAll } from "../../lib/files";
import { isDirectory, O, S_IF } from "../../lib/linux";
import { clean, dirname } from "../../lib/path";
import { goQuote } from "../../lib/quote";
import { type Cli, errnoOf } from "../cli";
import { describe } from "../describe";

const KINDS: Record<number, string> = {
	[S_IF.DIR]: "a directory",
	[S_IF.LNK]: "a symbolic link directly",
	[S_IF.IFO]: "a named pipe (FIFO)",
	[S_IF.SOCK]: "a socket",
	[S_IF.CHR]: "a character device file",
	[S_IF.BLK]: "a block device file",
};

/** Whether a file can be written there, before the daemon is asked for what goes into it. @throws Error */
export async function checkOutputFile(cli: Cli, path: string, what: string): Promise<void> {
	if (path === "") return;
	const refuse = (why: string): never => {
		throw new Error(`failed to ${what}: ${why}`);
	};
	const directory = dirname(path);
	const { mode: above } = await cli.sys
		.stat(directory)
		.catch(() => refuse(`invalid output path: stat ${directory}: no such file or directory`));
	if (!isDirectory(above)) refuse(`invalid output path: stat ${directory}: not a directory`);
	const there = await cli.sys.lstat(path).catch((error: unknown) => {
		if (errnoOf(error) !== "ENOENT") refuse(`failed to stat output path: ${describe(error)}`);
	});
	const kind = there && KINDS[there.mode & S_IF.MT];
	if (kind) refuse(`cannot write to ${kind}`);
}

/** Whether something can be copied there: into a directory, or to a file. @throws Error */
export async function checkOutputPath(cli: Cli, path: string): Promise<void> {
	const directory = dirname(clean(path));
	const missing = (error: unknown): boolean => errnoOf(error) === "ENOENT";
	await cli.sys.stat(directory).catch((error: unknown) => {
		if (missing(error)) throw new Error(`invalid output path: directory ${goQuote(directory)} does not exist`);
	});
	const there = await cli.sys.stat(path).catch((error: unknown) => {
		if (!missing(error)) throw error;
	});
	const type = there && there.mode & S_IF.MT;
	if (type === S_IF.CHR || type === S_IF.BLK)
		throw new Error(`invalid output path: ${goQuote(path)} must be a directory or a regular file: got a device`);
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
