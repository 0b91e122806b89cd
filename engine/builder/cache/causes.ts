// Why a step's layer was found or not: a code each, and English words for it.

import type { BuildCause } from "../../trace/event";

/** What a step's key is made of, by its code, as a digest or as it is. */
export type Parts = { [Name in Part]?: string };
export type Part = Exclude<BuildCause, "same" | "first" | "gone" | "off">;

const WORDS: Record<BuildCause, string> = {
	same: "the instruction, what lies below it and what it reads are the same",
	first: "this instruction has not been done before",
	gone: "its layer is not there any more",
	off: "the cache is not to be used",
	instruction: "the instruction",
	parent: "what lies below it",
	files: "the files it copies",
	place: "where it copies to",
	command: "its command",
	environment: "its environment",
	workdir: "its working directory",
	user: "its user",
	network: "its network",
	mounts: "what is mounted",
	epoch: "SOURCE_DATE_EPOCH",
};
const WHOLE: ReadonlySet<BuildCause> = new Set(["same", "first", "gone", "off"]);

/** "what lies below it, its user changed" */
export function causesInWords(because: readonly BuildCause[]): string {
	const words = because.map((cause) => WORDS[cause]).join(", ");
	return because.some((cause) => WHOLE.has(cause)) ? words : `${words} changed`;
}

/** @param known parts of what is remembered of the same instruction */
export function causesOfMiss(parts: Parts, known: readonly Parts[]): BuildCause[] {
	const differing = (other: Parts): Part[] =>
		(Object.keys({ ...parts, ...other }) as Part[]).filter((name) => other[name] !== parts[name]);
	const [nearest] = known.map(differing).sort((a, b) => a.length - b.length);
	if (!nearest) return ["first"];
	return nearest.length === 0 ? ["gone"] : nearest;
}
