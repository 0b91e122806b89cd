// The machine's files on this host's disk, as set-up made them: public/engine.

import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { BootOptions } from "../../boot";
import { plain } from "./bytes";

/** @param folder where interpreter.wasm, system.tar.gz and tools/ are; ends with "/" */
export async function nodeAssets(folder: URL): Promise<BootOptions["assets"]> {
	return {
		interpreter: (await WebAssembly.compile(readFileSync(new URL("interpreter.wasm", folder)))) as never,
		system: plain(readFileSync(new URL("system.tar.gz", folder))),
		file: async (digest) => plain(await readFile(new URL(`tools/${digest}.gz`, folder))),
	};
}
