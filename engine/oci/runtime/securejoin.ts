// A path inside a root, with symlinks resolved as if the root were "/": no link can lead out of it (filepath-securejoin's SecureJoin).

import { isErrno } from "../../lib/files";
import { isSymlink } from "../../lib/linux";
import { type Sys, SysError } from "../../sys";

const MAX_LINKS = 40;

/** `unsafe` need not exist; what does not exist is joined as it stands. Answers a path that begins with `root`. */
export async function secureJoin(sys: Sys, root: string, unsafe: string): Promise<string> {
	const rest = split(unsafe);
	const done: string[] = [];
	for (let links = 0; rest.length > 0; ) {
		const name = rest.shift()!;
		if (name === "..") {
			done.pop();
			continue;
		}
		const target = await linkTarget(sys, `${root}/${[...done, name].join("/")}`);
		if (target === undefined) {
			done.push(name);
			continue;
		}
		if (++links > MAX_LINKS) throw new SysError("ELOOP", "securejoin", unsafe);
		if (target.startsWith("/")) done.length = 0;
		rest.unshift(...split(target));
	}
	return done.length > 0 ? `${root}/${done.join("/")}` : root;
}

const split = (path: string): string[] => path.split("/").filter((part) => part !== "" && part !== ".");

async function linkTarget(sys: Sys, path: string): Promise<string | undefined> {
	try {
		return isSymlink((await sys.lstat(path)).mode) ? await sys.readlink(path) : undefined;
	} catch (error) {
		if (isErrno(error, "ENOENT", "ENOTDIR")) return undefined;
		throw error;
	}
}
