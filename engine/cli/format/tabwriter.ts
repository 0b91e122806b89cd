// Columns aligned as Go's text/tabwriter does: a column is a run of consecutive lines that have a cell ended by a tab there.

export interface TabOptions {
	minimum: number;
	padding: number;
}
/** What docker's tables use. */
export const DOCKER_TABLE: TabOptions = { minimum: 10, padding: 3 };

export function align(text: string, options: TabOptions = DOCKER_TABLE): string {
	const ended = text.endsWith("\n");
	const lines = (ended ? text.slice(0, -1) : text).split("\n").map((line) => line.split("\t"));
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

/** Columns on a terminal: East Asian wide characters take two. */
export function cellWidth(text: string): number {
	let width = 0;
	for (const character of text) width += isWide(character.codePointAt(0)!) ? 2 : 1;
	return width;
}
const WIDE: Array<[number, number]> = [
	[0x1100, 0x115f],
	[0x2e80, 0x303e],
	[0x3041, 0x33ff],
	[0x3400, 0x4dbf],
	[0x4e00, 0x9fff],
	[0xa000, 0xa4cf],
	[0xac00, 0xd7a3],
	[0xf900, 0xfaff],
	[0xfe30, 0xfe6f],
	[0xff00, 0xff60],
	[0xffe0, 0xffe6],
	[0x1f300, 0x1f64f],
	[0x1f900, 0x1f9ff],
	[0x20000, 0x3fffd],
];
const isWide = (point: number): boolean => point >= 0x1100 && WIDE.some(([from, to]) => point >= from && point <= to);
