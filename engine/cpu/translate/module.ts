// Several regions as one WebAssembly module: its exports are named by their numbers in it.

import { ModuleWriter } from "../wasm/module";
import type { Region } from "./blocks";
import { addRegion } from "./function";
import { addImports } from "./imports";

export function translate(regions: readonly Region[]): Uint8Array<ArrayBuffer> {
	const writer = new ModuleWriter();
	addImports(writer);
	for (const [index, region] of regions.entries()) addRegion(writer, region, String(index));
	return writer.finish();
}
