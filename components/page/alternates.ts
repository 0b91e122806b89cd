// A page's address for search engines: its own, the same page in each language, and the one for who reads neither.

import { LOCALES, type Locale } from "../words/locale";

/** Korean comes first, as for a visitor whose browser asks for neither language (preferredLocale). */
const DEFAULT: Locale = LOCALES[0];

/** hreflang → address. @param path below the language, with its slash; "" is the home page */
export const languagesOf = (path: string): Record<Locale | "x-default", string> => ({
	ko: `/ko${path}`,
	en: `/en${path}`,
	// the site's root goes to the reader's language
	"x-default": path === "" ? "/" : `/${DEFAULT}${path}`,
});

export const alternatesOf = (locale: Locale, path: string) => ({ canonical: `/${locale}${path}`, languages: languagesOf(path) });
