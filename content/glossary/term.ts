// A word of the course: one term for one thing, in both languages.

import type { Both } from "../../components/words/locale";

export interface Term {
	/** In the address: /ko/glossary#<id>. */
	id: string;
	/** What the lessons call it. */
	word: Both;
	about: Both;
	/** Slugs of the lessons that explain it, the first of them best. */
	lessons: string[];
	/** What the lessons do not call it, though others do; a test looks for these. */
	avoid?: Partial<Record<"ko" | "en", string[]>>;
}

/** @param word Korean, English @param about Korean, English */
export const term = (
	id: string,
	word: [string, string],
	about: [string, string],
	lessons: string[],
	avoid?: Term["avoid"],
): Term => ({ id, word: { ko: word[0], en: word[1] }, about: { ko: about[0], en: about[1] }, lessons, avoid });
