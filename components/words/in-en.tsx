"use client";
// Gives the components below it the words in English.

import type { ReactNode } from "react";
import { en } from "./en";
import { WordsContext } from "./said";

export default function InEnglish({ children }: { children: ReactNode }) {
	return <WordsContext value={en}>{children}</WordsContext>;
}
