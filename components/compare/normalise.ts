// What two machines can never say alike: ids, times, addresses, process numbers, made-up names. Each is replaced by its kind and by which
// one it is, counted by first appearance: so it still shows when the same container is meant twice, or two are mistaken for one.

export type Kind = "id" | "time" | "address" | "mac" | "pid" | "name" | "port";

interface Rule {
	kind: Kind;
	/** Whole words that are of this kind; where there is a group, the group alone is. */
	pattern: RegExp;
	/** All of this kind are one: two times are not told apart. */
	single?: boolean;
	/** The same word on both sides is meant to be the same, and stays. */
	unlessShared?: boolean;
}

const MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)";
const DAY = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)";
const AGO = "(?:Less than a second|About (?:a|an) (?:minute|hour)|\\d+ (?:second|minute|hour|day|week|month|year)s?)";

/** In this order: what one takes, the next does not see. */
const RULES: readonly Rule[] = [
	// 2026-01-02T03:04:05.678Z, 2026-01-02 03:04:05 +0000 UTC
	{
		kind: "time",
		pattern: /\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d| [+-]\d{4}(?: [A-Z]{2,5})?)?/g,
		single: true,
	},
	// Fri Jan  2 03:04:05 UTC 2026; Fri, 02 Jan 2026 03:04:05 GMT
	{ kind: "time", pattern: new RegExp(`\\b${DAY} ${MONTH} +\\d+ [\\d:]{8}(?: [A-Z]{3,5})?(?: \\d{4})?`, "g"), single: true },
	{ kind: "time", pattern: new RegExp(`\\b${DAY}, \\d\\d ${MONTH} \\d{4} [\\d:]{8} GMT`, "g"), single: true },
	{ kind: "time", pattern: new RegExp(`\\b${AGO}(?: ago)?\\b`, "g"), single: true },
	{ kind: "time", pattern: /\b\d+(?:\.\d+)?(?:ms|s)\b/g, single: true },
	{ kind: "time", pattern: /\b\d{10}(?:\.\d+)?\b|\b\d{19}\b/g, single: true },
	{ kind: "mac", pattern: /\b[0-9a-f]{2}(?::[0-9a-f]{2}){5}\b/g, unlessShared: true },
	{ kind: "id", pattern: /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, unlessShared: true },
	{ kind: "id", pattern: /\b(?:[0-9a-f]{64}|(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{12})\b/g, unlessShared: true },
	{
		kind: "address",
		pattern:
			/(?<![\d.])(?!127\.0\.0\.1(?!\d))(?!0\.0\.0\.0)(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d.])/g,
		unlessShared: true,
	},
	{ kind: "address", pattern: /(?<![\w:])(?:[0-9a-f]{1,4}:){2,7}(?::?[0-9a-f]{1,4})+(?![\w:])/g, unlessShared: true },
	{ kind: "pid", pattern: /(?<="(?:Pid|PID|HostPid)": ?)[1-9]\d*/g },
	// a port of the host that the daemon chose: those of ip_local_port_range, and where Docker's own range begins
	{
		kind: "port",
		pattern: /(?<=(?:0\.0\.0\.0|\[::\]|127\.0\.0\.1):)(?:3[2-9]\d{3}|[45]\d{4}|6[0-5]\d{3})\b/g,
		unlessShared: true,
	},
	// boring_wozniak: at the end of a row, as inspect has it, or in an error
	{ kind: "name", pattern: /(?<=on endpoint )[a-z]+_[a-z]+\d?(?= \()/g, unlessShared: true },
	{ kind: "name", pattern: /(?<= {2}|")\/?[a-z]+_[a-z]+\d?(?="|$)/gm, unlessShared: true },
];

/** @param other what the other side said, in which a word must not appear that is replaced here */
export function normalise(text: string, other: string): string {
	const seen = new Map<string, string[]>();
	let left = text.replace(/\r\n/g, "\n");
	for (const { kind, pattern, single, unlessShared } of RULES) {
		left = left.replace(pattern, (word) => {
			if (single) return `‹${kind}›`;
			if (unlessShared && other.includes(word)) return word;
			const known = seen.get(kind) ?? [];
			seen.set(kind, known);
			return `‹${kind} ${indexOf(kind, word, known) + 1}›`;
		});
	}
	// a table's columns are as wide as their widest word was
	return left
		.split("\n")
		.map((line) => line.replace(/(?<=\S) {2,}/g, "  ").trimEnd())
		.join("\n");
}

/** Which one of its kind: an id of twelve digits is the beginning of the whole one. */
function indexOf(kind: Kind, word: string, known: string[]): number {
	const at = known.findIndex((one) => (kind === "id" ? one.startsWith(word) || word.startsWith(one) : one === word));
	if (at < 0) return known.push(word) - 1;
	if (word.length > known[at]!.length) known[at] = word;
	return at;
}
