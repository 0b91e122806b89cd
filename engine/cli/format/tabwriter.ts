// Columns aligned as Go's text/tabwriter does: a column is a run of consecutive lines that have a cell ended by a tab there.

import { cellWidth } from "./width";

export interface TabOptions {
	minimum: number;
	padding: number;
}
/** What docker's tables use. */
export const DOCKER_TABLE: TabOptions = { minimum: 10, padding: 3 };

/** A form feed ends a line, and all columns with it; a vertical tab is one like the other. */
export const align = (text: string, options: TabOptions = DOCKER_TABLE): string =>
	(text.match(/[^\f]*\f|[^\f]+$/g) ?? []).map((block) => alignBlock(block.replace("\f", "\n"), options)).join("");

function alignBlock(text: string, options: TabOptions): string {
	const ended = text.endsWith("\n");
	const lines = (ended ? text.slice(0, -1) : text).split("\n").map((line) => line.split(/[\t\v]/));
	// what no newline has ended is no cell where it is empty
	if (!ended && lines.at(-1)!.length > 1 && lines.at(-1)!.at(-1) === "") lines.at(-1)!.pop();
	const widths: number[][] = lines.map(() => []);
	measure(lines, widths, 0, lines.length, 0, options);
	return lines.map((cells, row) => layout(cells, widths[row]!)).join("\n") + (ended ? "\n" : "");
}

/** Gives the lines from..to their width of column `column` and of those to the right of it. */
function measure(lines: string[][], widths: number[][], from: number, to: number, column: number, options: TabOptions): void {
	for (let row = from; row < to; row++) {
		if (column >= lines[row]!.length - 1) continue;
		let end = row;
		let width = options.minimum;
		for (; end < to && column < lines[end]!.length - 1; end++)
			width = Math.max(width, cellWidth(lines[end]![column]!) + options.padding);
		for (let inside = row; inside < end; inside++) widths[inside]![column] = width;
		measure(lines, widths, row, end, column + 1, options);
		row = end - 1;
	}
}

const layout = (cells: string[], widths: number[]): string =>
	cells.map((cell, i) => (i === cells.length - 1 ? cell : cell + " ".repeat(Math.max(0, widths[i]! - cellWidth(cell))))).join("");
