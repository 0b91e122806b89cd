// The entries of a table's blob, one after the other. Who changes a rule of a long table puts the whole of it back: what was decoded
// before is not decoded again.

import { COUNTERS_SIZE, type Counters, ENTRY, type Family, readCounters } from "./constants";
import { type DecodeProblem, decodeEntry, type Entry, entryLength } from "./entry";

/** An entry where it lies in its blob. Its own counters are those of the first time that it was decoded. */
export interface Located {
	at: number;
	bytes: Uint8Array;
	entry: Entry;
	counters: Counters;
}

/**
 * @param before entries of an earlier blob; those that are the same again, counters aside, keep their values. They are looked for in
 * their order, beside each other, as a table changes: here one goes, there one comes, a jump leads elsewhere.
 */
export function decodeEntries(family: Family, blob: Uint8Array, before: readonly Located[] = []): Located[] | DecodeProblem {
	const view = new DataView(blob.buffer, blob.byteOffset, blob.length);
	const found: Located[] = [];
	let known = 0;
	for (let at = 0; at < blob.length; ) {
		const length = entryLength(family, blob, at);
		if (length === undefined) return { problem: "EINVAL", what: "next_offset" };
		const bytes = blob.subarray(at, at + length);
		const same = [known, known + 1].find((i) => before[i] && alike(family, before[i].bytes, bytes));
		if (same !== undefined) known = same + 1;
		const entry = same === undefined ? decodeEntry(family, bytes) : before[same]!.entry;
		if ("problem" in entry) return entry;
		found.push({ at, bytes, entry, counters: readCounters(view, at + ENTRY[family].counters) });
		at += length;
	}
	return found;
}

/** Do two entries say the same? */
export function alike(family: Family, a: Uint8Array, b: Uint8Array): boolean {
	if (a.length !== b.length) return false;
	const { counters } = ENTRY[family];
	for (let i = a.length - 1; i >= 0; i--) {
		if (i === counters + COUNTERS_SIZE - 1) i = counters - 1;
		if (a[i] !== b[i]) return false;
	}
	return true;
}
