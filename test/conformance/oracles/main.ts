// npm run -s conformance:oracles -- DIR [-v]: replays every *-oracle.json of a folder and prints a line for each. Ends with 0 when all hold.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { OracleCase } from "./case";
import { RUNNERS, readOracle } from "./runners";

const verbose = process.argv.includes("-v");
const [given] = process.argv.slice(2).filter((word) => !word.startsWith("-"));
const folder = given && resolve(given);
const names = folder && existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith("-oracle.json")) : [];
const SHOWN = 5;

/** Why a case does not hold, or undefined. */
async function failure({ check }: OracleCase): Promise<string | undefined> {
	try {
		await check();
		return undefined;
	} catch (error) {
		return error instanceof Error ? error.message : String(error);
	}
}

async function replay(file: string): Promise<boolean> {
	const kind = file.slice(0, -"-oracle.json".length);
	const runner = Object.hasOwn(RUNNERS, kind) ? RUNNERS[kind] : undefined;
	if (!runner) {
		console.log(`${file}: no runner for "${kind}" (there are ${Object.keys(RUNNERS).join(", ")})`);
		return true;
	}
	let oracle: ReturnType<typeof runner>;
	try {
		oracle = runner(readOracle(readFileSync(join(folder!, file), "utf8")));
	} catch (error) {
		console.log(`${file}: not read: ${(error as Error).message}`);
		return false;
	}
	const failures: string[] = [];
	for (const one of oracle.cases) {
		const why = await failure(one);
		if (why !== undefined) failures.push(`  ${one.name}: ${why}`);
	}
	const { length } = oracle.cases;
	const unknown = oracle.unknown.length > 0 ? `; no runner for its ${oracle.unknown.join(", ")}` : "";
	console.log(`${file}: ${length - failures.length} of ${length} hold${unknown}`);
	for (const line of verbose ? failures : failures.slice(0, SHOWN)) console.log(line);
	if (!verbose && failures.length > SHOWN) console.log(`  … ${failures.length - SHOWN} more; -v shows them`);
	return failures.length === 0;
}

if (names.length === 0) {
	console.error(
		`usage: npm run -s conformance:oracles -- DIR [-v], a folder with NAME-oracle.json files (${Object.keys(RUNNERS).join(", ")})`,
	);
	process.exitCode = 2;
} else {
	let all = true;
	for (const name of names.sort()) all = (await replay(name)) && all;
	if (!all) process.exitCode = 1;
}
