// Files of recorded cases: a JSON array, or one case a line (.jsonl).

import { readFileSync } from "node:fs";

export function readCases<Case>(file: string | URL): Case[] {
	const content = readFileSync(file, "utf8");
	if (!String(file).endsWith(".jsonl")) return JSON.parse(content) as Case[];
	return content
		.trim()
		.split("\n")
		.map((line) => JSON.parse(line) as Case);
}
