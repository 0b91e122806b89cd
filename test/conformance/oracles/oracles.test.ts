// Docker's own code, recorded: every row of the tables in data/ is answered alike. `npm run -s conformance:oracles -- DIR` replays others.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { RUNNERS, readOracle } from "./runners";

const data = join(import.meta.dirname, "data");

/** How many rows there are: fewer would mean that some are passed over. */
const ROWS: Record<string, number> = {
	"cli-opts": 645,
	dockerfile: 585,
	dockerignore: 33,
	reference: 246,
	"run-argv": 65,
	shellword: 227,
	units: 217,
};

it("has recordings of every kind, and a runner for each", () => {
	const kinds = readdirSync(data).map((name) => name.replace("-oracle.json", ""));
	expect(kinds.sort()).toEqual(Object.keys(RUNNERS).sort());
	expect(Object.keys(ROWS).sort()).toEqual(kinds);
});

describe.each(Object.keys(RUNNERS))("%s", (kind) => {
	const { cases, unknown } = RUNNERS[kind]!(readOracle(readFileSync(join(data, `${kind}-oracle.json`), "utf8")));
	it("is read whole", () => expect([cases.length, unknown]).toEqual([ROWS[kind], []]));
	for (const { name, check } of cases) it(name.slice(0, 100) || '""', () => check());
});
