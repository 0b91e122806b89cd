"use client";
// Which lesson the text below belongs to.

import { createContext, type ReactNode, useContext } from "react";
import type { LessonOutline } from "./outline";

const LessonContext = createContext<LessonOutline | null>(null);

export function LessonProvider({ lesson, children }: { lesson: LessonOutline; children: ReactNode }) {
	return <LessonContext value={lesson}>{children}</LessonContext>;
}

/** @throws when used outside a lesson */
export function useLesson(): LessonOutline {
	const lesson = useContext(LessonContext);
	if (!lesson) throw new Error("this belongs in a lesson");
	return lesson;
}
