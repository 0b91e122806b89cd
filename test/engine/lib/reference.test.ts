// Recorded from distribution/reference as docker/cli uses it.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { messageOf } from "../../../engine/lib/errors";
import {
	familiarName,
	familiarString,
	formatReference,
	isNameOnly,
	nameOf,
	parseAny,
	parseNormalized,
	parseReference,
	type Reference,
	tagNameOnly,
} from "../../../engine/lib/reference";
import { readOracle } from "../../support/oracle";

interface Case {
	input: string;
	parse?: string;
	parseError?: string;
	normalized?: Record<string, string | boolean>;
	normalizedError?: string;
	any?: string;
	anyError?: string;
}
const recorded = JSON.parse(readFileSync(new URL("data/reference-oracle.json", import.meta.url), "utf8")) as { cases: Case[] };
const { cases } = readOracle("reference-oracle.json", recorded);

function attempt<T>(run: () => T): T | { error: string } {
	try {
		return run();
	} catch (error) {
		return { error: messageOf(error) };
	}
}
const described = (reference: Reference) => ({
	domain: reference.domain,
	familiar: familiarString(reference),
	familiarName: familiarName(reference),
	isNameOnly: isNameOnly(reference),
	name: nameOf(reference),
	path: reference.path,
	string: formatReference(reference),
	tagNameOnly: formatReference(tagNameOnly(reference)),
	...(reference.tag === undefined ? {} : { tag: reference.tag }),
	...(reference.digest === undefined ? {} : { digest: reference.digest }),
});

describe("references", () => {
	it("has a good number of cases", () => expect(recorded.cases.length).toBe(246));
	for (const one of cases) {
		it(JSON.stringify(one.input).slice(0, 90), () => {
			expect(attempt(() => formatReference(parseReference(one.input)))).toEqual(one.parse ?? { error: one.parseError });
			expect(attempt(() => described(parseNormalized(one.input)))).toEqual(one.normalized ?? { error: one.normalizedError });
			const any = attempt(() => parseAny(one.input));
			expect("domain" in any ? formatReference(any) : "digest" in any ? any.digest : any).toEqual(
				one.any ?? { error: one.anyError },
			);
		});
	}
});
