// Replays files that record.py has made: every difference is printed; exits with 1 when there is one.

import { readCases } from "./cases";
import { type Case, replay } from "./replay";

let [cases, operations, different] = [0, 0, 0];
for (const file of process.argv.slice(2))
	for (const recorded of readCases<Case>(file)) {
		const differences = replay(recorded);
		cases++;
		operations += recorded.ops.length;
		if (differences.length > 0) different++;
		for (const { where, expected, actual } of differences.slice(0, 2))
			console.log(
				`${file} seed ${recorded.seed}: ${where}\n  kernel ${JSON.stringify(expected)}\n  engine ${JSON.stringify(actual)}`,
			);
	}
console.log(`${cases} cases, ${operations} operations, ${different} cases different`);
process.exitCode = different === 0 ? 0 : 1;
