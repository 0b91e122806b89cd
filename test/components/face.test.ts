// The console and the pages write code in the same faces, and each face that is made up for it is there.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { FONT } from "../../components/console/face";

const style = (name: string): string => readFileSync(new URL(`../../app/styles/${name}`, import.meta.url), "utf8");

test("the console's face is that of the pages", () => {
	expect(/--mono: (.*);/.exec(style("globals.css"))?.[1]).toBe(FONT);
});

test("each stand-in is made", () => {
	const made = new Set([...style("fallbacks.css").matchAll(/font-family: "([^"]+)"/g)].map(([, name]) => name));
	const named = [...FONT.matchAll(/"([^"]+)"/g)].map(([, name]) => name!).filter((name) => / cells/.test(name));
	expect(named.length).toBe(5);
	expect(named.filter((name) => !made.has(name))).toEqual([]);
});
