// Columns: the cases of text/tabwriter's own table, which docker/cli carries, that have spaces for padding and no flags.

import { expect, it } from "vitest";
import { align } from "../../../engine/cli/format/tabwriter";

const TO_EIGHT = { minimum: 8, padding: 1 };
it.each<[string, { minimum: number; padding: number }, string, string]>([
	["1a", TO_EIGHT, "", ""],
	["2", TO_EIGHT, "\n\n\n", "\n\n\n"],
	["3", TO_EIGHT, "a\nb\nc", "a\nb\nc"],
	["5", TO_EIGHT, "*\t*", "*       *"],
	["5b", TO_EIGHT, "*\t*\n", "*       *\n"],
	["5c", TO_EIGHT, "*\t*\t", "*       *"],
	["6", TO_EIGHT, "\t\n", "        \n"],
	["7a", TO_EIGHT, "a) foo", "a) foo"],
	["7b", TO_EIGHT, "b) foo\tbar", "b) foo  bar"],
	["7c", TO_EIGHT, "c) foo\tbar\t", "c) foo  bar"],
	["7d", TO_EIGHT, "d) foo\tbar\n", "d) foo  bar\n"],
	["7e", TO_EIGHT, "e) foo\tbar\t\n", "e) foo  bar     \n"],
	["8", TO_EIGHT, "Hello, world!\n", "Hello, world!\n"],
	["9a", { minimum: 1, padding: 0 }, "1\t2\t3\t4\n11\t222\t3333\t44444\n", "1 2  3   4\n11222333344444\n"],
	["9c", { minimum: 1, padding: 0 }, "1\t2\t3\t4\f11\t222\t3333\t44444\n", "1234\n11222333344444\n"],
	["10a", { minimum: 5, padding: 0 }, "1\t2\t3\t4\n", "1    2    3    4\n"],
	["10b", { minimum: 5, padding: 0 }, "1\t2\t3\t4\t\n", "1    2    3    4    \n"],
	[
		"11",
		TO_EIGHT,
		"本\tb\tc\naa\t本本本\tcccc\tddddd\naaa\tbbbb\n",
		"本      b       c\naa      本本本  cccc    ddddd\naaa     bbbb\n",
	],
	["12b", { minimum: 2, padding: 0 }, "a\tb\tc\naa\tbbb\tcccc\naaa\tbbbb\n", "a  b  c\naa bbbcccc\naaabbbb\n"],
	["12c", TO_EIGHT, "a\tb\tc\naa\tbbb\tcccc\naaa\tbbbb\n", "a       b       c\naa      bbb     cccc\naaa     bbbb\n"],
	[
		"13a",
		{ minimum: 4, padding: 1 },
		"4444\t日本語\t22\t1\t333\n999999999\t22\n7\t22\n\t\t\t88888888\n\n666666\t666666\t666666\t4444\n1\t1\t999999999\t0000000000\n",
		"4444      日本語 22  1   333\n999999999 22\n7         22\n                  88888888\n\n666666 666666 666666    4444\n1      1      999999999 0000000000\n",
	],
	[
		"13b",
		{ minimum: 4, padding: 3 },
		"4444\t333\t22\t1\t333\n999999999\t22\n7\t22\n\t\t\t88888888\n\n666666\t666666\t666666\t4444\n1\t1\t999999999\t0000000000\n",
		"4444        333   22   1   333\n999999999   22\n7           22\n                    88888888\n\n666666   666666   666666      4444\n1        1        999999999   0000000000\n",
	],
	["15a", { minimum: 4, padding: 0 }, "a\t\tb", "a       b"],
])("%s", (_, options, text, aligned) => {
	expect(align(text, options)).toBe(aligned);
});
