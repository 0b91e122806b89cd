// Python's byte code for the standard library. Debian makes it when the package is installed; here the same interpreter out of the
// same package makes it at set-up, on this machine's own processor, which is a hundred times faster than in a container of ours.
// Equal sources give equal byte code. Where amd64's programs cannot run there is none, and Python compiles as it imports.

import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { collect } from "../../../lib/bytes";
import { header } from "../../../lib/tar/header";
import type { SourceEntry } from "../../../lib/tar/write";
import { type Deb, extract } from "./deb";
import { type Chosen, filesOf } from "./packages";

/** What the interpreter needs to run. */
const INTERPRETER = ["libc6", "libexpat1", "libpython3.11-minimal", "python3.11-minimal", "zlib1g"];
const LIBRARY = "/usr/lib/python3.11/";
const LIBRARIES = ["lib/x86_64-linux-gnu", "usr/lib/x86_64-linux-gnu"];
const run = promisify(execFile);

/** A __pycache__ for each directory of the library's chosen sources. */
export async function* byteCode(own: Chosen[], debs: Map<string, Deb>, mtime: bigint): AsyncGenerator<SourceEntry> {
	const scratch = mkdtempSync(join(tmpdir(), "byte-code-"));
	try {
		const sources = join(scratch, "sources");
		for (const chosen of own) await writeSources(chosen, sources);
		if (!(await compile(join(scratch, "interpreter"), sources, debs))) return;
		for (const entry of readdirSync(sources, { recursive: true, withFileTypes: true }).sort(byPath)) {
			const path = pathOf(entry);
			const name = path.slice(sources.length + 1);
			if (entry.name === "__pycache__") yield { header: header({ name, type: "directory", mtime }) };
			if (!entry.name.endsWith(".pyc")) continue;
			const content = readFileSync(path);
			yield { header: header({ name, type: "file", size: content.length, mtime }), body: [content] };
		}
	} finally {
		rmSync(scratch, { recursive: true, force: true });
	}
}

interface Entry {
	name: string;
	parentPath: string;
}
const pathOf = (entry: Entry): string => join(entry.parentPath, entry.name);
const byPath = (a: Entry, b: Entry): number => (pathOf(a) < pathOf(b) ? -1 : 1);

async function writeSources(chosen: Chosen, folder: string): Promise<void> {
	for await (const { header: given, body, path } of filesOf(chosen)) {
		if (given.type !== "file" || !path.startsWith(LIBRARY) || !path.endsWith(".py")) continue;
		mkdirSync(dirname(join(folder, path)), { recursive: true });
		writeFileSync(join(folder, path), await collect(body));
	}
}

/** @returns whether it could be done. Files are known to Python by their place in the image. */
async function compile(interpreter: string, sources: string, debs: Map<string, Deb>): Promise<boolean> {
	if (process.platform !== "linux" || process.arch !== "x64") return false;
	for (const name of INTERPRETER) await extract(debs.get(name)!, interpreter);
	const libraries = LIBRARIES.map((path) => join(interpreter, path)).join(":");
	const python = ["--library-path", libraries, join(interpreter, "usr/bin/python3.11"), "-s", "-S"];
	const options = ["-q", "-s", sources, "-p", "/", "--invalidation-mode", "unchecked-hash"];
	// nothing of the caller's environment, not even what the site's own types ask of it
	const env = { PYTHONHOME: join(interpreter, "usr"), PYTHONHASHSEED: "0" } as unknown as NodeJS.ProcessEnv;
	await run(
		join(interpreter, LIBRARIES[0]!, "ld-linux-x86-64.so.2"),
		[...python, "-m", "compileall", ...options, join(sources, LIBRARY)],
		{ env },
	);
	return true;
}
