"use client";
// The page's language for components below the layout.

import { createContext, type ReactNode, useContext } from "react";
import { type Words, wordsFor } from "./index";
import type { Locale } from "./locale";

const LocaleContext = createContext<Locale>("ko");

export function LocaleProvider({ locale, children }: { locale: Locale; children: ReactNode }) {
	return <LocaleContext value={locale}>{children}</LocaleContext>;
}
export const useLocale = (): Locale => useContext(LocaleContext);
export const useWords = (): Words => wordsFor(useContext(LocaleContext));
