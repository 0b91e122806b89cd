// Every file of command lines is run by one of the suites, and says what it holds.

import { expect, test } from "vitest";
import { commandLines } from "./lines";

test("all programs' lines are there", () => {
	const lines = commandLines();
	const here = ["archives", "bash", "build", "coreutils", "perl", "python", "servers", "system", "text"];
	expect(Object.keys(lines)).toEqual(here);
	const count = Object.values(lines).reduce((total, list) => total + list.length, 0);
	expect(count).toBeGreaterThanOrEqual(250);
});
