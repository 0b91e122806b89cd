// The answers of two daemons to one command, side by side.

import type { Both } from "../words/locale";
import { pairLines } from "./lines";
import { normalise } from "./normalise";
import { reasonOf, TRANSFERRED } from "./reasons";
import { isTransfer } from "./transfer";

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
	const [a, b] = [sides(left, right), sides(right, left)];
	const rows = [...transferRows(a.transfer, b.transfer), ...answerRows(command, a.answer, b.answer)];
	const differing = rows.filter(({ likeness }) => likeness === "differs").length;
	const codes = { here: here.code, there: there.code };
	const likeness =
		differing > 0 || codes.here !== codes.there ? "differs" : rows.some((row) => row.likeness === "alike") ? "alike" : "same";
	return { rows, codes, likeness, differing };
}

/** A line, and what is left of it when nothing counts that cannot be equal. */
interface Line {
	text: string;
	normal: string;
}

/** What a side answered, and what it told of images on their way: in a terminal that comes first. */
function sides(text: string, other: string): { transfer: Line[]; answer: Line[] } {
	const normal = linesOf(normalise(text, other));
	const lines = linesOf(text).map((line, at) => ({ text: line, normal: normal[at]! }));
	return { transfer: lines.filter(isTransferred), answer: lines.filter((line) => !isTransferred(line)) };
}
const isTransferred = ({ text }: Line): boolean => isTransfer(text);

/** Only one side may have had to fetch an image, and layers come in any order: neither is a difference. */
function transferRows(left: readonly Line[], right: readonly Line[]): Row[] {
	let told = false;
	return paired(left, right).map(({ same, ...row }): Row => {
		if (same) return { ...row, likeness: row.here === row.there ? "same" : "alike" };
		const why = told ? {} : { why: TRANSFERRED };
		told = true;
		return { ...row, likeness: "alike", ...why };
	});
}

function answerRows(command: string, left: readonly Line[], right: readonly Line[]): Row[] {
	let before: Both | undefined;
	return paired(left, right).map(({ same, ...row }): Row => {
		if (same) {
			before = undefined;
			return { ...row, likeness: row.here === row.there ? "same" : "alike" };
		}
		const why = reasonOf(command, row.here, row.there);
		const told = why === before;
		before = why;
		return { ...row, likeness: "differs", ...(why && !told ? { why } : {}) };
	});
}

const paired = (left: readonly Line[], right: readonly Line[]): Array<{ here?: string; there?: string; same: boolean }> =>
	pairLines(
		left.map(({ normal }) => normal),
		right.map(({ normal }) => normal),
	).map(({ left: a, right: b, same }) => ({
		...(a === undefined ? {} : { here: left[a]!.text }),
		...(b === undefined ? {} : { there: right[b]!.text }),
		same,
	}));

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
