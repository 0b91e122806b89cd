// Sizes, durations and limits, as docker/go-units reads and writes them.

import { bytesSize, fromHumanSize, humanDuration, humanSize, parseUlimit, ramInBytes } from "../../../engine/lib/units";
import { type Oracle, outcome, parts, type Row, same, text } from "./case";

/** Go answers -1 beside an error. */
const attempt = (act: () => unknown): Row => {
	const { value, error } = outcome(act);
	return error === undefined ? { value, error: null } : { value: -1, error };
};

export const units = (data: Row): Oracle =>
	parts(data, {
		size: ({ input, humanSize: human, bytesSize: binary, prec3 }) => {
			const size = Number(input);
			same([humanSize(size), bytesSize(size), humanSize(size, 3)], [human, binary, prec3]);
		},
		duration: ({ seconds, humanDuration: words }) => same(humanDuration(Number(seconds)), words),
		parse: (row) => {
			same(
				attempt(() => fromHumanSize(text(row.input))),
				{ value: row.fromHumanSize, error: row.fromError },
			);
			same(
				attempt(() => ramInBytes(text(row.input))),
				{ value: row.ramInBytes, error: row.ramError },
			);
		},
		ulimit: ({ input, error, ...limits }) =>
			same(
				attempt(() => parseUlimit(text(input))),
				error ? { value: -1, error } : { value: limits, error: null },
			),
	});
