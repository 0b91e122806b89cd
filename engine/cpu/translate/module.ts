// Several regions as one WebAssembly module: its exports are named by the functions' numbers in the banks' tables.

import { ModuleWriter } from "../wasm/module";
import type { Region } from "./blocks";
import { addRegion } from "./function";
import { addImports } from "./imports";

export function translate(regions: ReadonlyMap<number, Region>): Uint8Array<ArrayBuffer> {
	const writer = new ModuleWriter();
	addImports(writer);
	for (const [slot, region] of regions) addRegion(writer, region, slot, String(slot));
	return writer.finish();
}
