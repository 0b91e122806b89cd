"use client";
// The page's language and its words for components below the layout. Each language is a chunk of its own: a page fetches one.

import dynamic from "next/dynamic";
import { createContext, type ReactNode, useContext } from "react";
import type { Words } from "./ko";
import type { Locale } from "./locale";
import { WordsContext } from "./said";

const LocaleContext = createContext<Locale>("ko");
const IN = { ko: dynamic(() => import("./in-ko")), en: dynamic(() => import("./in-en")) };

export function LocaleProvider({ locale, children }: { locale: Locale; children: ReactNode }) {
	const In = IN[locale];
	return (
		<LocaleContext value={locale}>
			<In>{children}</In>
		</LocaleContext>
	);
}
export const useLocale = (): Locale => useContext(LocaleContext);

/** @throws when used outside the pages of a language */
export function useWords(): Words {
	const words = useContext(WordsContext);
	if (!words) throw new Error("no language is given here");
	return words;
}
