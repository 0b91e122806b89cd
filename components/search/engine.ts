// The search over everything that can be read here: words from their beginning or within, Korean also by initial consonants.
// Pure: the same in the page and in the tests.

import { getChoseong } from "es-hangul";
import MiniSearch from "minisearch";

export const KINDS = ["lesson", "command", "error", "term", "page"] as const;
export type Kind = (typeof KINDS)[number];

export interface SearchEntry {
	kind: Kind;
	title: string;
	/** A sentence below the title. */
	about: string;
	/** What else it is found by. */
	text: string;
	href: string;
}
export interface Search {
	find(query: string, most?: number): SearchEntry[];
}

const WORD = /[\p{L}\p{N}][\p{L}\p{N}._-]*/gu;
const HANGUL = /[가-힣]/;
const INITIALS = /^[ㄱ-ㅎ\s]+$/;

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

export function makeSearch(entries: readonly SearchEntry[]): Search {
	const index = new MiniSearch<{ id: number; title: string; about: string; text: string; initials: string }>({
		fields: ["title", "about", "text", "initials"],
		tokenize: (text) => words(text).flatMap(endings),
		processTerm: (term) => term,
		searchOptions: {
			tokenize: words,
			prefix: true,
			combineWith: "AND",
			boost: { title: 4, about: 2, initials: 3 },
			fuzzy: (term) => (term.length > 4 && !HANGUL.test(term) ? 0.2 : false),
		},
	});
	index.addAll(
		entries.map(({ title, about, text }, id) => ({ id, title, about, text, initials: initialsOf(`${title} ${about}`) })),
	);
	return {
		find(query, most = 30) {
			const asked = query.trim();
			if (asked === "") return [];
			const byInitials = INITIALS.test(asked);
			const found = index.search(asked, byInitials ? { fields: ["initials"] } : { fields: ["title", "about", "text"] });
			return found.slice(0, most).flatMap(({ id }) => entries[id as number] ?? []);
		},
	};
}
