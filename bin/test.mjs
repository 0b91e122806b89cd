// npm test: everything that is checked, from a bare clone. Ends with "N passed, N failed".
// DRYDOCK_LONG=1 (npm run test:long) runs the same checks with more cases. Arguments choose stages by name.

import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { openly } from "./setup/command.mjs";
import { install, testPrograms } from "./setup/debian.mjs";
import { root, state } from "./setup/once.mjs";
import { dependencies, machine, site } from "./setup/steps.mjs";

const node = process.execPath;
const tool = (path) => join(root, "node_modules", path);
const total = { passed: 0, failed: 0, skipped: 0 };
const failures = [];

function count(name, ok) {
	total[ok ? "passed" : "failed"]++;
	if (!ok) failures.push(name);
}

async function vitest(name, args) {
	const report = join(state, `report-${name}.json`);
	mkdirSync(state, { recursive: true });
	rmSync(report, { force: true });
	const code = await openly(node, [
		tool("vitest/vitest.mjs"),
		"run",
		...args,
		"--reporter=default",
		"--reporter=json",
		`--outputFile.json=${report}`,
	]);
	if (!existsSync(report)) return count(`${name} (no report; ended with ${code})`, false);
	const result = JSON.parse(readFileSync(report, "utf8"));
	total.passed += result.numPassedTests;
	total.failed += result.numFailedTests;
	total.skipped += result.numPendingTests + (result.numTodoTests ?? 0);
	for (const file of result.testResults) {
		if (file.status !== "passed" && !file.assertionResults.some((test) => test.status === "failed"))
			count(file.name.slice(root.length + 1), false);
		for (const test of file.assertionResults)
			if (test.status === "failed") failures.push(`${file.name.slice(root.length + 1)}: ${test.fullName}`);
	}
	if (code !== 0 && !failures.length) count(`${name} ended with ${code}`, false);
}

const stages = {
	lint: async () =>
		count("lint", (await openly(node, [tool("@biomejs/biome/bin/biome"), "ci", "--diagnostic-level=error"])) === 0),
	types: async () => {
		count("types of engine/ (without the DOM)", (await openly(node, [tool("typescript/bin/tsc"), "-p", "engine"])) === 0);
		count("types", (await openly(node, [tool("typescript/bin/tsc"), "-p", "."])) === 0);
	},
	borders: async () => count("borders", (await openly(node, ["bin/borders.mjs"])) === 0),
	unit: () => vitest("unit", ["--config", "vitest.config.ts"]),
	e2e: async () => {
		await site();
		await vitest("e2e", ["--config", "vitest.e2e.config.ts"]);
	},
};

const chosen = process.argv.slice(2).filter((name) => name in stages);
try {
	await dependencies();
	const missing = await install(Object.keys(testPrograms));
	for (const program of missing)
		process.stderr.write(`drydock: ${program} is not here and could not be installed: what it proves fails below\n`);
	await machine();
	for (const name of chosen.length ? chosen : Object.keys(stages)) await stages[name]();
} catch (error) {
	process.stderr.write(`drydock: ${error.message}\n`);
	count(`set-up: ${error.message.split("\n")[0]}`, false);
}

if (failures.length) process.stdout.write(`\nFailed:\n${failures.map((name) => `  ${name}\n`).join("")}`);
process.stdout.write(`\n${total.passed} passed, ${total.failed} failed${total.skipped ? `, ${total.skipped} skipped` : ""}\n`);
process.exit(total.failed || !total.passed ? 1 : 0);
