// conformance:record — runs the comparisons with the real thing, all cases of each, and writes what was found to
// content/conformance/record.json, from which the page of conformance is made. Names of suites choose some; the others stay as they were.

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { release, tmpdir } from "node:os";
import { join } from "node:path";
import type { RecordedSuite } from "../../../content/conformance/record";
import { SUITES, type Suite } from "../../../content/conformance/suites";

const FILE = "content/conformance/record.json";
const names = process.argv.slice(2);
const strange = names.filter((name) => !SUITES.some(({ id }) => id === name));
if (strange.length > 0 || !existsSync(FILE)) {
	console.error(
		`usage: npm run conformance:record -- [SUITE…], in the checkout; suites: ${SUITES.map(({ id }) => id).join(" ")}`,
	);
	process.exit(2);
}
const chosen = SUITES.filter(({ id }) => names.length === 0 || names.includes(id));
const folder = mkdtempSync(join(tmpdir(), "drydock-record-"));
const report = join(folder, "report");

interface Report {
	testResults: Array<{ name: string; assertionResults: Array<{ fullName: string; status: string }> }>;
}
function run(suites: readonly Suite[], long: Record<string, string>): Report["testResults"] {
	const files = [...new Set(suites.map(({ file }) => file))];
	if (files.length === 0) return [];
	spawnSync(
		process.execPath,
		["node_modules/vitest/vitest.mjs", "run", ...files, "--reporter=default", "--reporter=json", `--outputFile.json=${report}`],
		// what hangs on a busy machine is tried again, as in CI
		{ stdio: "inherit", env: { ...process.env, CI: "1", DRYDOCK_CONFORMANCE: folder, ...long } },
	);
	return (JSON.parse(readFileSync(report, "utf8")) as Report).testResults;
}
const testResults = [
	...run(
		chosen.filter(({ short }) => !short),
		{ DRYDOCK_LONG: "1" },
	),
	...run(
		chosen.filter(({ short }) => short),
		{},
	),
];
const notes = readdirSync(folder)
	.filter((name) => name.endsWith(".json"))
	.map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as RecordedSuite);
rmSync(folder, { recursive: true });

/** Where every case is a test of its own, the report says it all: a case that differed failed. */
function counted({ id, file, group, short }: Suite): RecordedSuite | undefined {
	const tests = testResults
		.filter(({ name }) => name.endsWith(file))
		.flatMap(({ assertionResults }) => assertionResults)
		.filter(({ fullName, status }) => group?.test(fullName) && status !== "pending");
	const when = new Date().toISOString().slice(0, 10);
	const same = tests.filter(({ status }) => status === "passed").length;
	return tests.length === 0
		? undefined
		: { id, with: `Linux ${release().split(".", 2).join(".")}`, when, whole: !short, all: tests.length, same, differences: [] };
}

const before = JSON.parse(readFileSync(FILE, "utf8")) as RecordedSuite[];
const found = SUITES.flatMap((suite): RecordedSuite[] => {
	const now = chosen.includes(suite) ? (suite.group ? counted(suite) : notes.find(({ id }) => id === suite.id)) : undefined;
	const kept = now ?? before.find(({ id }) => id === suite.id);
	return kept ? [suite.with ? { ...kept, with: suite.with } : kept] : [];
});
writeFileSync(FILE, `${JSON.stringify(found, null, "\t")}\n`);
for (const { id, same, all } of found) console.log(`${id.padEnd(20)} ${same} of ${all}`);
