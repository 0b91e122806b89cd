// Where a path leads inside a root directory: symlinks and ".." are followed as if the root were "/", so that nothing
// in an archive leads out of the directory into which it is unpacked.

import { isErrno } from "../../lib/files";
import { isSymlink } from "../../lib/linux";
import { partsOf } from "../../lib/path";
import { type Sys, SysError } from "../../sys";

const LINK_LIMIT = 255;

/** The real path, below `root`; what does not exist of it is taken literally. @throws SysError ELOOP */
export async function rootPath(sys: Sys, root: string, path: string): Promise<string> {
	const ahead = partsOf(path).reverse();
	const walked: string[] = [];
	for (let links = 0; ahead.length > 0; ) {
		const part = ahead.pop()!;
		if (part === "..") {
			walked.pop();
			continue;
		}
		const here = [root, ...walked, part].join("/");
		const target = await linkTarget(sys, here);
		if (target === undefined) {
			walked.push(part);
			continue;
		}
		if (++links > LINK_LIMIT) throw new SysError("ELOOP", "lstat", here);
		if (target.startsWith("/")) walked.length = 0;
		ahead.push(...partsOf(target).reverse());
	}
	return [root, ...walked].join("/");
}

async function linkTarget(sys: Sys, path: string): Promise<string | undefined> {
	try {
		return isSymlink((await sys.lstat(path)).mode) ? await sys.readlink(path) : undefined;
	} catch (error) {
		if (isErrno(error, "ENOENT", "ENOTDIR")) return undefined;
		throw error;
	}
}
