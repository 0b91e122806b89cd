// Reads lines/*.lines: command lines as plain text, so that nothing needs to be escaped.
//
//	== what it is about
//	the script for bash -c, any number of lines
//	-- stdin
//	what it reads, if it reads anything

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { CommandLine } from "../cases";

const folder = join(import.meta.dirname, "lines");

/** Program → its command lines, in the order of the file names. */
export function commandLines(): Record<string, CommandLine[]> {
	const files = readdirSync(folder).filter((name) => name.endsWith(".lines"));
	return Object.fromEntries(files.sort().map((name) => [name.slice(0, -".lines".length), parse(join(folder, name))]));
}

function parse(file: string): CommandLine[] {
	const [before, ...blocks] = `\n${readFileSync(file, "latin1")}`.split("\n== ");
	if (before!.trim() !== "") throw new Error(`${file}: the first line begins with "== "`);
	const lines = blocks.map((block): CommandLine => {
		const [head, ...script] = block.split("\n");
		const name = Buffer.from(head!, "latin1").toString();
		const at = script.indexOf("-- stdin");
		if (at < 0) return [name, script.join("\n").trimEnd()];
		return [
			name,
			script.slice(0, at).join("\n"),
			`${script
				.slice(at + 1)
				.join("\n")
				.trimEnd()}\n`,
		];
	});
	const names = lines.map(([name]) => name);
	const twice = names.find((name, index) => names.indexOf(name) !== index);
	if (twice !== undefined) throw new Error(`${file}: two are named "${twice}"`);
	return lines;
}
