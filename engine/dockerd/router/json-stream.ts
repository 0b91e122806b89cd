// Streams of JSON, a value a line: what they are called, which of these names a client takes, and how a value is written in each.

import type { Request } from "../../lib/http/types";

export const JSON_LINES = "application/jsonl";
export const NDJSON = "application/x-ndjson";
export const SEQUENCE = "application/json-seq";
/** Which is taken first where a client likes them as well. */
const OFFERS: readonly string[] = [JSON_LINES, NDJSON, SEQUENCE];
/** RFC 7464: before each text of a sequence. */
const RECORD_SEPARATOR = "\x1e";

interface Accepted {
	range: string;
	/** How much it is liked: 0 is not at all. */
	quality: number;
}
/** "a/b, c/*;q=0.5" */
const acceptedBy = ({ headers }: Request): Accepted[] =>
	(headers.accept ?? "").split(",").flatMap((text) => {
		const [range = "", ...parameters] = text.split(";").map((part) => part.trim());
		const q = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
		const quality = q === undefined ? 1 : /^[01](\.\d*)?$/.test(q) ? Number(q) : 0;
		return range === "" ? [] : [{ range: range.toLowerCase(), quality }];
	});

/** The stream that is asked for by its own name, not as one of any. */
export function namedStream(request: Request): string | undefined {
	let best: { type: string; quality: number } | undefined;
	const accepted = acceptedBy(request);
	for (const type of OFFERS) {
		for (const { range, quality } of accepted) {
			if (range === type && quality > (best?.quality ?? 0)) best = { type, quality };
		}
	}
	return best?.type;
}

/** How little of a name a range says: the less the better. */
const vagueness = (range: string, type: string): number | undefined => {
	if (range === type) return 0;
	if (range === "*/*") return 2;
	return range.endsWith("/*") && type.startsWith(range.slice(0, -1)) ? 1 : undefined;
};
/** The stream that a client likes best, `otherwise` where it says nothing of any. */
export function negotiatedStream(request: Request, otherwise: string): string {
	let best = { type: otherwise, quality: -1, vague: 3 };
	const accepted = acceptedBy(request);
	for (const type of OFFERS) {
		for (const { range, quality } of accepted) {
			const vague = vagueness(range, type);
			if (vague === undefined || quality === 0 || quality < best.quality) continue;
			if (quality > best.quality || vague < best.vague) best = { type, quality, vague };
		}
	}
	return best.type;
}

export const streamed = (type: string, value: unknown): string =>
	`${type === SEQUENCE ? RECORD_SEPARATOR : ""}${JSON.stringify(value)}\n`;
