// Copies what an image has at a mount point into a volume that is still empty.

import { writeAll } from "../../lib/files";
import { isDirectory, isRegular, isSymlink, O } from "../../lib/linux";
import type { Stat, Sys } from "../../sys";

/** Owner, mode and times go along, hard links too. `to` is a directory that exists. */
export async function copyTree(sys: Sys, from: string, to: string): Promise<void> {
	await copyInto(sys, from, to, new Map());
	await copyAttributes(sys, to, await sys.lstat(from));
}

async function copyInto(sys: Sys, from: string, to: string, links: Map<number, string>): Promise<void> {
	for (const { name } of await sys.readdir(from)) {
		const source = `${from}/${name}`;
		const target = `${to}/${name}`;
		const stat = await sys.lstat(source);
		const known = stat.nlink > 1 && !isDirectory(stat.mode) ? links.get(stat.ino) : undefined;
		if (known) {
			await sys.link(known, target);
			continue;
		}
		links.set(stat.ino, target);
		if (isDirectory(stat.mode)) {
			await sys.mkdir(target, 0o700);
			await copyInto(sys, source, target, links);
		} else if (isSymlink(stat.mode)) await sys.symlink(await sys.readlink(source), target);
		else if (isRegular(stat.mode)) await copyFile(sys, source, target);
		else await sys.mknod(target, stat.mode, stat.rdev);
		await copyAttributes(sys, target, stat);
	}
}

async function copyFile(sys: Sys, from: string, to: string): Promise<void> {
	const input = await sys.open(from, O.RDONLY | O.CLOEXEC);
	const output = await sys.open(to, O.WRONLY | O.CREAT | O.EXCL | O.CLOEXEC, 0o600);
	for (;;) {
		const bytes = await sys.read(input, 1 << 16);
		if (bytes.length === 0) break;
		await writeAll(sys, output, bytes);
	}
	await sys.close(input);
	await sys.close(output);
}

async function copyAttributes(sys: Sys, path: string, stat: Stat): Promise<void> {
	await sys.lchown(path, stat.uid, stat.gid);
	if (!isSymlink(stat.mode)) await sys.chmod(path, stat.mode & 0o7777);
	await sys.utimens(path, stat.atime, stat.mtime, true);
}
