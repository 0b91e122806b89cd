// Names of images, as distribution/reference reads them.

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
import { type Oracle, outcome, parts, type Row, same, text } from "./case";

const described = (reference: Reference): Row => ({
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
const anyOf = (input: string): string => {
	const any = parseAny(input);
	return "domain" in any ? formatReference(any) : any.digest;
};

export const reference = (data: Row): Oracle =>
	parts(data, {
		cases: (row) => {
			const input = text(row.input);
			const recorded = (value: unknown, error: unknown) => (error === undefined || error === null ? { value } : { error });
			same(
				outcome(() => formatReference(parseReference(input))),
				recorded(row.parse, row.parseError),
			);
			same(
				outcome(() => described(parseNormalized(input))),
				recorded(row.normalized, row.normalizedError),
			);
			same(
				outcome(() => anyOf(input)),
				recorded(row.any, row.anyError),
			);
		},
	});
