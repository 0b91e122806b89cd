// conformance:overlay — replays files of recorded cases; exits with 1 when anything differs.
// Paths are relative to where npm was called. With -v every difference is printed.

import { resolve } from "node:path";
import { readCases } from "../fs/cases";
import { type Case, type Difference, replay } from "./replay";

const verbose = process.argv.includes("-v");
const files = process.argv.slice(2).filter((argument) => argument !== "-v");
if (files.length === 0) {
	console.error("usage: npm run -s conformance:overlay -- [-v] FILE…");
	process.exit(2);
}

const count = { cases: 0, operations: 0, failed: 0, answers: 0, merged: 0, upperApplied: 0, upper: 0, initial: 0 };
const kindOf = ({ where }: Difference): "answers" | "merged" | "upperApplied" | "upper" | "initial" =>
	where.startsWith("op ") ? "answers" : (where.split(" ")[0] as "merged");

for (const file of files) {
	for (const recorded of readCases<Case>(resolve(process.env.INIT_CWD ?? ".", file))) {
		const differences = replay(recorded);
		count.cases++;
		count.operations += recorded.ops.length;
		for (const difference of differences) count[kindOf(difference)]++;
		if (differences.length === 0) continue;
		count.failed++;
		for (const { where, expected, actual } of verbose ? differences : differences.slice(0, 1))
			console.log(
				`${file} seed ${recorded.seed}: ${where}\n  kernel ${JSON.stringify(expected)}\n  engine ${JSON.stringify(actual)}`,
			);
	}
}
console.log(
	`${count.cases} cases, ${count.operations} operations: ${count.cases - count.failed} cases the same, ${count.failed} different ` +
		`(answers ${count.answers}, initial ${count.initial}, merged ${count.merged}, upper over lowers ${count.upperApplied}, upper ${count.upper})`,
);
process.exitCode = count.failed === 0 ? 0 : 1;
