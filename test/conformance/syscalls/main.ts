// npm run -s conformance:syscalls -- PROGRAM [CASE]: where a program's answers differ on the two sides; with a case, all of its lines.

import { compile, engineMachine, runInEngine, runNative } from "./run";

const [program = "file", only] = process.argv.slice(2);
const binary = compile(`${program}.c`);
const native = runNative(binary, only);
const machine = engineMachine();
const ours = await runInEngine(machine, binary, only);
let lines = 0;
let different = 0;
for (const [name, wanted] of native.cases) {
	const got = ours.cases.get(name) ?? [];
	const shown: string[] = [];
	for (let i = 0; i < Math.max(wanted.length, got.length); i++) {
		lines++;
		if (wanted[i] === got[i]) {
			if (only) shown.push(`  ${wanted[i]}`);
			continue;
		}
		different++;
		if (wanted[i] !== undefined) shown.push(`- ${wanted[i]}`);
		if (got[i] !== undefined) shown.push(`+ ${got[i]}`);
	}
	if (shown.length > 0) process.stdout.write(`# ${name}\n${shown.join("\n")}\n`);
}
process.stdout.write(`${native.cases.size} cases, ${lines} lines, ${different} differ\n`);
process.exit(different > 0 ? 1 : 0);
