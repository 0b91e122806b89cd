// A recorded answer as a check that throws when ours is another one.

import { isDeepStrictEqual } from "node:util";

export interface OracleCase {
	name: string;
	check: () => void | Promise<void>;
}
/** What a file of recordings becomes. Parts of it that nobody knows are named, so that they are not passed over in silence. */
export interface Oracle {
	cases: OracleCase[];
	unknown: string[];
}

export type Row = Record<string, unknown>;
export const rowsOf = (data: Row, key: string): Row[] => (Array.isArray(data[key]) ? (data[key] as Row[]) : []);
export const text = (value: unknown): string => String(value ?? "");

/** @throws Error that shows both, shortened */
export function same(ours: unknown, recorded: unknown): void {
	if (isDeepStrictEqual(plain(ours), plain(recorded))) return;
	throw new Error(`recorded ${shown(recorded)}, ours ${shown(ours)}`);
}
/** As it comes through JSON: undefined is nothing. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));
const shown = (value: unknown): string => {
	const json = JSON.stringify(value ?? null);
	return json.length > 600 ? `${json.slice(0, 600)}…` : json;
};

export interface Outcome<T> {
	value?: T;
	error?: string;
}
/** What came out, or the message of what was thrown. */
export function outcome<T>(act: () => T): Outcome<T> {
	try {
		return { value: act() };
	} catch (error) {
		return { error: error instanceof Error ? error.message : String(error) };
	}
}

/** One check for each row of each known part. */
export function parts(data: Row, known: Record<string, (row: Row) => void>, names: (row: Row) => string = nameOf): Oracle {
	const cases = Object.entries(known).flatMap(([key, check]) =>
		rowsOf(data, key).map((row) => ({ name: `${key} ${names(row)}`, check: () => check(row) })),
	);
	const unknown = Object.keys(data).filter((key) => Array.isArray(data[key]) && !Object.hasOwn(known, key));
	return { cases, unknown };
}
const nameOf = (row: Row): string => JSON.stringify(row.input ?? row.file ?? row.patterns ?? row.seconds ?? "").slice(0, 100);
