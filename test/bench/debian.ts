// A program of Debian's packages, with its libraries: in our machine's root, and on this one by the packages' own loader, so
// that it is the same program with the same libraries on both.

import { join } from "node:path";
import { timeNative } from "./native";

const LIBRARIES = "lib/x86_64-linux-gnu";
const LOADER = "lib64/ld-linux-x86-64.so.2";

/** Path in the first package, and which packages bring it and what it needs; libc6 is the last. */
export interface DebianProgram {
	readonly path: string;
	readonly packages: readonly string[];
}

export const PYTHON: DebianProgram = {
	path: "usr/bin/python3.11",
	packages: ["python3.11-minimal", "libpython3.11-minimal", "libexpat1", "zlib1g", "libc6"],
};

/** The packages' roots. @throws Error where they cannot be had */
export async function unpacked(folder: string, packages: readonly string[]): Promise<string[]> {
	const { unpackedAll } = (await import(join(folder, "bin/setup/debian.mjs"))) as {
		unpackedAll(names: readonly string[]): Promise<string[] | undefined>;
	};
	const found = await unpackedAll(packages);
	if (!found) throw new Error(`Debian's packages cannot be had: ${packages.join(", ")}`);
	return found.map((each) => join(each, "root"));
}

/** Milliseconds of its life on this machine. */
export function timeDebian({ path }: DebianProgram, roots: readonly string[], args: readonly string[]): number | null {
	const libraries = roots.flatMap((root) => [join(root, LIBRARIES), join(root, "usr", LIBRARIES)]);
	const command = ["--library-path", libraries.join(":"), join(roots[0]!, path), ...args];
	// Only python looks at it: its library, in its second package.
	const home = { PYTHONHOME: join(roots[1]!, "usr") };
	return timeNative(join(roots.at(-1)!, LOADER), command, home);
}
