// What the tests wrote down when they compared this engine with the real one. record.json is made by `npm run conformance:record`.

import json from "./record.json";

export interface RecordedSuite {
	/** One of suites.ts. */
	id: string;
	/** The real thing with its version: "Docker Engine 20.10.24". */
	with: string;
	/** YYYY-MM-DD */
	when: string;
	/** All cases were run, not a sample. */
	whole: boolean;
	/** How many cases there were, and how many of them were the same. */
	all: number;
	same: number;
	/** The others; `reason` is one of reasons.ts. */
	differences: RecordedDifference[];
}
export interface RecordedDifference {
	/** As the suite names it: a command, a route, a system call. */
	step: string;
	reason: string;
}

export const RECORD: readonly RecordedSuite[] = json;
