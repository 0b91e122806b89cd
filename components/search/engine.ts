// The search over everything that can be read here: words from their beginning or within, Korean also by initial consonants.
// Pure: the same in the page and in the tests.

import { disassemble, getChoseong, removeLastCharacter } from "es-hangul";
import MiniSearch, { type Query, type SearchOptions, type SearchResult } from "minisearch";
import { EMPTY, usedFor, withoutParticle } from "./everyday";

export const KINDS = ["lesson", "command", "error", "term", "page"] as const;
export type Kind = (typeof KINDS)[number];

export interface SearchEntry {
	kind: Kind;
	title: string;
	/** Other titles: a command's short names. */
	also?: string[];
	/** A sentence below the title. */
	about: string;
	/** The headings of its parts. */
	heads?: string;
	/** A command's: "-p --publish --rm". */
	options?: string;
	/** What else it is found by. */
	text: string;
	href: string;
}
export interface Search {
	find(query: string, most?: number): SearchEntry[];
}

/** An option keeps its dashes. */
const WORD = /(?<![\p{L}\p{N}-])--?[\p{L}\p{N}][\p{L}\p{N}-]*|[\p{L}\p{N}][\p{L}\p{N}._-]*/gu;
const HANGUL = /[가-힣]/;
const INITIALS = /^[ㄱ-ㅎ\s]+$/;
const WORDS_OF = ["title", "also", "about", "heads", "options", "text"];

const words = (text: string): string[] => [...text.toLowerCase().matchAll(WORD)].map(([word]) => word.replace(/[._-]+$/, ""));

/** A word and what it ends with: "레이어가" is found by "이어", since prefixes are looked for. */
function endings(word: string): string[] {
	if (!HANGUL.test(word)) return word.includes("-") ? [word, ...word.split("-").filter(Boolean)] : [word];
	const all: string[] = [];
	for (let at = 0; at < Math.max(1, word.length - 1); at++) all.push(word.slice(at));
	return all;
}

const initialsOf = (text: string): string =>
	words(text)
		.filter((word) => HANGUL.test(word))
		.map((word) => getChoseong(word))
		.join(" ");

/** As it is compared whole: "docker run" and "run" are one, spaces and case are none. */
const bare = (text: string): string => undocked(text.toLowerCase()).replace(/\s+/g, "");
const undocked = (text: string): string => text.replace(/^docker (?=[a-z]+( [a-z]+)?$)/, "");

/** What a word may stand for: itself, without its particle, in the texts' own words. */
function alternatives(word: string): string[] {
	const stem = HANGUL.test(word) ? withoutParticle(word) : undefined;
	return [word, ...usedFor(word), ...(stem ? [stem, ...usedFor(stem)] : [])];
}
/** Documents that have one of each group, or of any. */
const oneOf = (groups: string[][], combineWith: "AND" | "OR"): Query => ({
	combineWith,
	queries: groups.map((queries) => ({ combineWith: "OR", queries })),
});
/** Whether all that was asked stands in what an entry is called and said to be, not just somewhere in its text. */
const isAbout = ({ match }: SearchResult, groups: string[][]): boolean =>
	groups.every((group) =>
		Object.entries(match).some(
			([term, fields]) => fields.some((field) => CALLED.has(field)) && group.some((word) => term.startsWith(word)),
		),
	);
const CALLED = new Set(["title", "also", "about", "titleInitials"]);

/** Of what is equally near, a lesson comes before a list's line, and a command that has a short name before one that has none. */
const WEIGHT: Record<Kind, number> = { lesson: 1.3, command: 1, error: 1.1, term: 1.2, page: 1.1 };
const weightOf = ({ kind, also }: SearchEntry): number =>
	WEIGHT[kind] * (also?.includes(MOST_ASKED) ? 1.7 : also?.length ? 1.3 : 1);
const MOST_ASKED = "docker run";

const BOOST = { title: 6, also: 5, about: 2, heads: 2, titleInitials: 8 };
/** Who types a dash looks for a command's option, however many others it has. */
const OPTIONS_FIRST: SearchOptions = { boost: { options: 8 }, bm25: { k: 1.2, b: 0, d: 0.5 } };

export function makeSearch(entries: readonly SearchEntry[]): Search {
	const index = new MiniSearch({
		fields: [...WORDS_OF, "titleInitials", "initials"],
		tokenize: (text) => words(text).flatMap(endings),
		processTerm: (term) => term,
		searchOptions: {
			tokenize: words,
			prefix: true,
			boost: BOOST,
			boostDocument: (id) => weightOf(entries[id as number]!),
			fuzzy: (term) => (term.length > 4 && !HANGUL.test(term) ? 0.2 : false),
		},
	});
	index.addAll(
		entries.map(({ kind, title, also = [], about, heads = "", options = "", text }, id) => ({
			id,
			// "docker" is said of all of them.
			title: undocked(title),
			also: also.map(undocked).join(" "),
			about,
			heads,
			options,
			text: kind === "command" ? `docker ${text}` : text,
			titleInitials: initialsOf(title),
			initials: initialsOf(about),
		})),
	);
	const names = entries.map(({ title, also = [] }) => new Set([title, ...also].map(bare)));
	const initials = entries.map(({ title }) => initialsOf(title).replaceAll(" ", ""));

	/** Indices of entries, the nearest first; those that are called just so before the others. */
	function ranked(
		groups: string[][],
		combineWith: "AND" | "OR",
		fields: string[],
		isNamed: (id: number) => boolean,
		more?: SearchOptions,
	): number[] {
		const found = index.search(oneOf(groups, combineWith), { fields, ...more });
		const start = bare(groups.map(([word]) => word).join(""));
		const begins = (id: number): boolean => bare(entries[id]!.title).startsWith(start);
		const nearness = (hit: SearchResult): number =>
			(isNamed(hit.id) ? 1e6 * weightOf(entries[hit.id]!) : 0) +
			hit.score * (isAbout(hit, groups) ? 2 : 1) * (begins(hit.id) ? 1.5 : 1);
		return found
			.map((hit) => ({ id: hit.id as number, score: nearness(hit) }))
			.sort((a, b) => b.score - a.score)
			.map(({ id }) => id);
	}
	function indices(asked: string): number[] {
		if (INITIALS.test(asked)) {
			const whole = asked.replace(/\s/g, "");
			const each = words(asked).map((word) => [word]);
			return ranked(each, "AND", ["titleInitials", "initials"], (id) => initials[id] === whole);
		}
		const isNamed = (id: number): boolean => names[id]?.has(bare(asked)) ?? false;
		const all = words(asked);
		const inAll = ranked(all.map(alternatives), "AND", WORDS_OF, isNamed, asked.startsWith("-") ? OPTIONS_FIRST : undefined);
		if (inAll.length > 0) return inAll;
		const told = all.filter((word) => !EMPTY.has(word));
		return told.length < 2 ? [] : ranked(told.map(alternatives), "OR", WORDS_OF, isNamed);
	}
	return {
		find(query, most = 30) {
			const asked = query.trim();
			if (asked === "") return [];
			let found = indices(asked);
			// A syllable that is still being put together ("레잉" on the way to "레이어") counts as far as it is certain.
			const last = asked.at(-1) ?? "";
			if (
				found.length === 0 &&
				/[가-힣ㄱ-ㅎ]/.test(last) &&
				(disassemble(last).length > 2 || /[ㄱ-ㅎ]/.test(last)) &&
				asked.length > 1
			) {
				found = indices(removeLastCharacter(asked));
			}
			return found.slice(0, most).flatMap((id) => entries[id] ?? []);
		},
	};
}
