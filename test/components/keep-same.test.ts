// What is read anew keeps the identity of what has not changed; texts are cut to a width in one pass.

import { expect, test } from "vitest";
import { fitText, textWidth } from "../../components/stage/grammar/fit-text";
import { keepSame } from "../../components/stage/keep-same";

test("all equal: the value of before itself", () => {
	const before = { rooms: [{ pids: [1, 2] }], usage: new Map([["/a", { memory: 1 }]]) };
	expect(keepSame(before, structuredClone(before))).toBe(before);
});

test("one part has changed: the others are those of before, and what comes is what was read", () => {
	const before = [{ key: "a", answer: { status: 200 } }, { key: "b" }, { key: "c" }];
	const now = [{ key: "a", answer: { status: 200 } }, { key: "b", answer: { status: 404 } }, { key: "c" }, { key: "d" }];
	const kept = keepSame(before, now);
	expect(kept).toEqual(now);
	expect(kept.map((row, index) => row === before[index])).toEqual([true, false, true, false]);
	expect(kept[0]?.answer).toBe(before[0]?.answer);
});

test.each([
	["shorter", [1, 2], [1]],
	["a name less", { a: 1, b: undefined }, { a: 1 }],
	["another name", { a: undefined }, { b: undefined }],
	["a map's other key", new Map([["a", undefined]]), new Map([["b", undefined]])],
	["a list for an object", {}, []],
	["nothing", { a: 1 }, null],
])("%s is not the same", (_, before, now) => {
	const kept = keepSame<unknown>(before, now);
	expect(kept).not.toBe(before);
	expect(kept).toEqual(now);
});

test("a cut text fits, and one character more would not", () => {
	const long = "POST /v1.52/컨테이너/create 😀 ".repeat(200);
	for (const mono of [true, false])
		for (const width of [0, 5, 12.5, 60, 333, 1000]) {
			const cut = fitText(long, width, 12.5, mono);
			expect(textWidth(cut, 12.5, mono)).toBeLessThanOrEqual(width);
			const characters = [...long];
			const taken = cut === "" ? 0 : [...cut].length - 1;
			expect(long.startsWith(cut.slice(0, -1))).toBe(true);
			// A space at the end is trimmed, so one more may be a space.
			const more = characters.slice(0, taken + (characters[taken] === " " ? 2 : 1)).join("");
			expect(textWidth(`${more}…`, 12.5, mono)).toBeGreaterThan(width);
		}
});
