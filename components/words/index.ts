// The site's words by language, for what is made on the server. Components in the page have context.tsx.

import { en } from "./en";
import { ko, type Words } from "./ko";
import type { Locale } from "./locale";

const WORDS: Record<Locale, Words> = { ko, en };
export const wordsFor = (locale: Locale): Words => WORDS[locale];
export type { Words };
