// The answers of two daemons to one command, side by side.

import type { Both } from "../words/locale";
import { pairLines } from "./lines";
import { normalise } from "./normalise";
import { reasonOf } from "./reasons";

export interface Answer {
	code: number;
	stdout: string;
	stderr: string;
}
/** `same`: byte for byte; `alike`: but for ids, times and the like; `differs`: in truth. */
export type Likeness = "same" | "alike" | "differs";
export interface Row {
	here?: string;
	there?: string;
	likeness: Likeness;
	/** Why they differ, where it is known; told once in rows that follow each other. */
	why?: Both;
}
export interface Comparison {
	rows: Row[];
	codes: { here: number; there: number };
	likeness: Likeness;
	/** Rows that differ in truth. */
	differing: number;
}

export function compare(command: string, here: Answer, there: Answer): Comparison {
	const [left, right] = [shown(here), shown(there)];
	const [leftLines, rightLines] = [linesOf(left), linesOf(right)];
	const pairs = pairLines(linesOf(normalise(left, right)), linesOf(normalise(right, left)));
	let before: Both | undefined;
	const rows = pairs.map(({ left: a, right: b, same }): Row => {
		const row = {
			...(a === undefined ? {} : { here: leftLines[a]! }),
			...(b === undefined ? {} : { there: rightLines[b]! }),
		};
		if (same) {
			before = undefined;
			return { ...row, likeness: row.here === row.there ? "same" : "alike" };
		}
		const why = reasonOf(command, row.here, row.there);
		const told = why === before;
		before = why;
		return { ...row, likeness: "differs", ...(why && !told ? { why } : {}) };
	});
	const differing = rows.filter(({ likeness }) => likeness === "differs").length;
	const codes = { here: here.code, there: there.code };
	const likeness =
		differing > 0 || codes.here !== codes.there ? "differs" : rows.some((row) => row.likeness === "alike") ? "alike" : "same";
	return { rows, codes, likeness, differing };
}

/** As it would stand in a terminal: what a line wrote over is gone. */
const shown = ({ stdout, stderr }: Answer): string =>
	(stdout + (stdout === "" || stdout.endsWith("\n") ? "" : "\n") + stderr)
		.replace(/\r\n/g, "\n")
		.replace(/^[^\n]*\r(?=[^\n])/gm, "")
		// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
		.replace(/\x1b\[[\d;?]*[A-Za-z]/g, "");

function linesOf(text: string): string[] {
	const lines = text.split("\n");
	if (lines.at(-1) === "") lines.pop();
	return lines;
}
