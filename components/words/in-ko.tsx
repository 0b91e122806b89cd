"use client";
// Gives the components below it the words in Korean.

import type { ReactNode } from "react";
import { ko } from "./ko";
import { WordsContext } from "./said";

export default function InKorean({ children }: { children: ReactNode }) {
	return <WordsContext value={ko}>{children}</WordsContext>;
}
