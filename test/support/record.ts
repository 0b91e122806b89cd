// What a comparison found, written down for the page of conformance: `npm run conformance:record` asks for it by DRYDOCK_CONFORMANCE, the folder
// that the notes go to. Other runs write nothing.

import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RecordedSuite } from "../../content/conformance/record";

export type Found = Omit<RecordedSuite, "when" | "whole">;

/** @param found cases that were the same, of all; and those that were not, with their reasons */
export function record(found: Found): void {
	const folder = process.env.DRYDOCK_CONFORMANCE;
	if (!folder) return;
	mkdirSync(folder, { recursive: true });
	const suite: RecordedSuite = {
		...found,
		when: new Date().toISOString().slice(0, 10),
		whole: process.env.DRYDOCK_LONG !== undefined,
	};
	writeFileSync(join(folder, `${found.id}.json`), JSON.stringify(suite));
}

/** What a program says of its version, as in "Docker version 28.2.2, build e6534b4": 28.2.2 */
export function versionOf(program: string, ...args: string[]): string {
	const said = spawnSync(program, args.length > 0 ? args : ["--version"], { encoding: "utf8" });
	return /\d+(?:\.\d+)+/.exec(`${said.stdout ?? ""}${said.stderr ?? ""}`)?.[0] ?? "?";
}
