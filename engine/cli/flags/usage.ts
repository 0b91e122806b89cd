// The table of options in a help text, laid out and wrapped as pflag does.

import type { Options } from "./spec";

/** Lines for the options in name order; `columns` is the width of the terminal. */
export function flagUsages(options: Options, columns: number): string {
	const rows = Object.entries(options)
		.filter(([, spec]) => !spec.hidden && !spec.deprecated)
		.sort(([a], [b]) => (a < b ? -1 : 1))
		.map(([name, spec]) => {
			const head = `${spec.short ? `  -${spec.short}, --` : "      --"}${name}${spec.type ? ` ${spec.type}` : ""}`;
			return { head, tail: spec.usage + (spec.shownDefault === undefined ? "" : ` (default ${spec.shownDefault})`) };
		});
	const widest = Math.max(0, ...rows.map((row) => row.head.length + 1));
	return rows
		.map(({ head, tail }) => `${head}${" ".repeat(widest - head.length)}  ${wrap(widest + 2, columns, tail)}\n`)
		.join("");
}

/** Wraps `text` to `width` columns of which the first `indent` are taken; texts far too narrow are left alone. */
export function wrap(indent: number, width: number, text: string): string {
	const hanging = `\n${" ".repeat(indent)}`;
	if (width === 0) return text.replaceAll("\n", hanging);
	let room = width - indent;
	let out = "";
	if (room < 24) {
		indent = 16;
		room = width - indent;
		out = `\n${" ".repeat(indent)}`;
	}
	if (room < 24) return text.replaceAll("\n", hanging);
	const slop = 5;
	room -= slop;
	const breaks = `\n${" ".repeat(indent)}`;
	let [line, rest] = cut(room, slop, text);
	out += line.replaceAll("\n", breaks);
	while (rest !== "") {
		[line, rest] = cut(room, slop, rest);
		out += breaks + line.replaceAll("\n", breaks);
	}
	return out;
}

/** A line of at most `room + slop` characters, broken at white space, and what is left. */
function cut(room: number, slop: number, text: string): [string, string] {
	if (room + slop > text.length) return [text, ""];
	const space = Math.max(...[" ", "\t", "\n"].map((white) => text.lastIndexOf(white, room - 1)));
	if (space <= 0) return [text, ""];
	const newline = text.lastIndexOf("\n", room - 1);
	if (newline > 0 && newline < space) return [text.slice(0, newline), text.slice(newline + 1)];
	return [text.slice(0, space), text.slice(space + 1)];
}
