// Which sides of a box that scrolls have more behind them.

import { expect, test } from "vitest";
import { sidesWithMore } from "../../components/stage/use-edges";

const box = (scrollLeft: number, scrollTop: number) => ({
	scrollLeft,
	scrollTop,
	scrollWidth: 528,
	scrollHeight: 700,
	clientWidth: 360,
	clientHeight: 400,
});

test.each([
	["at the beginning", 0, 0, ["right", "bottom"]],
	["in the middle", 80, 100, ["left", "right", "top", "bottom"]],
	["at the end", 168, 300, ["left", "top"]],
	["almost at the end, as zoomed pages round it", 166.4, 298.7, ["left", "top"]],
])("%s", (_, left, top, sides) => expect(sidesWithMore(box(left, top))).toEqual(sides));

test("what fits has none", () => {
	expect(sidesWithMore({ ...box(0, 0), scrollWidth: 360, scrollHeight: 400 })).toEqual([]);
});
